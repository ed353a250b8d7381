// A FastCGI request decoded in the plainest way, from all of its bytes at once (FastCGI specification, sections 3.3 and 3.4): what
// the scan, which takes bytes as they come, and libfcgi are held against.

/// One request of the responder's role: its parameters and its body.
struct PlainRequest {
    private(set) var parameters: [(name: [UInt8], value: [UInt8])] = []
    private(set) var body: [UInt8] = []
    /// The bytes up to the record that ends the parameters.
    private(set) var headLength = 0

    /// Decodes exactly one complete request; nil for anything else.
    init?(_ bytes: [UInt8]) {
        var rest = bytes[...]
        guard let begin = Self.record(&rest), begin.type == 1, begin.content.count == 8,
            begin.content.prefix(2).elementsEqual([0, 1])
        else { return nil }
        var pairs: [UInt8] = []
        guard Self.stream(4, begin.id, &rest, into: &pairs) else { return nil }
        headLength = rest.startIndex
        guard Self.stream(5, begin.id, &rest, into: &body), rest.isEmpty, let parsed = Self.pairs(pairs) else {
            return nil
        }
        parameters = parsed
    }

    /// The name-value pairs that fill bytes exactly; nil for anything else, and for what no C string `name=value` can hold.
    static func pairs(_ bytes: [UInt8]) -> [(name: [UInt8], value: [UInt8])]? {
        var pairs: [(name: [UInt8], value: [UInt8])] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            guard let nameLength = length(&rest), let valueLength = length(&rest), rest.count >= nameLength else {
                return nil
            }
            let name = Array(rest.prefix(nameLength))
            rest = rest.dropFirst(nameLength)
            guard rest.count >= valueLength else { return nil }
            let value = Array(rest.prefix(valueLength))
            rest = rest.dropFirst(valueLength)
            guard !name.isEmpty, !name.contains(0), !name.contains(UInt8(ascii: "=")), !value.contains(0) else {
                return nil
            }
            pairs.append((name, value))
        }
        return pairs
    }

    private static func length(_ rest: inout ArraySlice<UInt8>) -> Int? {
        guard let first = rest.first else { return nil }
        let count = first < 128 ? 1 : 4
        guard rest.count >= count else { return nil }
        let value = rest.prefix(count).reduce(0) { $0 * 256 + Int($1) }
        rest = rest.dropFirst(count)
        return count == 1 ? value : value - 128 * 256 * 256 * 256
    }

    private static func stream(
        _ type: UInt8, _ id: Int, _ rest: inout ArraySlice<UInt8>, into content: inout [UInt8]
    ) -> Bool {
        while let record = record(&rest) {
            guard record.type == type, record.id == id else { return false }
            if record.content.isEmpty { return true }
            content += record.content
        }
        return false
    }

    private static func record(
        _ rest: inout ArraySlice<UInt8>
    ) -> (type: UInt8, id: Int, content: ArraySlice<UInt8>)? {
        guard rest.count >= 8 else { return nil }
        let header = Array(rest.prefix(8))
        let (id, length) = (Int(header[2]) * 256 + Int(header[3]), Int(header[4]) * 256 + Int(header[5]))
        let padding = Int(header[6])
        guard header[0] == 1, id != 0, rest.count >= 8 + length + padding else { return nil }
        let content = rest.dropFirst(8).prefix(length)
        rest = rest.dropFirst(8 + length + padding)
        return (header[1], id, content)
    }
}
