// Which key file a subcommand is about.

import ArgumentParser
import Daemon
import Foundation
import Glibc
import Secrets

/// The option that names the key file, and what can be wrong with it.
struct KeyFileOption: ParsableArguments {
    @Option(
        name: .long,
        help:
            "The key file, where it is neither secrets.key_file nor /etc/accountd/secret.key: the FILE of LoadCredential=secret-key:FILE in the unit.",
        completion: .file())
    var keyFile: String?

    /// What the package's unit gives accountd as its key.
    private static let packaged = "/etc/accountd/secret.key"

    private static let hint =
        "where systemd gives accountd its key (LoadCredential=secret-key:FILE in accountd.service), name that file: "
        + "--key-file FILE"

    /// The path of the key file.
    func path(_ settings: Configuration) -> String {
        if let keyFile { return keyFile }
        let configured = settings.secretKeyFile(environment: ProcessInfo.processInfo.environment)
        return access(configured, F_OK) != 0 && access(Self.packaged, F_OK) == 0 ? Self.packaged : configured
    }

    /// The path of a key file that can be written; throws for a credential, which is a copy that systemd made.
    func writablePath(_ settings: Configuration) throws -> String {
        let path = path(settings)
        let directory = ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"] ?? ""
        let isCredential = !directory.isEmpty && path.hasPrefix(directory + "/") || path.hasPrefix("/run/credentials/")
        guard !isCredential else {
            throw Failure.forbidden("\(path) is systemd's copy of the key, which cannot be changed; \(Self.hint)")
        }
        return path
    }

    /// What `use` makes of the key file, with messages for an administrator in place of its failures.
    func using<Value>(_ path: String, _ use: (String) throws -> Value) throws -> Value {
        do {
            return try use(path)
        } catch let failure as KeyFileFailure {
            throw Self.explain(failure, path)
        }
    }

    private static func explain(_ failure: KeyFileFailure, _ path: String) -> Failure {
        switch failure {
        case .missing: .missing("no key file at \(path); \(hint)")
        case .notARegularFile: .unavailable("\(path) is a link or no plain file: name the file itself")
        case .foreignOwner(let user):
            .forbidden("\(path) belongs to user \(user), who is neither root, nor you, nor the owner of the database")
        case .openToOthers(let mode):
            .forbidden("\(path) may be touched by others (mode \(String(mode, radix: 8))): chmod 600 \(path)")
        case .tooLarge: .unavailable("\(path) would be larger than 64 KiB: remove keys that nothing needs any more")
        case .malformedLine(let line):
            .unavailable("\(path), line \(line): neither a key (64 lower-case hexadecimal digits) nor a comment (#)")
        case .keyTooShort(let line, let count): .unavailable("\(path), line \(line): a key of \(count) bytes, not 32")
        case .noKey: .unavailable("\(path) has no key in it")
        case .busy: .busy("\(path) is being changed by another accountctl: try again")
        case .notReplaceable:
            .forbidden("\(path) has an access control list, which a new file would not have; \(hint)")
        case .alreadyExists: .busy("\(path) came into being just now: try again")
        case .system(let call, EACCES), .system(let call, EPERM), .system(let call, EROFS):
            .forbidden("\(path): \(call) is not allowed here: run accountctl as root")
        case .system(let call, let code): .unavailable("\(path): \(call): \(String(cString: strerror(code)))")
        case .cryptography(let failure): .unavailable("the cryptographic library failed: \(failure)")
        }
    }
}
