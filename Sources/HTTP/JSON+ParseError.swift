// Why bytes are no JSON: facts and places, as CPython's `json` module finds them. The wording is not here.

extension JSON {
    /// The first reason why bytes are no JSON, with its place in the text.
    public struct ParseError: Error, Equatable, Sendable {
        /// What was found.
        public enum Kind: Equatable, Sendable {
            /// No value where one must be.
            case expectingValue
            /// No `"` and no `}` where a member must start.
            case expectingPropertyName
            /// No `:` after a member's name.
            case expectingColon
            /// No `,` between two members or elements.
            case expectingComma
            /// Something after the value.
            case extraData
            /// A string, starting at the place, that does not end.
            case unterminatedString
            /// An unescaped control character in a string.
            case invalidControlCharacter
            /// A backslash followed by none of `"\/bfnrtu`.
            case invalidEscape
            /// A `\u` without four hexadecimal digits, or with nothing after them; the place is that of the `u`.
            case invalidUnicodeEscape
            /// A byte order mark.
            case unexpectedBOM
            /// Bytes that are not UTF-8, from byte offset `position` up to `end` (exclusive); `byte` is the first.
            case notUTF8(byte: UInt8, position: Int, end: Int, reason: EncodingFault)
            /// `NaN`, `Infinity` or `-Infinity`, or a number too large for a double, whose literal is `inf` or `-inf`.
            case notFinite(literal: String)
            /// An integer of more digits (`count`) than Python reads (4300).
            case tooManyDigits(count: Int)
            /// An array or object inside more of them than allowed; the place is that of its bracket.
            case tooDeep
            /// A key that its object has already, where each may be there once only; the place is that of its value.
            case repeatedKey
        }

        /// Why bytes are not UTF-8, in the distinctions of CPython's decoder.
        public enum EncodingFault: Equatable, Sendable {
            /// A byte that starts no sequence, a sequence broken off by another byte, and one broken off by the end.
            case invalidStartByte, invalidContinuationByte, unexpectedEnd
        }

        /// What was found.
        public let kind: Kind
        /// Where, in code points from the start of the text.
        public let offset: Int
        /// Where: the line, from 1; lines end at LF.
        public let line: Int
        /// Where: the code point in the line, from 1.
        public let column: Int

        /// An error of the given parts.
        public init(_ kind: Kind, offset: Int, line: Int, column: Int) {
            self.kind = kind
            self.offset = offset
            self.line = line
            self.column = column
        }

        /// An error at a byte offset, whose place in the text is counted here.
        init(_ kind: Kind, at index: Int, in bytes: [UInt8]) {
            var (offset, line, column) = (0, 1, 1)
            for byte in bytes[..<index] where byte & 0xC0 != 0x80 {
                offset += 1
                column += 1
                if byte == UInt8(ascii: "\n") { (line, column) = (line + 1, 1) }
            }
            self.init(kind, offset: offset, line: line, column: column)
        }
    }
}
