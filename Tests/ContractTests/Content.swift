// The body of a recorded request, as bytes.

import Foundation
import HTTP

/// A body and the type it is sent with, where the row does not name one itself.
struct Content {
    let bytes: [UInt8]
    let type: String?

    private static let boundary = "contract-boundary"

    init(of row: Row, _ bindings: inout Bindings) {
        if let form = row.request["form"] {
            bytes = Array(Self.encoded(form, &bindings).utf8)
            type = "application/x-www-form-urlencoded"
        } else if let form = row.request["multipart"] {
            bytes = Array(Self.multipart(form, &bindings).utf8)
            type = "multipart/form-data; boundary=\(Self.boundary)"
        } else if let hexadecimal = row.request["hex"]?.string {
            bytes = stride(from: 0, to: hexadecimal.count, by: 2).compactMap { place in
                UInt8(hexadecimal.dropFirst(place).prefix(2), radix: 16)
            }
            type = nil
        } else {
            bytes = Array(bindings.filled(row.request["body"]?.string ?? "").utf8)
            type = nil
        }
    }

    private static func fields(_ form: JSON, _ bindings: inout Bindings) -> [(String, String)] {
        var fields: [(String, String)] = []
        for (name, value) in form.pairs {
            for item in bindings.filled(value).items { fields.append((name, item.string ?? item.text)) }
        }
        return fields
    }

    private static func encoded(_ form: JSON, _ bindings: inout Bindings) -> String {
        fields(form, &bindings).map { name, value in
            name + "=" + (value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")
        }.joined(separator: "&")
    }

    private static func multipart(_ form: JSON, _ bindings: inout Bindings) -> String {
        fields(form, &bindings).map { name, value in
            "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
        }.joined() + "--\(boundary)--\r\n"
    }
}
