// Boundaries, part headers, and the reading of a whole body into a form and a sink.

import HTTP
import Testing

@Suite struct MultipartReaderTests {
    struct Refused: Error, Equatable {}

    /// Keeps what it was given, and refuses more bytes than it may hold.
    struct Sink: FileSink {
        typealias Failure = Refused

        var log: [String] = []
        var files: [String: [UInt8]] = [:]
        var capacity = Int.max
        private var name = ""

        init(capacity: Int = .max) {
            self.capacity = capacity
        }

        mutating func begin(_ part: Multipart.Part) {
            name = part.name
            log.append("begin \(part.name) \(part.fileName ?? "-") \(part.contentType ?? "-")")
        }

        mutating func write(_ bytes: ArraySlice<UInt8>) throws(Refused) {
            files[name, default: []] += bytes
            if files.values.map(\.count).reduce(0, +) > capacity { throw Refused() }
        }

        mutating func end() {
            log.append("end \(name)")
        }
    }

    private static let type = "multipart/form-data; boundary=bnd"
    private static let start = "--bnd\r\nContent-Disposition: form-data; name="
    private static let picture = (0..<50_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    private static let bytes =
        Array("\(start)a\r\n\r\n1\r\n\(start)pic; filename=x.png\r\nContent-Type: image/png\r\n\r\n".utf8)
        + picture + Array("\r\n\(start)a\r\n\r\n".utf8) + [0xC3, 0x28]
        + Array("\r\n\(start)e; filename=e\r\n\r\n\r\n--bnd--\r\n".utf8)

    @Test("Fields come as a form, files go to the sink, in order") func reads() throws {
        var sink = Sink()
        let form = try Multipart.Reader(contentType: MultipartReaderTests.type).read(
            Body(MultipartReaderTests.bytes), into: &sink)
        #expect(form == ["a": "1", "a": "\u{FFFD}("])
        #expect(sink.log == ["begin pic x.png image/png", "end pic", "begin e e -", "end e"])
        #expect(sink.files == ["pic": MultipartReaderTests.picture])
    }

    @Test("Files may be discarded") func discards() throws {
        var sink = Multipart.DiscardedFiles()
        let form = try Multipart.Reader(contentType: MultipartReaderTests.type).read(
            Body(MultipartReaderTests.bytes), into: &sink)
        #expect(form.values("a") == ["1", "\u{FFFD}("])
    }

    private func failure(_ body: Body, limits: Multipart.Limits = Multipart.Limits(), capacity: Int = .max) -> Multipart
        .ReadError<Refused>?
    {
        var sink = Sink(capacity: capacity)
        do throws(Multipart.ParseError) {
            let reader = try Multipart.Reader(contentType: MultipartReaderTests.type, limits: limits)
            do throws(Multipart.ReadError<Refused>) {
                _ = try reader.read(body, into: &sink)
                return nil
            } catch {
                return error
            }
        } catch {
            return .form(error)
        }
    }

    @Test("Every reason to stop is told apart") func failures() {
        let bytes = MultipartReaderTests.bytes
        #expect(failure(Body(bytes)) == nil)
        #expect(failure(Body(bytes), capacity: 49_999) == .sink(Refused()))
        #expect(
            failure(Body(bytes), limits: Multipart.Limits(fileBytes: 49_999)) == .form(.filesTooLarge(limit: 49_999)))
        #expect(failure(Body(Array(bytes.dropLast(60)))) == .form(.unexpectedEnd))
        #expect(failure(Body(length: 5) { _ in 0 }) == .body(.truncated))
    }

    @Test("A body over the limit is refused, before it is read when its length is known") func tooLarge() {
        let limits = Multipart.Limits(bodyBytes: 1000)
        var reads = 0
        let announced = Body(length: 1001) { _ in
            reads += 1
            return 0
        }
        #expect(failure(announced, limits: limits) == .body(.tooLarge(limit: 1000)))
        #expect(reads == 0)
        // A preamble that never ends.
        let endless = Body(length: nil) { buffer in
            buffer.initializeMemory(as: UInt8.self, repeating: UInt8(ascii: "x"))
            reads += 1
            return min(400, buffer.count)
        }
        #expect(failure(endless, limits: limits) == .body(.tooLarge(limit: 1000)))
        #expect(reads == 3)
    }

    @Test(
        "Reads boundaries as Django does",
        arguments: [
            ("multipart/form-data; boundary=x", "x"),
            ("multipart/form-data;Boundary=\"a b;c\"; charset=utf-8", "a b;c"),
            ("Multipart/Form-Data; boundary=----WebKitFormBoundary7MA4YWxk", "----WebKitFormBoundary7MA4YWxk"),
            ("multipart/form-data; boundary=" + String(repeating: "x", count: 201), String(repeating: "x", count: 201)),
        ])
    func boundary(contentType: String, boundary: String) throws {
        #expect(try Multipart.boundary(contentType: contentType) == boundary)
    }

    @Test(
        "Refuses boundaries that Django refuses",
        arguments: [
            ("multipart/form-data", .invalidBoundary(nil)), ("multipart/form-data; boundary", .invalidBoundary(nil)),
            ("multipart/form-data; boundary=", .invalidBoundary("")),
            ("multipart/form-data; boundary=\"a \"", .invalidBoundary("a ")),
            ("multipart/form-data; boundary=a\u{1}b", .invalidBoundary("a\u{1}b")),
            (
                "multipart/form-data; boundary=" + String(repeating: "x", count: 202),
                .invalidBoundary(String(repeating: "x", count: 202))
            ),
            ("multipart/form-data; boundary=é", .nonASCIIContentType),
        ] as [(String, Multipart.ParseError)])
    func refusedBoundary(contentType: String, error: Multipart.ParseError) {
        #expect(throws: error) { try Multipart.boundary(contentType: contentType) }
        #expect(throws: error) { try Multipart.Reader(contentType: contentType) }
    }

    @Test(
        "Reads part headers as Django does",
        arguments: [
            ("Content-Disposition: form-data; name=\"a b\"", Multipart.Part(name: "a b")),
            ("content-disposition: form-data; name=\" é \"", Multipart.Part(name: "é")),
            ("Content-Disposition: form-data; name=\"\"", Multipart.Part(name: "")),
            ("Content-Disposition: form-data; name=a; filename=\"\"", Multipart.Part(name: "a")),
            (
                "Content-Disposition: form-data; name=a; filename=\"C:\\dir\\b.png\"",
                Multipart.Part(name: "a", fileName: "b.png")
            ),
            (
                "Content-Disposition: form-data; name=a; filename=\"/etc/pass wd\"",
                Multipart.Part(name: "a", fileName: "pass wd")
            ),
            (
                "Content-Disposition: form-data; name=a; filename=\"é\u{200B}\u{202E}\u{A0}\u{1}.png\"",
                Multipart.Part(name: "a", fileName: "é.png")
            ),
            (
                "Content-Disposition: form-data; name=a; filename*=UTF-8''%e2%82%ac%2Fx.png",
                Multipart.Part(name: "a", fileName: "x.png")
            ),
            ("Content-Disposition: form-data; name=a; filename=\".png\"", Multipart.Part(name: "a", fileName: ".png")),
            (
                "garbage\r\nContent-Disposition: form-data; name=a\r\nContent-Type: TEXT/plain; charset=x",
                Multipart.Part(name: "a", contentType: "text/plain")
            ),
            (
                "Content-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=b",
                Multipart.Part(name: "b")
            ),
            ("Content-Disposition: form-data; name=a; filename=\"..\"", nil),
            ("Content-Disposition: form-data; name=a; filename=\"x/\"", nil),
            ("Content-Disposition: form-data; name=\"\"; filename=\"x\"", nil), ("Content-Disposition: form-data", nil),
            ("name=a", nil),
            ("Content-Disposition : form-data; name=a", nil), ("X: name=a", nil),
        ] as [(String, Multipart.Part?)])
    func partHeader(header: String, part: Multipart.Part?) throws {
        var parser = Multipart.Parser(boundary: "b")
        let events = try parser.feed(Array("--b\r\n\(header)\r\n\r\n".utf8))
        #expect(events == (part.map { [.begin($0)] } ?? []))
    }

    @Test("A header line that is not UTF-8 counts for nothing") func notUTF8() throws {
        var parser = Multipart.Parser(boundary: "b")
        let header = Array("--b\r\nContent-Disposition: form-data; name=\"".utf8) + [0xFF] + Array("\"\r\n\r\n".utf8)
        #expect(try parser.feed(header) == [])
    }

    @Test("Other transfer encodings change nothing, quoted-printable is refused") func transferEncoding() throws {
        let header = "--b\r\nContent-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: "
        var parser = Multipart.Parser(boundary: "b")
        #expect(try parser.feed(Array("\(header)binary\r\n\r\n".utf8)) == [.begin(Multipart.Part(name: "a"))])
        var other = Multipart.Parser(boundary: "b")
        #expect(throws: Multipart.ParseError.unsupportedTransferEncoding("quoted-printable")) {
            try other.feed(Array("\(header)Quoted-Printable\r\n\r\n".utf8))
        }
    }
}
