// The body of a request as inputs by name, whichever of the three media types it came in.

import HTTP

/// What a body says.
enum Input {
    /// A JSON value of any kind.
    case json(JSON)
    /// A form, and the names of the files in it.
    case form(Form, files: Set<String>)

    /// Reads a body.
    ///
    /// Throws `RequestFault`. `formsFirst` is whether forms come before JSON where a media range allows both.
    ///
    /// An empty body is an empty object of whatever type it claims to be, as in Django REST framework (`request.py`,
    /// `_parse`): nothing was sent, so nothing is of a wrong type.
    static func read(
        _ request: Request, limit: Int, multipartLimit: Int, formsFirst: Bool = false
    ) throws(RequestFault) -> Input {
        let type = request.head.headers["Content-Type"] ?? ""
        if request.body.length == 0 { return .json([:]) }
        guard let media = MediaType(type) else { throw .unsupportedMediaType(type) }
        // In the order of the original's parsers, since a range (`*/*`) is read by the first that it takes in.
        let isJSON = MediaType.json.matches(media) && !(formsFirst && MediaType.form.matches(media))
        let isForm = !isJSON && MediaType.form.matches(media)
        guard isJSON || isForm else {
            guard MediaType.multipart.matches(media) else { throw .unsupportedMediaType(type) }
            return try multipart(request, type: type, limit: multipartLimit)
        }
        let bytes: [UInt8]
        do throws(Body.ReadError) {
            bytes = try request.body.collect(limit: limit)
        } catch {
            throw error == .truncated ? .truncated : .tooLarge
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
            return .form(try Form(parsing: bytes), files: [])
        } catch {
            throw .malformedForm
        }
    }

    /// As many parts as a form may have fields, so that the longest list of ids fits into either.
    private static let mostParts = 1000
    /// As long as a part's header may be: names that nobody knows are no fault, whatever they are.
    private static let longestName = 8192

    private static func multipart(_ request: Request, type: String, limit: Int) throws(RequestFault) -> Input {
        do throws(Multipart.ReadError<Never>) {
            let reader: Multipart.Reader
            do throws(Multipart.ParseError) {
                let limits = Multipart.Limits(parts: mostParts, nameBytes: longestName, bodyBytes: limit)
                reader = try Multipart.Reader(contentType: type, limits: limits)
            } catch {
                throw .form(error)
            }
            var names = FileNames()
            let form = try reader.read(request.body, into: &names)
            return .form(form, files: names.names)
        } catch {
            throw fault(error)
        }
    }

    private static func fault(_ error: Multipart.ReadError<Never>) -> RequestFault {
        switch error {
        case .body(.tooLarge): .tooLarge
        case .body(.truncated): .truncated
        case .form(.invalidBoundary(let boundary)): .invalidBoundary(boundary)
        case .form(.filesTooLarge), .form(.fieldTooLarge): .tooLarge
        case .form: .malformedMultipart
        }
    }
}

/// Remembers which inputs were files, and nothing of them.
private struct FileNames: FileSink {
    var names: Set<String> = []

    mutating func begin(_ part: Multipart.Part) { names.insert(part.name) }
    mutating func write(_ bytes: ArraySlice<UInt8>) {}
    mutating func end() {}
}
