// The push parser of multipart/form-data: what it finds, what it forgives, what it refuses, however the bytes are cut.

import HTTP
import Testing

@Suite struct MultipartParserTests {
    /// What came of a body: for each part its description and content, or the error that ended it.
    enum Outcome: Equatable {
        struct Found: Equatable {
            let part: Multipart.Part
            var content: [UInt8] = []
            var isComplete = false
        }
        case parts([Found])
        case error(Multipart.ParseError)
    }

    static func parse(_ pieces: [ArraySlice<UInt8>], _ limits: Multipart.Limits, boundary: String = "bnd") -> Outcome {
        var parser = Multipart.Parser(boundary: boundary, limits: limits)
        var found: [Outcome.Found] = []
        do throws(Multipart.ParseError) {
            var events: [Multipart.Event] = []
            for piece in pieces { events += try parser.feed(piece) }
            events += try parser.finish()
            for event in events {
                switch event {
                case .begin(let part): found.append(Outcome.Found(part: part))
                case .data(let bytes): found[found.count - 1].content += bytes
                case .end: found[found.count - 1].isComplete = true
                }
            }
            return .parts(found)
        } catch {
            return .error(error)
        }
    }

    /// Parts that are complete, with their contents as text.
    static func complete(_ parts: [(Multipart.Part, String)]) -> Outcome {
        .parts(parts.map { Outcome.Found(part: $0.0, content: Array($0.1.utf8), isComplete: true) })
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let body: String
        let outcome: Outcome
        var limits = Multipart.Limits()
    }

    static func field(_ name: String, _ value: String) -> (Multipart.Part, String) {
        (Multipart.Part(name: name), value)
    }

    static let start = "--bnd\r\nContent-Disposition: form-data; name="

    static let cases = [
        Case(
            testDescription: "field and file",
            body:
                "\(start)\"email\"\r\n\r\na@b.c\r\n\(start)\"pic\"; filename=\"a.png\"\r\nContent-Type: Image/PNG; x=1\r\n\r\n"
                + "\r\nPNG\r\n--bn\r\n--bn\n\r\r\n\r\n--bnd--\r\n",
            outcome: complete([
                field("email", "a@b.c"),
                (
                    Multipart.Part(name: "pic", fileName: "a.png", contentType: "image/png"),
                    "\r\nPNG\r\n--bn\r\n--bn\n\r\r\n"
                ),
            ])),
        Case(
            testDescription: "empty values, one without its own line end",
            body: "\(start)a\r\n\r\n\r\n\(start)b\r\n\r\n--bnd--",
            outcome: complete([field("a", ""), field("b", "")])),
        Case(
            testDescription: "preamble and epilogue",
            body: "hello --bnd\r\n\(start)a\r\n\r\n1\r\n--bnd--\r\n\(start)b\r\n\r\n2\r\n--bnd--",
            outcome: complete([field("a", "1")])),
        Case(
            testDescription: "line feeds alone",
            body: "--bnd\nContent-Disposition: form-data; name=a\n\n1\n2\n--bnd--\n",
            outcome: complete([field("a", "1\n2")])),
        Case(
            testDescription: "delimiter look-alikes are content",
            body: "\(start)a\r\n\r\nx--bnd\r\n--bndx\r\n--bnd-x\r\n --bnd\r\n--bnd x\r\n--bnd--",
            outcome: complete([field("a", "x--bnd\r\n--bndx\r\n--bnd-x\r\n --bnd\r\n--bnd x")])),
        Case(
            testDescription: "white space after delimiters",
            body: "--bnd \t\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--bnd \r\n\r\n--bnd--",
            outcome: complete([field("a", "1")])),
        Case(
            testDescription: "more white space than anybody needs is content",
            body: "\(start)a\r\n\r\n1\r\n--bnd\(String(repeating: " ", count: 65))\r\n--bnd--",
            outcome: complete([field("a", "1\r\n--bnd\(String(repeating: " ", count: 65))")])),
        Case(
            testDescription: "parts without name or end of header",
            body:
                "--bnd\r\nX: 1\r\n\r\n1\r\n--bnd\r\n\r\n2\r\n\(start)a\r\n--bnd\r\nContent-Disposition: form-data\r\n\r\n3\r\n\(start)b\r\n\r\n4\r\n--bnd--",
            outcome: complete([field("b", "4")])),
        Case(testDescription: "closed at once", body: "--bnd--\r\n", outcome: .parts([])),
        Case(testDescription: "nothing", body: "", outcome: .parts([])),
        Case(testDescription: "no delimiter", body: "a=1&b=2\r\n--bn", outcome: .parts([])),
        Case(
            testDescription: "delimiter at the end", body: "\(start)a\r\n\r\n1\r\n--bnd",
            outcome: complete([field("a", "1")])),
        Case(testDescription: "end in content", body: "\(start)a\r\n\r\n1\r\n--bn", outcome: .error(.unexpectedEnd)),
        Case(testDescription: "end in a nameless part", body: "--bnd\r\n\r\n1\r\n", outcome: .error(.unexpectedEnd)),
        Case(testDescription: "end in a header", body: "--bnd\r\nContent-Disp", outcome: .error(.unexpectedEnd)),
        Case(
            testDescription: "as many parts as allowed", body: "\(start)a\r\n\r\n1\r\n\(start)b\r\n\r\n2\r\n--bnd--",
            outcome: complete([field("a", "1"), field("b", "2")]), limits: Multipart.Limits(parts: 2)),
        Case(
            testDescription: "too many parts", body: "\(start)a\r\n\r\n1\r\n--bnd\r\n\r\n\r\n--bnd--",
            outcome: .error(.tooManyParts(limit: 1)),
            limits: Multipart.Limits(parts: 1)),
        Case(
            testDescription: "field as long as allowed", body: "\(start)a\r\n\r\n12345\r\n--bnd--",
            outcome: complete([field("a", "12345")]),
            limits: Multipart.Limits(fieldBytes: 5)),
        Case(
            testDescription: "field too long", body: "\(start)a\r\n\r\n123456\r\n--bnd--",
            outcome: .error(.fieldTooLarge(name: "a", limit: 5)),
            limits: Multipart.Limits(fieldBytes: 5)),
        Case(
            testDescription: "files as long as allowed together, fields apart",
            body:
                "\(start)a; filename=b\r\n\r\n123\r\n\(start)c; filename=d\r\n\r\n45\r\n\(start)e\r\n\r\n678\r\n--bnd--",
            outcome: complete([
                (Multipart.Part(name: "a", fileName: "b"), "123"), (Multipart.Part(name: "c", fileName: "d"), "45"),
                field("e", "678"),
            ]),
            limits: Multipart.Limits(fileBytes: 5)),
        Case(
            testDescription: "files too long together",
            body: "\(start)a; filename=b\r\n\r\n123\r\n\(start)c; filename=d\r\n\r\n456\r\n--bnd--",
            outcome: .error(.filesTooLarge(limit: 5)), limits: Multipart.Limits(fileBytes: 5)),
        Case(
            testDescription: "fields as long as allowed together, files apart",
            body:
                "\(start)a\r\n\r\n123\r\n\(start)c; filename=d\r\n\r\n4567\r\n\(start)e\r\n\r\n89\r\n--bnd--",
            outcome: complete([
                field("a", "123"), (Multipart.Part(name: "c", fileName: "d"), "4567"), field("e", "89"),
            ]),
            limits: Multipart.Limits(formBytes: 5)),
        Case(
            testDescription: "fields too long together",
            body: "\(start)a\r\n\r\n123\r\n\(start)e\r\n\r\n456\r\n--bnd--",
            outcome: .error(.formTooLarge(limit: 5)), limits: Multipart.Limits(formBytes: 5)),
        Case(
            testDescription: "of two limits the one that is passed first",
            body: "\(start)a\r\n\r\n123\r\n\(start)e\r\n\r\n4567890\r\n--bnd--",
            outcome: .error(.fieldTooLarge(name: "e", limit: 4)),
            limits: Multipart.Limits(fieldBytes: 4, formBytes: 8)),
        Case(
            testDescription: "of two limits the one that is passed first, the other way round",
            body: "\(start)a\r\n\r\n123\r\n\(start)e\r\n\r\n4567890\r\n--bnd--",
            outcome: .error(.formTooLarge(limit: 6)), limits: Multipart.Limits(fieldBytes: 4, formBytes: 6)),
        Case(
            testDescription: "header as long as allowed", body: "\(start)a\r\n\r\n1\r\n--bnd--",
            outcome: complete([field("a", "1")]),
            limits: Multipart.Limits(headerBytes: 42)),
        Case(
            testDescription: "header too long", body: "\(start)a\r\n\r\n1\r\n--bnd--",
            outcome: .error(.headerTooLarge(limit: 41)),
            limits: Multipart.Limits(headerBytes: 41)),
        Case(
            testDescription: "header without end too long", body: "\(start)a\r\n--bnd--",
            outcome: .error(.headerTooLarge(limit: 46)),
            limits: Multipart.Limits(headerBytes: 46)),
        Case(
            testDescription: "name as long as allowed", body: "\(start)é\r\n\r\n1\r\n--bnd--",
            outcome: complete([field("é", "1")]),
            limits: Multipart.Limits(nameBytes: 2)),
        Case(
            testDescription: "name too long", body: "\(start)abc\r\n\r\n1\r\n--bnd--",
            outcome: .error(.nameTooLong(limit: 2)),
            limits: Multipart.Limits(nameBytes: 2)),
        Case(
            testDescription: "encoded part",
            body: "\(start)a\r\nContent-Transfer-Encoding:  BASE64\r\n\r\nMQ==\r\n--bnd--",
            outcome: .error(.unsupportedTransferEncoding("base64"))),
    ]

    @Test("Finds the same in one piece", arguments: cases)
    func whole(example: Case) {
        #expect(MultipartParserTests.parse([Array(example.body.utf8)[...]], example.limits) == example.outcome)
    }

    @Test("Finds the same byte by byte", arguments: cases)
    func bytewise(example: Case) {
        let bytes = Array(example.body.utf8)
        #expect(MultipartParserTests.parse(bytes.indices.map { bytes[$0...$0] }, example.limits) == example.outcome)
    }

    @Test("Finds the same cut in two anywhere", arguments: cases)
    func cutInTwo(example: Case) {
        let bytes = Array(example.body.utf8)
        for cut in 0...bytes.count {
            let outcome = MultipartParserTests.parse([bytes[..<cut], bytes[cut...]], example.limits)
            #expect(outcome == example.outcome, "cut at \(cut)")
        }
    }

    @Test("Finds the same cut anyhow", arguments: cases)
    func cutAnyhow(example: Case) {
        let bytes = Array(example.body.utf8)
        for seed in 1...60 as ClosedRange<UInt64> {
            var random = SplitMix(state: seed)
            var pieces: [ArraySlice<UInt8>] = []
            var start = 0
            while start < bytes.count {
                let end = min(bytes.count, start + Int.random(in: 0...9, using: &random))
                pieces.append(bytes[start..<end])
                start = end
            }
            #expect(MultipartParserTests.parse(pieces, example.limits) == example.outcome, "seed \(seed)")
        }
    }

    @Test("A big file is handed on piece by piece") func streams() throws {
        var parser = Multipart.Parser(boundary: "bnd", limits: Multipart.Limits(fileBytes: 1_000_000))
        _ = try parser.feed(Array("\(MultipartParserTests.start)a; filename=b\r\n\r\n".utf8))
        let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 10_000)
        for _ in 0..<100 {
            #expect(try parser.feed(piece) == [.data(piece[...])])
        }
        #expect(throws: Multipart.ParseError.filesTooLarge(limit: 1_000_000)) { try parser.feed([0]) }
    }
}

/// Random numbers that are the same in every run.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
