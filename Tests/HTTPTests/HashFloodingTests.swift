// Keys that would collide in other languages' tables: what a client could send to make look-ups slow. Counted, not timed.

import Testing

@testable import HTTP

@Suite("A hundred thousand keys with one hash in Java") struct HashFloodingTests {
    /// `Aa` and `BB` have one hash in Java's `String.hashCode`, and so has every text of as many of them.
    static let keys: [String] = (0..<100_000).map { number in
        (0..<17).map { number >> $0 & 1 == 0 ? "Aa" : "BB" }.joined()
    }

    @Test("are spread over a table as any others") func spread() {
        let mask = 1 << 17 - 1
        var places: [Int: Int] = [:]
        for key in Self.keys { places[ExactText(key).hashValue & mask, default: 0] += 1 }
        // 100,000 keys in 131,072 places: seven in one are usual, a hundred are not to be had by chance.
        #expect((places.values.max() ?? 0) < 20)
        #expect(places.count > 60_000)
    }

    @Test("are each found in an object, and replace each other when sent twice") func object() throws {
        let members = Self.keys.enumerated().map { "\"\($0.element)\":\($0.offset)" }.joined(separator: ",")
        let value = try JSON(parsing: Array("{\(members),\"\(Self.keys[7])\":-1}".utf8))
        guard case .object(let object) = value else {
            Issue.record("\(value.kind)")
            return
        }
        #expect(object.count == Self.keys.count)
        #expect(object[Self.keys[7]] == -1)
        #expect(Self.keys.indices.allSatisfy { $0 == 7 || object[Self.keys[$0]] == .integer($0) })
    }
}
