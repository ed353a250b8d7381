// The body of a request, read piece by piece, so that whoever reads it need not hold all of it.

/// A request's body as a stream of bytes that is read once, on the thread that owns the request.
public final class Body {
    /// Why a body could not be read.
    public enum ReadError: Error, Equatable, Sendable {
        /// The body has more bytes than the caller allows.
        case tooLarge(limit: Int)
        /// The body ended, or the connection broke, before the announced length.
        case truncated
    }

    /// The announced length in bytes (`CONTENT_LENGTH`), or nil when none was announced.
    public let length: Int?
    private let source: (UnsafeMutableRawBufferPointer) -> Int
    private var count = 0

    /// A body of `length` bytes that `source` delivers: it fills a part of the buffer and returns how many bytes, 0 at the end.
    public init(length: Int?, source: @escaping (UnsafeMutableRawBufferPointer) -> Int) {
        self.length = length
        self.source = source
    }

    /// A body that is in memory already.
    public convenience init(_ bytes: [UInt8]) {
        var rest = bytes[...]
        self.init(length: bytes.count) { buffer in
            let part = rest.prefix(buffer.count)
            buffer.copyBytes(from: part)
            rest = rest.dropFirst(part.count)
            return part.count
        }
    }

    /// Reads up to `buffer.count` bytes and returns how many; 0 means the end.
    ///
    /// Throws `truncated`.
    public func read(into buffer: UnsafeMutableRawBufferPointer) throws(ReadError) -> Int {
        let got = source(buffer)
        count += got
        if got == 0, let length, count < length { throw .truncated }
        return got
    }

    /// The whole rest of the body.
    ///
    /// Throws `tooLarge` beyond `limit` bytes, before reading when the length says so, and `truncated`.
    public func collect(limit: Int) throws(ReadError) -> [UInt8] {
        if let length, length > limit { throw .tooLarge(limit: limit) }
        var all: [UInt8] = []
        all.reserveCapacity(min(length ?? 1024, limit))
        var chunk = [UInt8](repeating: 0, count: min(16384, (length ?? 16384) + 1))
        while true {
            // A typed throw does not pass through the standard library's rethrowing closures, hence the Result.
            let outcome = chunk.withUnsafeMutableBytes { buffer in
                Result { () throws(ReadError) -> Int in try read(into: buffer) }
            }
            let got = try outcome.get()
            if got == 0 { return all }
            if all.count + got > limit { throw .tooLarge(limit: limit) }
            all.append(contentsOf: chunk[..<got])
        }
    }
}
