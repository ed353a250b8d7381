// Where an account signed in from lately.

import Accounts
import GRDB
import Testing

@testable import AccountStore

@Suite struct KnownNetworkTests {
    private let store: TemporaryStore
    private let anna: Account
    private let home = NetworkPrefix(address: "192.0.2.1")

    init() throws {
        store = try TemporaryStore(isOnDisk: false)
        anna = try store.writer.write { try $0.insert(newAccount("anna", email: "anna@example.com")) }
    }

    private func remember(_ network: NetworkPrefix) throws {
        let id = anna.id
        try store.writer.write { try $0.remember(network, of: id) }
    }

    private func knows(_ network: NetworkPrefix, _ name: String = "anna") throws -> Bool {
        try store.reader().knows(network, of: LoginName(name), at: store.clock.now)
    }

    @Test("a network is known of the account that signed in from it, by each of its names, and of no other")
    func known() throws {
        _ = try store.writer.write { try $0.insert(newAccount("boris")) }
        #expect(try !knows(home))
        try remember(home)
        #expect(try knows(home))
        #expect(try knows(home, "ANNA@example.com"))
        #expect(try !knows(home, "boris"))
        #expect(try !knows(home, "nobody"))
        #expect(try !knows(home, "anna\0"))
        #expect(try !knows(NetworkPrefix(address: "192.0.2.2")))
    }

    @Test("a network is forgotten 90 days after the last sign-in from it")
    func lifetime() throws {
        try remember(home)
        store.clock.advance(seconds: 80 * 86_400)
        try remember(home)
        store.clock.advance(seconds: 89 * 86_400)
        #expect(try knows(home))
        store.clock.advance(seconds: 86_400)
        #expect(try !knows(home))
        try remember(NetworkPrefix(address: "192.0.2.2"))
        #expect(try store.ask(String.self, "SELECT network FROM known_networks") == ["192.0.2.2"])
    }

    @Test("a second sign-in on the same day writes nothing")
    func sameDay() throws {
        try remember(home)
        store.clock.advance(seconds: 3600)
        let id = anna.id, network = home
        let changes = try store.writer.write { transaction in
            let before = transaction.database.totalChangesCount
            try transaction.remember(network, of: id)
            return transaction.database.totalChangesCount - before
        }
        #expect(changes == 0)
    }

    @Test("of more networks than are kept, the last are")
    func bounded() throws {
        for number in 0..<100 {
            store.clock.advance(seconds: 1)
            try remember(NetworkPrefix(address: "198.51.100.\(number)"))
        }
        #expect(try store.count("known_networks") == Transaction.knownNetworks)
        #expect(try knows(NetworkPrefix(address: "198.51.100.68")))
        #expect(try !knows(NetworkPrefix(address: "198.51.100.67")))
    }

    @Test("a deleted account leaves none")
    func deleted() throws {
        try remember(home)
        let id = anna.id
        try store.writer.write { try $0.delete(accountID: id) }
        #expect(try store.count("known_networks") == 0)
    }
}
