// Reading of a whole multipart body: fields become a `Form`, files go to a sink as they come and are never held here.

/// Takes the files of a form, one after the other, as their bytes come in.
public protocol FileSink {
    /// Why a file could not be taken; `Never` for a sink that takes all.
    associatedtype Failure: Error

    /// A file starts; its `fileName` is not nil.
    mutating func begin(_ part: Multipart.Part) throws(Failure)
    /// More bytes of the file, in order.
    mutating func write(_ bytes: ArraySlice<UInt8>) throws(Failure)
    /// The file is complete. Not called for a file whose form turns out to be broken.
    mutating func end() throws(Failure)
}

extension Multipart {
    /// The sink for forms whose files nobody wants.
    public struct DiscardedFiles: FileSink {
        /// A sink that forgets everything.
        public init() {}
        /// Forgets the file.
        public mutating func begin(_ part: Part) {}
        /// Forgets the bytes.
        public mutating func write(_ bytes: ArraySlice<UInt8>) {}
        /// Forgets the end.
        public mutating func end() {}
    }

    /// Why a body could not be read as a form.
    public enum ReadError<SinkFailure: Error>: Error {
        /// The body broke off or is over the limit.
        case body(Body.ReadError)
        /// The body is no form, or one beyond the limits.
        case form(ParseError)
        /// The sink refused a file.
        case sink(SinkFailure)
    }

    /// Pulls a body through a parser.
    public struct Reader: Sendable {
        private static let chunkBytes = 16_384
        private let boundary: String
        private let limits: Limits

        /// A reader of bodies with the given `Content-Type` value.
        ///
        /// Throws `invalidBoundary` and `nonASCIIContentType`.
        public init(contentType: String, limits: Limits = Limits()) throws(ParseError) {
            boundary = try Multipart.boundary(contentType: contentType)
            self.limits = limits
        }

        /// Reads the body to its end and returns its fields; files go to `sink`.
        ///
        /// What is not UTF-8 becomes U+FFFD.
        public func read<Sink: FileSink>(_ body: Body, into sink: inout Sink) throws(ReadError<Sink.Failure>) -> Form {
            if let length = body.length, length > limits.bodyBytes { throw .body(.tooLarge(limit: limits.bodyBytes)) }
            var gathering = Gathering()
            var parser = Parser(boundary: boundary, limits: limits)
            var chunk = [UInt8](repeating: 0, count: Reader.chunkBytes)
            var total = 0
            while true {
                let count = try Reader.fill(&chunk, from: body, as: Sink.self)
                total += count
                if total > limits.bodyBytes { throw .body(.tooLarge(limit: limits.bodyBytes)) }
                let events = try Reader.parse(&parser, chunk[..<count], as: Sink.self)
                do throws(Sink.Failure) {
                    for event in events { try gathering.take(event, &sink) }
                } catch {
                    throw .sink(error)
                }
                if count == 0 { return gathering.form }
            }
        }

        private static func fill<Sink: FileSink>(
            _ chunk: inout [UInt8], from body: Body, as: Sink.Type
        ) throws(ReadError<Sink.Failure>) -> Int {
            // A typed throw does not pass through the standard library's rethrowing closures, hence the Result.
            let outcome = chunk.withUnsafeMutableBytes { buffer in
                Result { () throws(Body.ReadError) -> Int in try body.read(into: buffer) }
            }
            switch outcome {
            case .success(let count): return count
            case .failure(let error): throw .body(error)
            }
        }

        private static func parse<Sink: FileSink>(
            _ parser: inout Parser, _ bytes: ArraySlice<UInt8>, as: Sink.Type
        ) throws(ReadError<Sink.Failure>) -> [Event] {
            do throws(ParseError) {
                return bytes.isEmpty ? try parser.finish() : try parser.feed(bytes)
            } catch {
                throw .form(error)
            }
        }
    }

    /// The fields so far, and the part that is being read.
    private struct Gathering {
        var form = Form()
        private var part: Part?
        private var value: [UInt8] = []

        mutating func take<Sink: FileSink>(_ event: Event, _ sink: inout Sink) throws(Sink.Failure) {
            switch event {
            case .begin(let part):
                self.part = part
                if part.fileName != nil { try sink.begin(part) }
            case .data(let bytes):
                if part?.fileName != nil { try sink.write(bytes) } else { value += bytes }
            case .end:
                if part?.fileName != nil { return try sink.end() }
                form.append(name: part?.name ?? "", value: String(decoding: value, as: UTF8.self))
                value = []
            }
        }
    }
}

extension Multipart.ReadError: Equatable where SinkFailure: Equatable {}
