// How a subcommand ends that could not do its work: one message on the standard error output, saying how to mend it, and a status of
// sysexits(3).

import ArgumentParser
import Foundation
import Glibc

/// Why a subcommand could not do its work.
struct Failure: Error {
    let message: String
    let status: Int32

    /// Something that it needs is not there (66).
    static func missing(_ message: String) -> Failure { Failure(message: message, status: EX_NOINPUT) }
    /// What it is to work on is not as it was written (65).
    static func malformed(_ message: String) -> Failure { Failure(message: message, status: EX_DATAERR) }
    /// Something that it needs does not work (69).
    static func unavailable(_ message: String) -> Failure { Failure(message: message, status: EX_UNAVAILABLE) }
    /// Somebody else is at it (75).
    static func busy(_ message: String) -> Failure { Failure(message: message, status: EX_TEMPFAIL) }
    /// It may not (77).
    static func forbidden(_ message: String) -> Failure { Failure(message: message, status: EX_NOPERM) }
}

extension ParsableCommand {
    /// Does the work of a subcommand, and turns what it throws into a message and a status.
    func reporting(_ work: () throws -> Void) throws {
        do {
            try work()
        } catch let failure as Failure {
            printError("accountctl: \(failure.message)")
            throw ExitCode(failure.status)
        }
    }
}

/// Writes lines to the standard error output; nothing in them steers a terminal.
func printError(_ text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { printable(String($0)) }
    FileHandle.standardError.write(Data("\(lines.joined(separator: "\n"))\n".utf8))
}
