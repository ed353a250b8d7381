// Asking before something is lost.

import ArgumentParser
import Foundation
import Glibc

/// The option that answers the question beforehand.
struct Confirmation: ParsableArguments {
    @Flag(name: [.long, .customShort("y")], help: "Do not ask.")
    var yes = false

    /// Asks whether to go on; throws `Failure` unless the answer is yes.
    func require(_ question: String) throws {
        if yes { return }
        guard isatty(STDIN_FILENO) == 1 else {
            throw Failure(message: "\(question) There is no terminal to ask: say --yes", status: EX_USAGE)
        }
        FileHandle.standardError.write(Data("\(question) Type yes to go on: ".utf8))
        guard readLine(strippingNewline: true) == "yes" else {
            throw Failure(message: "nothing was changed", status: EX_TEMPFAIL)
        }
    }
}
