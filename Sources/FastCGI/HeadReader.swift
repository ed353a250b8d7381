// From libfcgi's parameters to a request's head: copied once, validated, duplicates joined or refused.

import CFastCGI
import Glibc
import HTTP

/// Reads the head of a request from the CGI parameters that the web server sent.
struct HeadReader {
    private static let mostParameters = 256

    private var method: String?
    private var path: String?
    private var query = ""
    private var headers = Headers()
    private var remoteAddress = ""
    private var isSecure = false
    private var serverName = ""
    private var id: String?
    private var gatewayKey: String?
    private var contentLength: Int?
    private var seen: [UInt64] = []

    private init() {
        seen.reserveCapacity(64)
    }

    /// The head that `parameters`, `NAME=value` C strings ended by nil, describe.
    ///
    /// Throws `BadRequest`; `bodyLength` is what arrived.
    static func read(
        _ parameters: UnsafePointer<UnsafeMutablePointer<CChar>?>?, bodyLength: Int
    ) throws(BadRequest) -> Request.Head {
        var reader = HeadReader()
        // The first entry is libfcgi's own FCGI_ROLE.
        guard var entry = parameters?.successor() else { throw .missingMethod }
        while let text = entry.pointee {
            try reader.take(Parameter(text))
            entry += 1
        }
        return try reader.head(bodyLength: bodyLength)
    }

    private mutating func take(_ parameter: Parameter) throws(BadRequest) {
        let hash = parameter.nameHash
        let isRepeated = seen.contains(hash)
        guard isRepeated || seen.count < Self.mostParameters else { throw .tooManyParameters }
        if !isRepeated { seen.append(hash) }
        if parameter.isHeader {
            return try takeHeader(parameter, isRepeated: isRepeated)
        }
        if isRepeated { throw .duplicate(parameter: parameter.shownName) }
        if parameter.isNamed("REQUEST_METHOD") {
            method = try parameter.text()
        } else if parameter.isNamed("DOCUMENT_URI") {
            path = try parameter.text()
        } else if parameter.isNamed("QUERY_STRING") {
            query = try parameter.text()
        } else if parameter.isNamed("REMOTE_ADDR") {
            remoteAddress = try parameter.text()
        } else if parameter.isNamed("CONTENT_LENGTH") {
            contentLength = try parameter.length()
        } else if parameter.isNamed("CONTENT_TYPE") {
            // nginx sends it empty when there is none.
            if !parameter.value.isEmpty { headers.add("content-type", parameter.headerText) }
        } else if parameter.isNamed("HTTPS") {
            isSecure = try parameter.text() == "on"
        } else if parameter.isNamed("SERVER_NAME") {
            serverName = try parameter.text()
        } else if parameter.isNamed("REQUEST_ID") {
            id = parameter.requestID
        } else if parameter.isNamed("ACCOUNTD_GATEWAY_KEY") {
            gatewayKey = try parameter.text()
        }
    }

    private mutating func takeHeader(_ parameter: Parameter, isRepeated: Bool) throws(BadRequest) {
        // HTTP_PROXY poisons libraries that take it for their setting (httpoxy); the CONTENT_ ones repeat the
        // parameters without the prefix, which are what nginx went by.
        if parameter.isNamed("HTTP_PROXY") || parameter.isNamed("HTTP_CONTENT_LENGTH")
            || parameter.isNamed("HTTP_CONTENT_TYPE")
        {
            return
        }
        guard let name = parameter.headerName else { throw .malformedHeaderName }
        guard isRepeated, let earlier = headers[name] else {
            return headers.add(name, parameter.headerText)
        }
        guard let separator = Self.separator(name) else { throw .duplicate(parameter: parameter.shownName) }
        headers.set(name, earlier + separator + parameter.headerText)
    }

    /// What joins the lines of a field that may have several (RFC 9110, section 5.3; for cookies RFC 6265, section
    /// 5.4).
    private static func separator(_ name: String) -> String? {
        switch name {
        case "cookie": "; "
        case "accept", "cache-control", "forwarded", "via": ", "
        case _ where name.hasPrefix("accept-") || name.hasPrefix("if-") || name.hasPrefix("x-forwarded-"): ", "
        default: nil
        }
    }

    private func head(bodyLength: Int) throws(BadRequest) -> Request.Head {
        guard let method, !method.isEmpty else { throw .missingMethod }
        guard let path, !path.isEmpty else { throw .missingPath }
        if let contentLength, contentLength != bodyLength {
            throw .lengthMismatch(announced: contentLength, actual: bodyLength)
        }
        return Request.Head(
            method: Method(rawValue: method), path: path, query: query, headers: headers,
            remoteAddress: remoteAddress, isSecure: isSecure, host: headers["host"] ?? serverName,
            id: id ?? freshID(), gatewayKey: gatewayKey, bodyLength: bodyLength)
    }
}

/// 16 random bytes in hexadecimal, as nginx's `$request_id`.
func freshID() -> String {
    var generator = SystemRandomNumberGenerator()
    return (0..<2).map { _ in
        let digits = String(generator.next(), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
}
