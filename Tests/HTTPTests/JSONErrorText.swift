// Parse errors in the words of CPython and Django REST framework, so that tests can compare them with recorded ones.

import HTTP

extension JSON.ParseError {
    /// The message that Python prints for this error.
    var pythonMessage: String {
        switch kind {
        case .expectingValue: placed("Expecting value")
        case .expectingPropertyName: placed("Expecting property name enclosed in double quotes")
        case .expectingColon: placed("Expecting ':' delimiter")
        case .expectingComma: placed("Expecting ',' delimiter")
        case .extraData: placed("Extra data")
        case .unterminatedString: placed("Unterminated string starting at")
        case .invalidControlCharacter: placed("Invalid control character at")
        case .invalidEscape: placed("Invalid \\escape")
        case .invalidUnicodeEscape: placed("Invalid \\uXXXX escape")
        case .unexpectedBOM: placed("Unexpected UTF-8 BOM (decode using utf-8-sig)")
        case .notUTF8(let byte, let position, let end, let reason):
            end == position + 1
                ? "'utf-8' codec can't decode byte 0x\(String(byte, radix: 16)) in position \(position): "
                    + reason.pythonText
                : "'utf-8' codec can't decode bytes in position \(position)-\(end - 1): \(reason.pythonText)"
        case .notFinite(let literal): "Out of range float values are not JSON compliant: '\(literal)'"
        case .tooManyDigits(let count):
            "Exceeds the limit (4300 digits) for integer string conversion: value has \(count) digits; "
                + "use sys.set_int_max_str_digits() to increase the limit"
        case .tooDeep: placed("Too deep")
        case .repeatedKey: placed("Repeated key")
        }
    }

    private func placed(_ text: String) -> String {
        "\(text): line \(line) column \(column) (char \(offset))"
    }
}

extension JSON.ParseError.EncodingFault {
    fileprivate var pythonText: String {
        switch self {
        case .invalidStartByte: "invalid start byte"
        case .invalidContinuationByte: "invalid continuation byte"
        case .unexpectedEnd: "unexpected end of data"
        }
    }
}

/// What comes of parsing: the value written again, or `error: ` and Python's message.
func outcome(ofParsing bytes: [UInt8]) -> String {
    do throws(JSON.ParseError) {
        return try JSON(parsing: bytes).text
    } catch {
        return "error: " + error.pythonMessage
    }
}
