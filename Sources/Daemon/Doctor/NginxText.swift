// nginx's configuration files as a tree of directives, with what they include in its place. Read as nginx reads them
// (src/core/ngx_conf_file.c); what a directive means is not known here.

import AccountStore
import Glibc

/// A directive of nginx's configuration.
struct NginxDirective {
    let name: String
    let arguments: [String]
    /// What stands in its braces, or nil where it has none.
    let block: [NginxDirective]?
    /// Where it stands: `file:line`.
    let place: String
}

/// Why nginx's configuration could not be read.
struct NginxReadFailure: Error, Equatable {
    let place: String
    let message: String
    /// Whether another user may read it.
    var isForbidden = false
}

/// A reading of nginx's configuration.
struct NginxText {
    private let bytes: [UInt8]
    private let path: String
    /// What relative paths begin with: the folder of the main file.
    private let prefix: String
    private let depth: Int
    private var index = 0
    private var line = 1

    /// The directives of a main file and of all that it includes.
    static func read(_ path: String) throws(NginxReadFailure) -> [NginxDirective] {
        var text = try NginxText(path: path, prefix: FileTree.folder(of: path), depth: 0)
        return try text.directives(isInside: false)
    }

    private init(path: String, prefix: String, depth: Int) throws(NginxReadFailure) {
        guard depth < 20 else { throw NginxReadFailure(place: path, message: "is included by itself") }
        guard let file = fopen(path, "re") else {
            throw NginxReadFailure(place: path, message: String(cString: strerror(errno)), isForbidden: errno == EACCES)
        }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
        (self.bytes, self.path, self.prefix, self.depth) = (bytes, path, prefix, depth)
    }

    private var current: UInt8? { index < bytes.count ? bytes[index] : nil }
    private var place: String { "\(path):\(line)" }

    private mutating func advance() {
        if current == UInt8(ascii: "\n") { line += 1 }
        index += 1
    }

    private mutating func directives(isInside: Bool) throws(NginxReadFailure) -> [NginxDirective] {
        var found: [NginxDirective] = []
        while true {
            skipSpace()
            guard let byte = current else {
                guard !isInside else { throw NginxReadFailure(place: place, message: "a block has no end") }
                return found
            }
            if byte == UInt8(ascii: "}") {
                guard isInside else {
                    throw NginxReadFailure(place: place, message: "an end of a block without its begin")
                }
                advance()
                return found
            }
            let start = place
            var words: [String] = []
            while let word = try word() { words.append(word) }
            guard let name = words.first, let end = current else {
                throw NginxReadFailure(place: start, message: "a directive has no name or no end")
            }
            let arguments = Array(words.dropFirst())
            advance()
            if end == UInt8(ascii: "{") {
                if name.hasSuffix("_by_lua_block") {
                    skipForeignBlock()
                } else {
                    let block = try directives(isInside: true)
                    found.append(NginxDirective(name: name, arguments: arguments, block: block, place: start))
                }
            } else if name == "include", let pattern = arguments.first {
                found += try included(pattern, at: start)
            } else {
                found.append(NginxDirective(name: name, arguments: arguments, block: nil, place: start))
            }
        }
    }

    /// The next word of a directive, or nil at what ends it.
    private mutating func word() throws(NginxReadFailure) -> String? {
        skipSpace()
        guard let first = current else {
            throw NginxReadFailure(place: place, message: "the file ends inside a directive")
        }
        if first == UInt8(ascii: ";") || first == UInt8(ascii: "{") { return nil }
        if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") { return try quotedWord(first) }
        var word: [UInt8] = []
        while let byte = current, !Self.isSpace(byte), byte != UInt8(ascii: ";") {
            // `${name}` is a variable, any other brace begins a block.
            if byte == UInt8(ascii: "{"), word.last != UInt8(ascii: "$") { break }
            if byte == UInt8(ascii: "\\"), index + 1 < bytes.count {
                word.append(byte)
                advance()
            }
            word.append(bytes[index])
            advance()
        }
        return String(decoding: word, as: UTF8.self)
    }

    private mutating func quotedWord(_ quote: UInt8) throws(NginxReadFailure) -> String {
        let start = place
        var word: [UInt8] = []
        advance()
        while let byte = current {
            advance()
            if byte == quote { return String(decoding: word, as: UTF8.self) }
            if byte == UInt8(ascii: "\\"), let next = current, next == quote || next == byte {
                word.append(next)
                advance()
            } else {
                word.append(byte)
            }
        }
        throw NginxReadFailure(place: start, message: "a quote has no end")
    }

    private mutating func skipSpace() {
        while let byte = current {
            if byte == UInt8(ascii: "#") {
                while let byte = current, byte != UInt8(ascii: "\n") { advance() }
            } else if Self.isSpace(byte) {
                advance()
            } else {
                return
            }
        }
    }

    /// Skips a block of another language by its braces.
    private mutating func skipForeignBlock() {
        var open = 1
        while let byte = current, open > 0 {
            if byte == UInt8(ascii: "{") { open += 1 }
            if byte == UInt8(ascii: "}") { open -= 1 }
            advance()
        }
    }

    private func included(_ pattern: String, at place: String) throws(NginxReadFailure) -> [NginxDirective] {
        let full = pattern.hasPrefix("/") ? pattern : "\(prefix)/\(pattern)"
        var files = [full]
        if full.contains(where: { "*?[".contains($0) }) { files = Self.matches(full) }
        var found: [NginxDirective] = []
        for file in files {
            var text = try NginxText(path: file, prefix: prefix, depth: depth + 1)
            found += try text.directives(isInside: false)
        }
        return found
    }

    private static func matches(_ pattern: String) -> [String] {
        var result = glob_t()
        defer { globfree(&result) }
        guard glob(pattern, 0, nil, &result) == 0 else { return [] }
        return (0..<Int(result.gl_pathc)).compactMap { place in result.gl_pathv[place].map { String(cString: $0) } }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
