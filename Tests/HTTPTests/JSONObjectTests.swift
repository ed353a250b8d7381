// The ordered members of a JSON object.

import HTTP
import Testing

@Suite struct JSONObjectTests {
    @Test("Keeps order, finds by key and counts") func basics() {
        let object: JSON.Object = ["b": 1, "a": nil, "c": "x"]
        #expect(object.keys == ["b", "a", "c"])
        #expect(object.count == 3)
        #expect(!object.isEmpty)
        #expect(object["a"] == JSON.null)
        #expect(object["c"] == "x")
        #expect(object["d"] == Optional<JSON>.none)
        #expect(JSON.Object().isEmpty)
    }

    @Test("Sets at the old place, or at the end") func sets() {
        var object: JSON.Object = ["a": 1, "b": 2]
        object["a"] = 3
        object["c"] = 4
        object["b"] = Optional<JSON>.none
        object["x"] = Optional<JSON>.none
        #expect(object == ["a": 3, "c": 4])
    }

    @Test("Order is part of equality") func order() {
        #expect(JSON.Object([("a", 1), ("b", 2)]) != JSON.Object([("b", 2), ("a", 1)]))
    }

    @Test("Many members behave as few do", arguments: [15, 16, 17, 18, 500])
    func many(count: Int) {
        let pairs = (0..<count).map { ("key \($0)", JSON.integer($0)) }
        var object = JSON.Object(pairs + pairs.map { ($0.0, [$0.1]) })
        #expect(object == JSON.Object(pairs.map { ($0.0, [$0.1]) }))
        for (key, value) in pairs { #expect(object[key] == [value]) }
        #expect(object["key \(count)"] == Optional<JSON>.none)
        for (key, _) in pairs.dropLast(10) { object[key] = Optional<JSON>.none }
        #expect(object.keys == pairs.suffix(10).map(\.0))
        object["new"] = true
        #expect(object.members.last == JSON.Object(dictionaryLiteral: ("new", true)).members.last)
    }

    @Test("Keys compare byte for byte", arguments: [0, 20])
    func exactKeys(others: Int) {
        var object = JSON.Object((0..<others).map { ("\($0)", 0) })
        object.set("\u{E9}", 1)
        object.set("e\u{301}", 2)
        object.set("\u{212A}", 3)
        #expect(object.count == others + 3)
        #expect(object["\u{E9}"] == 1)
        #expect(object["e\u{301}"] == 2)
        #expect(object["K"] == Optional<JSON>.none)
    }

    @Test("A value's member is found when it is an object") func memberOfValue() {
        #expect((["a": ["b": 1]] as JSON)["a"]?["b"] == 1)
        #expect(([1] as JSON)["a"] == Optional<JSON>.none)
    }
}
