// The text of a key file: one key a line, as 64 lower-case hexadecimal characters; empty lines and lines that begin with #
// are skipped. Who may read the file is checked in KeyFileAccess.swift.

/// The text form of a list of keys.
enum KeyFileText {
    private static let digitCount = KeyRing.keyByteCount * 2

    /// The text of a new key file with one key.
    static func text(key: [UInt8]) -> String {
        """
        # The keys of accountd: whoever reads this file can sign in as anybody.
        # One key a line. The first signs, all verify: to replace a key, put a new one above it.
        \(Hexadecimal.text(key))

        """
    }

    /// `text` with a new key above its first one; everything else stays as it is.
    static func adding(key: [UInt8], to text: [UInt8]) -> [UInt8] {
        let line = Array(Hexadecimal.text(key).utf8) + [UInt8(ascii: "\n")]
        var start = text.startIndex
        while start < text.endIndex, text[start] == UInt8(ascii: "#") || text[start] == UInt8(ascii: "\n") {
            start = text[start...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? text.endIndex
        }
        return Array(text[..<start]) + line + Array(text[start...])
    }

    /// The ring that `text` spells.
    static func parse(_ text: [UInt8]) throws(KeyFileFailure) -> KeyRing {
        var keys: [SecretKey] = []
        for (index, line) in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            if line.isEmpty || line.first == UInt8(ascii: "#") { continue }
            guard line.count <= digitCount, let bytes = Hexadecimal.bytes(line) else { throw .malformedLine(index + 1) }
            guard bytes.count == KeyRing.keyByteCount, let key = SecretKey(bytes) else {
                throw .keyTooShort(line: index + 1, byteCount: bytes.count)
            }
            keys.append(key)
        }
        guard let ring = KeyRing(keys: keys) else { throw .noKey }
        return ring
    }
}
