// accountctl key list

import ArgumentParser
import Daemon
import HTTP
import Secrets

/// Shows which keys there are, and nothing of them.
struct KeyList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the keys by their ids: the first signs, all verify.")

    @OptionGroup var installation: Installation
    @OptionGroup var key: KeyFileOption

    @Flag(name: .long, help: "One JSON object.")
    var json = false

    func run() throws {
        try reporting {
            let settings = try installation.settings()
            let path = key.path(settings)
            let ring = try key.using(path) { try KeyRing.load($0, owner: ServiceUser.id(settings)) }
            try Self.show(ring, path, json: json)
        }
    }

    /// Prints the ids of a ring's keys.
    static func show(_ ring: KeyRing, _ path: String, json: Bool) throws {
        let ids = try ring.ids().map(Hexadecimal.text)
        if json {
            let keys = ids.enumerated().map { JSON.object(["id": .string($1), "signs": .bool($0 == 0)]) }
            return print(JSON.object(["file": .string(path), "keys": .array(keys)]).text)
        }
        for (index, id) in ids.enumerated() { print(id + (index == 0 ? "  signs" : "  verifies")) }
    }
}
