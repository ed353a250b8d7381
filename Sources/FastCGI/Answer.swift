// An answer in the bytes of CGI: a Status line, the fields, an empty line, the body (RFC 3875, section 6).

import HTTP

/// Serialises answers.
enum Answer {
    /// A header whose name is no token, or whose value holds CR, LF or NUL, or that is the transport's own.
    struct UnsendableHeader: Error, Equatable {
        let name: String
    }

    /// The bytes of an answer to a request with `method`.
    ///
    /// Throws `UnsendableHeader` rather than let a header end early.
    static func bytes(of response: Response, to method: Method) throws(UnsendableHeader) -> [UInt8] {
        let code = response.status.rawValue
        // These two have no content by definition (RFC 9110, sections 15.3.5 and 15.4.5).
        let hasContent = code != 204 && code != 304
        var bytes: [UInt8] = []
        bytes.reserveCapacity(512 + response.body.count)
        append("Status: ", to: &bytes)
        append(String(code), to: &bytes)
        bytes.append(UInt8(ascii: " "))
        append(reason(code), to: &bytes)
        for field in response.headers.fields {
            append("\r\n", to: &bytes)
            guard isSendable(field) else { throw UnsendableHeader(name: field.name) }
            append(field.name, to: &bytes)
            append(": ", to: &bytes)
            append(field.value, to: &bytes)
        }
        if hasContent {
            append("\r\nContent-Length: ", to: &bytes)
            append(String(response.body.count), to: &bytes)
        }
        append("\r\n\r\n", to: &bytes)
        if hasContent, method != .head { bytes.append(contentsOf: response.body) }
        return bytes
    }

    // In place, which is several times faster than through a view of the string.
    private static func append(_ text: String, to bytes: inout [UInt8]) {
        var text = text
        text.withUTF8 { bytes.append(contentsOf: $0) }
    }

    /// The bytes of the transport's own answer, which says no more than its status, as JSON like every other.
    static func bytes(of status: Status) -> [UInt8] {
        let phrase = reason(status.rawValue)
        let body = #"{"detail":"\#(phrase.prefix(1) + phrase.dropFirst().lowercased())."}"#
        let head =
            "Status: \(status.rawValue) \(phrase)\r\nContent-Type: application/json\r\n"
            + "X-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\n"
        return Array("\(head)Content-Length: \(body.utf8.count)\r\n\r\n\(body)".utf8)
    }

    private static func isSendable(_ field: Headers.Field) -> Bool {
        var name = field.name
        return !name.isEmpty && name.withUTF8 { $0.allSatisfy(isTokenByte) } && Headers.isSafe(field.value)
            && !Headers.isSame(field.name, "Status") && !Headers.isSame(field.name, "Content-Length")
    }

    /// The phrase of RFC 9110, section 15; nginx passes it on, and some old clients expect one.
    private static func reason(_ code: Int) -> String {
        switch code {
        case 200: "OK"
        case 201: "Created"
        case 202: "Accepted"
        case 204: "No Content"
        case 301: "Moved Permanently"
        case 302: "Found"
        case 303: "See Other"
        case 304: "Not Modified"
        case 307: "Temporary Redirect"
        case 308: "Permanent Redirect"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 406: "Not Acceptable"
        case 409: "Conflict"
        case 411: "Length Required"
        case 412: "Precondition Failed"
        case 413: "Content Too Large"
        case 415: "Unsupported Media Type"
        case 422: "Unprocessable Content"
        case 429: "Too Many Requests"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 503: "Service Unavailable"
        case 507: "Insufficient Storage"
        default: "Status"
        }
    }
}
