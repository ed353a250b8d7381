// Requests as bytes: the records of the FastCGI specification, and the ways to break them.

/// The records of one request.
struct Wire {
    static let get: [(String, String)] = [
        ("REQUEST_METHOD", "GET"), ("DOCUMENT_URI", "/"), ("REMOTE_ADDR", "192.0.2.1"), ("HTTP_HOST", "localhost"),
    ]

    var bytes: [UInt8]

    /// Any bytes.
    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// A complete request; parameters beyond the usual four are added, and a body sets `CONTENT_LENGTH`.
    init(
        _ method: String = "GET", _ path: String = "/", _ extra: [(String, String)] = [], body: [UInt8] = [],
        keep: Bool = true, recordSize: Int = 32768, padding: UInt8 = 0
    ) {
        var parameters = [("REQUEST_METHOD", method), ("DOCUMENT_URI", path)] + Wire.get[2...] + extra
        if !body.isEmpty { parameters.append(("CONTENT_LENGTH", String(body.count))) }
        self.init(
            parameters: parameters.map { (Array($0.0.utf8), Array($0.1.utf8)) }, body: body, keep: keep,
            recordSize: recordSize, padding: padding)
    }

    /// A complete request of exactly these parameters.
    init(
        parameters: [([UInt8], [UInt8])], body: [UInt8] = [], keep: Bool = true, recordSize: Int = 32768,
        padding: UInt8 = 0
    ) {
        bytes = Wire.begin(keep: keep)
        let pairs = parameters.flatMap { Wire.pair($0.0, $0.1) }
        // An empty record is the stream's end, so it may stand only once.
        if !pairs.isEmpty { bytes += Wire.record(4, pairs) }
        bytes += Wire.record(4, [])
        var rest = body[...]
        while !rest.isEmpty {
            bytes += Wire.record(5, Array(rest.prefix(recordSize)), padding: padding)
            rest = rest.dropFirst(recordSize)
        }
        bytes += Wire.record(5, [])
    }

    static func begin(keep: Bool = true, role: UInt8 = 1, id: UInt8 = 1) -> [UInt8] {
        record(1, [0, role, keep ? 1 : 0, 0, 0, 0, 0, 0], id: id)
    }

    static func record(_ type: UInt8, _ content: [UInt8], id: UInt8 = 1, padding: UInt8 = 0, version: UInt8 = 1)
        -> [UInt8]
    {
        [version, type, 0, id, UInt8(content.count >> 8), UInt8(content.count & 0xFF), padding, 0] + content
            + [UInt8](repeating: 0, count: Int(padding))
    }

    static func pair(_ name: [UInt8], _ value: [UInt8]) -> [UInt8] {
        length(name.count) + length(value.count) + name + value
    }

    static func length(_ count: Int) -> [UInt8] {
        count < 128 ? [UInt8(count)] : longLength(UInt32(count))
    }

    static func longLength(_ count: UInt32) -> [UInt8] {
        [0x80 | UInt8(count >> 24), UInt8(count >> 16 & 0xFF), UInt8(count >> 8 & 0xFF), UInt8(count & 0xFF)]
    }
}
