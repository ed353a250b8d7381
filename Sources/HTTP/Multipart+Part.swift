// The header of one part: which field it is, and whether it is a file.

extension Multipart.Part {
    /// Reads a part's header lines; nil for a part that is passed over.
    ///
    /// As in Django, that is a part without a name, a file with an empty one, and a file whose own name is nothing but
    /// folders. Throws `unsupportedTransferEncoding`.
    init?(header: ArraySlice<UInt8>) throws(Multipart.ParseError) {
        var fields: [String: (value: String, parameters: HeaderParameters)] = [:]
        for line in header.split(separator: 0x0A) {
            // As in Django, a line that is not UTF-8 or has no colon counts for nothing.
            guard let text = String(validating: line.last == 0x0D ? line.dropLast() : line, as: UTF8.self) else {
                continue
            }
            let parameters = HeaderParameters(text)
            guard let colon = parameters.main.utf8.firstIndex(of: UInt8(ascii: ":")) else { continue }
            let value = parameters.main[parameters.main.utf8.index(after: colon)...].stripped()
            fields[String(parameters.main[..<colon])] = (value, parameters)
        }
        if let encoding = fields["content-transfer-encoding"]?.value, ["base64", "quoted-printable"].contains(encoding)
        {
            throw .unsupportedTransferEncoding(encoding)
        }
        guard let disposition = fields["content-disposition"]?.parameters, let name = disposition["name"] else {
            return nil
        }
        // A browser sends an empty file name for a file input without a file: a field, with nothing in it.
        let sent = disposition["filename"] ?? ""
        let fileName = Multipart.Part.sanitised(sent)
        if !sent.isEmpty, fileName == nil || name.stripped().isEmpty { return nil }
        self.init(name: name.stripped(), fileName: fileName, contentType: fields["content-type"]?.value)
    }

    /// A file name without folders and unprintable characters, or nil when nothing, `.` or `..` is left.
    private static func sanitised(_ name: String) -> String? {
        let scalars = name.unicodeScalars
        let start = scalars.lastIndex { $0 == "/" || $0 == "\\" }.map { scalars.index(after: $0) } ?? scalars.startIndex
        let kept = String(String.UnicodeScalarView(scalars[start...].filter(isPrintable)))
        return ["", ".", ".."].contains(kept) ? nil : kept
    }

    /// Python's `str.isprintable` for one character.
    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        case .spaceSeparator: scalar == " "
        default: true
        }
    }
}
