// The vocabulary of multipart/form-data (RFC 7578): limits, parts, errors, the boundary. The work is done by `Parser`,
// which takes bytes in pieces of any size, and `Reader`, which pulls a whole body through it.

/// Forms with files.
public enum Multipart {
    /// How much a form may bring; beyond, parsing stops with an error.
    public struct Limits: Sendable, Equatable {
        /// How many parts, fields and files together.
        public var parts: Int
        /// How many bytes the header of one part may have, its line ends included.
        public var headerBytes: Int
        /// How many bytes the name of a part may have.
        public var nameBytes: Int
        /// How many bytes the value of one field may have.
        public var fieldBytes: Int
        /// How many bytes the values of all fields may have together.
        public var formBytes: Int
        /// How many bytes all files may have together.
        public var fileBytes: Int
        /// How many bytes the whole body may have; only `Reader` looks at it.
        public var bodyBytes: Int

        /// Limits of the given sizes.
        public init(
            parts: Int = 20, headerBytes: Int = 8192, nameBytes: Int = 256, fieldBytes: Int = 65_536,
            formBytes: Int = 131_072, fileBytes: Int = 5_242_880, bodyBytes: Int = 6_291_456
        ) {
            self.parts = parts
            self.headerBytes = headerBytes
            self.nameBytes = nameBytes
            self.fieldBytes = fieldBytes
            self.formBytes = formBytes
            self.fileBytes = fileBytes
            self.bodyBytes = bodyBytes
        }
    }

    /// Why bytes are no form, or not one that is taken.
    public enum ParseError: Error, Equatable, Sendable {
        /// The `Content-Type` has characters outside ASCII.
        case nonASCIIContentType
        /// The `Content-Type` has no boundary (nil), or one that is empty, too long or not printable.
        case invalidBoundary(String?)
        /// There are more parts than allowed.
        case tooManyParts(limit: Int)
        /// A part's header is longer than allowed, in bytes.
        case headerTooLarge(limit: Int)
        /// A part's name is longer than allowed, in bytes.
        case nameTooLong(limit: Int)
        /// A field's value is longer than allowed, in bytes.
        case fieldTooLarge(name: String, limit: Int)
        /// The fields' values are longer than allowed together, in bytes.
        case formTooLarge(limit: Int)
        /// The files are longer than allowed, in bytes.
        case filesTooLarge(limit: Int)
        /// A part is encoded, as `base64` or `quoted-printable`, which RFC 7578, section 4.7 deprecates.
        case unsupportedTransferEncoding(String)
        /// The body ended inside a part.
        case unexpectedEnd
    }

    /// What is known of a part before its content.
    public struct Part: Sendable, Equatable {
        /// The field's name.
        public let name: String
        /// The file's name without folders, or nil when the part is no file.
        public let fileName: String?
        /// The media type in lower case without parameters, or nil when none was sent.
        public let contentType: String?

        /// A part of the given description.
        public init(name: String, fileName: String? = nil, contentType: String? = nil) {
            self.name = name
            self.fileName = fileName
            self.contentType = contentType
        }
    }

    /// What a parser found.
    public enum Event: Sendable, Equatable {
        /// A part starts.
        case begin(Part)
        /// More content of the part, never empty.
        case data(ArraySlice<UInt8>)
        /// The part ends.
        case end
    }

    /// The boundary that a `Content-Type` value names, by Django's rules.
    ///
    /// Throws `invalidBoundary` and `nonASCIIContentType`.
    public static func boundary(contentType: String) throws(ParseError) -> String {
        guard contentType.utf8.allSatisfy({ $0 < 0x80 }) else { throw .nonASCIIContentType }
        let boundary = HeaderParameters(contentType)["boundary"]
        guard let boundary, 1...201 ~= boundary.utf8.count, boundary.utf8.allSatisfy({ 0x20...0x7E ~= $0 }),
            boundary.utf8.last != 0x20
        else { throw .invalidBoundary(boundary) }
        return boundary
    }
}
