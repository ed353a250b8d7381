// Where a new password comes from: never from the command line, which other users can see and shells keep.

import ArgumentParser
import Foundation
import Glibc
import Secrets

/// The options that say where a new password comes from; without them the terminal is asked twice.
struct PasswordInput: ParsableArguments {
    @Flag(name: .long, help: "Read the password from the standard input, one line.")
    var passwordStdin = false

    @Flag(name: .long, help: "Make a random password and print it.")
    var generate = false

    func validate() throws {
        if passwordStdin, generate { throw ValidationError("--password-stdin and --generate exclude each other") }
    }

    /// The password; throws `Failure` when there is none.
    func read() throws -> String {
        if generate { return try generated() }
        if passwordStdin {
            guard let line = readLine(strippingNewline: true), !line.isEmpty else {
                throw Failure(message: "no password on the standard input", status: EX_DATAERR)
            }
            return line
        }
        guard isatty(STDIN_FILENO) == 1 else {
            throw Failure(
                message: "no terminal to ask for the password: use --password-stdin or --generate", status: EX_USAGE)
        }
        let first = try ask("New password: ")
        guard try ask("Once more: ") == first else {
            throw Failure(message: "the two passwords differ; nothing was changed", status: EX_DATAERR)
        }
        return first
    }

    /// 20 characters of 62 are 119 random bits.
    private func generated() throws -> String {
        do {
            return try SystemRandom().base62(count: 20)
        } catch {
            throw Failure.unavailable("no random numbers: \(error)")
        }
    }

    private func ask(_ prompt: String) throws -> String {
        var shown = termios()
        tcgetattr(STDIN_FILENO, &shown)
        var hidden = shown
        hidden.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden)
        defer {
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown)
            printError("")
        }
        FileHandle.standardError.write(Data(prompt.utf8))
        guard let line = readLine(strippingNewline: true), !line.isEmpty else {
            throw Failure(message: "no password was typed; nothing was changed", status: EX_DATAERR)
        }
        return line
    }
}
