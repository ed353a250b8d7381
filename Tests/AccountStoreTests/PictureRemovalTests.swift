// The queue of pictures whose files are to go: at no commit is there a file that neither an account nor the queue knows.

import Accounts
import GRDB
import Testing

@testable import AccountStore

@Suite struct PictureRemovalTests {
    private let store: TemporaryStore
    private let anna: Account

    init() throws {
        store = try TemporaryStore()
        anna = try store.writer.write { try $0.insert(newAccount("anna")) }
    }

    private func give(_ name: String?) throws {
        let id = anna.id
        try store.writer.write { transaction in
            if let name { try transaction.announce(picture: name) }
            try transaction.setPicture(of: id, to: name)
        }
    }

    private var queue: [String] { get throws { try store.reader().pictureRemovals().sorted() } }
    private var picture: String? { get throws { try store.reader().account(id: anna.id)?.account.picture } }

    @Test("an announced picture is queued until an account has it")
    func announced() throws {
        try store.writer.write { try $0.announce(picture: "a.png") }
        #expect(try queue == ["a.png"])
        let id = anna.id
        try store.writer.write { try $0.setPicture(of: id, to: "a.png") }
        #expect(try queue == [])
        #expect(try picture == "a.png")
    }

    @Test("a new account takes its announced picture out of the queue")
    func registered() throws {
        try store.writer.write { try $0.announce(picture: "b.png") }
        var new = try newAccount("boris")
        new.picture = "b.png"
        let boris = try store.writer.write { [new] in try $0.insert(new) }
        #expect(boris.picture == "b.png")
        #expect(try queue == [])
    }

    @Test("a picture that was replaced, removed, or whose owner was deleted is queued, and once gone it is not")
    func left() throws {
        try give("a.png")
        try give("b.png")
        #expect(try queue == ["a.png"])
        #expect(try picture == "b.png")
        try give(nil)
        #expect(try queue == ["a.png", "b.png"])
        try give("c.png")
        let id = anna.id
        try store.writer.write { try $0.delete(accountID: id) }
        #expect(try queue == ["a.png", "b.png", "c.png"])
        try store.writer.write { try $0.forget(picture: "b.png") }
        #expect(try queue == ["a.png", "c.png"])
    }

    @Test("even a statement that knows nothing of pictures queues the one that it takes away")
    func triggers() throws {
        try give("a.png")
        try store.writer.write { try $0.execute("UPDATE accounts SET picture = 'x.png'", []) }
        #expect(try queue == ["a.png"])
        try store.writer.write { try $0.execute("UPDATE accounts SET picture = picture, days_count = 4", []) }
        #expect(try queue == ["a.png"])
        try store.writer.write { try $0.execute("DELETE FROM accounts", []) }
        #expect(try queue == ["a.png", "x.png"])
    }

    @Test("a refused write leaves picture and queue as they were")
    func refused() throws {
        try give("a.png")
        try store.writer.write { try $0.announce(picture: "b.png") }
        let id = anna.id
        #expect(throws: Rejection(.usernameTaken)) {
            try store.writer.write { transaction in
                try transaction.setPicture(of: id, to: "b.png")
                throw Rejection(.usernameTaken)
            }
        }
        #expect(try picture == "a.png")
        #expect(try queue == ["b.png"])
    }
}
