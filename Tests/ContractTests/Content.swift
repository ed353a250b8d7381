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
            bytes = Self.multipart(form, SentPicture.bytes(of: row), &bindings)
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

    /// The bytes of a form; `picture` is the content of the field that is a file, whose recorded value is its name.
    private static func multipart(_ form: JSON, _ picture: [UInt8]?, _ bindings: inout Bindings) -> [UInt8] {
        let parts = fields(form, &bindings).map { name, value -> [UInt8] in
            let isFile = picture != nil && ["avatar", "profile_pic"].contains(name)
            let fileName = isFile ? "; filename=\"\(value.replacingOccurrences(of: "\\", with: "\\\\"))\"" : ""
            let head = "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\(fileName)\r\n\r\n"
            return Array(head.utf8) + (isFile ? picture ?? [] : Array(value.utf8)) + Array("\r\n".utf8)
        }
        return parts.flatMap { $0 } + Array("--\(boundary)--\r\n".utf8)
    }
}
