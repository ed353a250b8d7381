// The words for faults of the request itself, the same in all dialects.

import Accounts
import HTTP

extension RESTFramework {
    /// The answer to a fault of the request.
    static func response(to fault: RequestFault) -> Response {
        Wording.response([wording(of: fault)], challenge: nil)
    }

    // Source: rest_framework/exceptions.py, parsers.py and serializers.py.
    static func wording(of fault: RequestFault) -> Wording {
        switch fault {
        case .notFound: Wording(.notFound, detail: "Not found.")
        case .methodNotAllowed(let method):
            Wording(.methodNotAllowed, detail: "Method \"\(method.rawValue)\" not allowed.")
        case .notAcceptable: Wording(.notAcceptable, detail: "Could not satisfy the request Accept header.")
        case .unsupportedMediaType(let type):
            Wording(.unsupportedMediaType, detail: "Unsupported media type \"\(type)\" in request.")
        case .tooLarge: Wording(.contentTooLarge, detail: "Request body is too large.")
        case .truncated: Wording(.badRequest, detail: "Request body ended early.")
        case .malformedJSON(let error): Wording(.badRequest, detail: "JSON parse error - \(text(of: error))")
        case .malformedForm: Wording(.badRequest, detail: "Form parse error - too many fields")
        case .invalidBoundary(let boundary):
            Wording(
                .badRequest,
                detail: "Multipart form parse error - Invalid boundary in multipart: \(boundary ?? "None")")
        case .malformedMultipart: Wording(.badRequest, detail: "Multipart form parse error - Malformed multipart body")
        case .notObject(let kind):
            Wording(
                .badRequest, "non_field_errors",
                "Invalid data. Expected a dictionary, but got \(typeName(kind.valueKind)).")
        case .noData: Wording(.badRequest, "non_field_errors", "No data provided")
        case .busy: Wording(.serviceUnavailable, detail: "Service is busy. Try again later.")
        case .diskFull: Wording(.serviceUnavailable, detail: "Service cannot store anything now. Try again later.")
        case .internalError: Wording(.internalServerError, detail: "Internal server error.")
        }
    }

    // Source: CPython 3.11, Lib/json/decoder.py, Modules/_json.c and the UTF-8 codec; parse_constant from
    // rest_framework/utils/json.py.
    private static func text(of error: JSON.ParseError) -> String {
        let place = "line \(error.line) column \(error.column) (char \(error.offset))"
        return switch error.kind {
        case .expectingValue: "Expecting value: \(place)"
        case .expectingPropertyName: "Expecting property name enclosed in double quotes: \(place)"
        case .expectingColon: "Expecting ':' delimiter: \(place)"
        case .expectingComma: "Expecting ',' delimiter: \(place)"
        case .extraData: "Extra data: \(place)"
        case .unterminatedString: "Unterminated string starting at: \(place)"
        case .invalidControlCharacter: "Invalid control character at: \(place)"
        case .invalidEscape: "Invalid \\escape: \(place)"
        case .invalidUnicodeEscape: "Invalid \\uXXXX escape: \(place)"
        case .unexpectedBOM: "Unexpected UTF-8 BOM (decode using utf-8-sig): \(place)"
        case .notUTF8(let byte, let position, let end, let reason): text(byte, position, end, reason)
        case .notFinite(let literal): "Out of range float values are not JSON compliant: '\(literal)'"
        case .tooManyDigits(let count):
            "Exceeds the limit (4300 digits) for integer string conversion: value has \(count) digits; "
                + "use sys.set_int_max_str_digits() to increase the limit"
        case .tooDeep: "Too many levels of nesting: \(place)"
        case .repeatedKey: "Repeated key: \(place)"
        }
    }

    private static func text(
        _ byte: UInt8, _ position: Int, _ end: Int, _ fault: JSON.ParseError.EncodingFault
    ) -> String {
        let reason =
            switch fault {
            case .invalidStartByte: "invalid start byte"
            case .invalidContinuationByte: "invalid continuation byte"
            case .unexpectedEnd: "unexpected end of data"
            }
        let digits = String(byte, radix: 16)
        let what = "0x" + (digits.count == 1 ? "0" : "") + digits
        return end - position == 1
            ? "'utf-8' codec can't decode byte \(what) in position \(position): \(reason)"
            : "'utf-8' codec can't decode bytes in position \(position)-\(end - 1): \(reason)"
    }
}
