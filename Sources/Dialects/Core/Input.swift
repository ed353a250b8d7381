// The body of a request as inputs by name, whichever of the three media types it came in.

import AccountService
import HTTP

/// What a body says.
enum Input {
    /// A JSON value of any kind.
    case json(JSON)
    /// A form, and the files in it by the names of their inputs; of several with one name the last.
    case form(Form, files: [String: SentFile])

    /// How much of a body is read.
    struct Limits {
        /// The most bytes of a JSON or form body, and of a multipart body, a picture in it not counted.
        let (text, multipart): (Int, Int)
        /// The most bytes of a picture; nil where none is wanted.
        let picture: Int?
    }

    /// Reads a body.
    ///
    /// The file of the input `wanted` goes where `receive` says, others are passed over. Throws `RequestFault`, and what
    /// `receive` throws. `formsFirst` is whether forms come before JSON where a media range allows both.
    ///
    /// An empty body is an empty object of whatever type it claims to be, as in Django REST framework (`request.py`,
    /// `_parse`): nothing was sent, so nothing is of a wrong type.
    static func read(
        _ request: Request, limits: Limits, formsFirst: Bool = false, wanted: String? = nil,
        receive: () throws -> ReceivedPicture
    ) throws -> Input {
        let type = request.head.headers["Content-Type"] ?? ""
        if request.body.length == 0 { return .json([:]) }
        guard let media = MediaType(type) else { throw RequestFault.unsupportedMediaType(type) }
        // In the order of the original's parsers, since a range (`*/*`) is read by the first that it takes in.
        let isJSON = MediaType.json.matches(media) && !(formsFirst && MediaType.form.matches(media))
        let isForm = !isJSON && MediaType.form.matches(media)
        guard isJSON || isForm else {
            guard MediaType.multipart.matches(media) else { throw RequestFault.unsupportedMediaType(type) }
            return try multipart(request, type: type, limits: limits, wanted: wanted, receive: receive)
        }
        let bytes: [UInt8]
        do throws(Body.ReadError) {
            bytes = try request.body.collect(limit: limits.text)
        } catch {
            throw error == .truncated ? RequestFault.truncated : .tooLarge
        }
        if bytes.isEmpty { return .json([:]) }
        return isForm ? try form(bytes) : try json(bytes)
    }

    private static func json(_ bytes: [UInt8]) throws(RequestFault) -> Input {
        do throws(JSON.ParseError) {
            return .json(try JSON(parsing: bytes))
        } catch {
            // The original reads bodies by a stream decoder, which waits in vain for the rest of a character cut off at the end.
            if case .notUTF8(_, let position, _, .unexpectedEnd) = error.kind, position < bytes.count {
                return try json(Array(bytes[..<position]))
            }
            throw .malformedJSON(error)
        }
    }

    private static func form(_ bytes: [UInt8]) throws(RequestFault) -> Input {
        do throws(Form.ParseError) {
            return .form(try Form(parsing: bytes), files: [:])
        } catch {
            throw .malformedForm
        }
    }

    /// As many parts as a form may have fields, so that the longest list of ids fits into either.
    private static let mostParts = 1000
    /// As long as a part's header may be: names that nobody knows are no fault, whatever they are.
    private static let longestName = 8192

    private static func multipart(
        _ request: Request, type: String, limits: Limits, wanted: String?, receive: () throws -> ReceivedPicture
    ) throws -> Input {
        let reader: Multipart.Reader
        do throws(Multipart.ParseError) {
            reader = try Multipart.Reader(
                contentType: type,
                limits: Multipart.Limits(
                    parts: mostParts, nameBytes: longestName, formBytes: limits.multipart,
                    fileBytes: limits.picture ?? limits.multipart, bodyBytes: limits.multipart + (limits.picture ?? 0)))
        } catch {
            throw fault(error)
        }
        return try withoutActuallyEscaping(receive) { receive in
            var intake = FileIntake(wanted: wanted, receive: receive)
            do throws(Multipart.ReadError<any Error>) {
                let form = try reader.read(request.body, into: &intake)
                return .form(form, files: intake.files)
            } catch {
                switch error {
                case .body(.tooLarge): throw RequestFault.tooLarge
                case .body(.truncated): throw RequestFault.truncated
                case .form(let error): throw fault(error)
                case .sink(let error): throw error
                }
            }
        }
    }

    private static func fault(_ error: Multipart.ParseError) -> RequestFault {
        switch error {
        case .invalidBoundary(let boundary): .invalidBoundary(boundary)
        case .filesTooLarge, .formTooLarge, .fieldTooLarge: .tooLarge
        default: .malformedMultipart
        }
    }
}

/// A file of a form.
struct SentFile {
    /// The client's name for it, without folders.
    let name: String
    /// Its bytes; nil where nobody wants them.
    let content: ReceivedPicture?
}

/// Takes the file that is wanted as it comes, and only the names of others.
private struct FileIntake: FileSink {
    typealias Failure = any Error

    let wanted: String?
    let receive: () throws -> ReceivedPicture
    var files: [String: SentFile] = [:]
    private var current: ReceivedPicture?

    init(wanted: String?, receive: @escaping () throws -> ReceivedPicture) {
        self.wanted = wanted
        self.receive = receive
    }

    mutating func begin(_ part: Multipart.Part) throws {
        current = part.name == wanted ? try receive() : nil
        files[part.name] = SentFile(name: part.fileName ?? "", content: current)
    }

    mutating func write(_ bytes: ArraySlice<UInt8>) throws { try current?.write(bytes) }
    mutating func end() {}
}
