// accountctl key rotate

import ArgumentParser
import Daemon
import Glibc
import Secrets

/// Adds a new signing key.
struct KeyRotate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate", abstract: "Adds a new key that signs; what the earlier ones signed stays good.",
        discussion: """
            The key file is replaced in one step by one of the same owner and mode. Nobody is signed out: Tokens, cookies, \
            signed tokens and audit events of the earlier keys are still taken. accountd reads the file when it starts and when \
            it reloads (systemctl reload accountd). Where systemd gives it the key as a credential, it is systemd that \
            reads the file, at a restart.
            """)

    @OptionGroup var installation: Installation
    @OptionGroup var key: KeyFileOption

    @Flag(name: .long, help: "One JSON object.")
    var json = false

    func run() throws {
        try reporting {
            let settings = try installation.settings()
            let path = try key.writablePath(settings)
            let ring = try key.using(path) { try KeyRing.rotate($0, owner: ServiceUser.id(settings)) }
            noteInSystemLog("key.rotated keys=\(ring.count)", by: getuid())
            try KeyList.show(ring, path, json: json)
            printError(
                "accountctl: a running accountd signs with the new key after systemctl reload accountd, or after a restart where "
                    + "its unit has the file in LoadCredential=")
        }
    }
}
