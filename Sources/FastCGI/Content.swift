// Where the body of a complete request is, until somebody answers it.

import HTTP

/// The body of a complete request.
enum Content: Sendable {
    case bytes([UInt8])
    /// In the file of the request's connection.
    case file(length: Int)
    /// Not kept, because the disk took no more.
    case dropped(length: Int)

    /// How many bytes arrived.
    var length: Int {
        switch self {
        case .bytes(let bytes): bytes.count
        case .file(let length), .dropped(let length): length
        }
    }

    /// The body for a worker; `read` reads the connection's file.
    func body(read: @escaping (UnsafeMutableRawBufferPointer) -> Int) -> Body {
        switch self {
        case .bytes(let bytes): Body(bytes)
        case .file(let length): Body(length: length, source: read)
        case .dropped(let length): Body(length: length) { _ in 0 }
        }
    }
}
