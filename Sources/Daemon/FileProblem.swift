// What is wrong with a file that the settings name, in a sentence for the administrator with what mends it. The checks
// stand in `FileChecks.swift`.

import Secrets

/// A file or folder that is not as it must be.
public struct FileProblem: Error, Equatable, Sendable, CustomStringConvertible {
    /// Its path.
    public let path: String
    /// What is wrong with it.
    public let problem: String
    /// What to do about it: most often a command.
    public let remedy: String

    /// One line of text.
    public var description: String { oneLine("\(path): \(problem): \(remedy)") }

    /// What is wrong with a file of keys that cannot be used; `owner` is the user who is to have it.
    static func keyFile(_ failure: KeyFileFailure, path: String, owner: UInt32) -> FileProblem {
        let (problem, remedy) =
            switch failure {
            case .missing: ("is not there", "make it, or name another in the configuration")
            case .notARegularFile: ("is no plain file", "put the file itself there, no link")
            case .foreignOwner(let user): wrongOwner(user, owner, path)
            case .openToOthers(let mode): openTo("others may read or change it", mode, "600", path)
            case .tooLarge: ("is larger than any file of keys", "name the right file")
            case .malformedLine(let line): ("line \(line) is no key", "a key has 64 hexadecimal digits in lower case")
            case .keyTooShort(let line, let count):
                ("the key in line \(line) has \(count) bytes", "a key has 64 hexadecimal digits")
            case .busy: ("is being replaced by another process", "try again")
            case .notReplaceable: ("has an access control list", "setfacl -b \(path)")
            case .noKey: ("has no key", "remove it, and a new one is made at the start")
            case .alreadyExists: ("is there already", "start again")
            case .system(let call, let code): ("\(call) fails with error \(code)", "let \(userName(owner)) read it")
            case .cryptography: ("no random bytes could be had", "start again")
            }
        return FileProblem(path: path, problem: problem, remedy: remedy)
    }

    /// What is wrong with the gateway keys in a file.
    static func gatewayKeys(_ problem: GatewayKeys.Problem, path: String) -> FileProblem {
        let lengths = "\(GatewayKeys.lengths.lowerBound) to \(GatewayKeys.lengths.upperBound)"
        let text =
            switch problem {
            case .none: "has no key"
            case .malformedLine(let line): "line \(line) is not a key of \(lengths) letters and digits"
            }
        return FileProblem(path: path, problem: text, remedy: "openssl rand -hex 32 >\(shellQuoted(path))")
    }

    /// The mode of a file or folder gives rights that nobody should have; `right` is the mode it should have.
    static func openTo(_ what: String, _ mode: UInt32, _ right: String, _ path: String) -> (String, String) {
        ("\(what) (mode \(octal(mode)))", "chmod \(right) \(shellQuoted(path))")
    }

    /// A file or folder belongs to somebody who could change it at will.
    static func wrongOwner(_ found: UInt32, _ wanted: UInt32, _ path: String) -> (String, String) {
        ("belongs to \(userName(found))", "chown \(userName(wanted)) \(shellQuoted(path))")
    }
}

/// Everything that is wrong with the files that the settings name.
public struct FileProblems: Error, Equatable, Sendable, CustomStringConvertible {
    /// One or more.
    public let problems: [FileProblem]

    /// A line for each.
    public var description: String { problems.map(\.description).joined(separator: "\n") }
}
