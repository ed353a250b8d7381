// The bytes that are authenticated, field by field and unambiguous: two different rows never have the same. docs/audit.md describes
// them for other programs, so they never change; another form gets another label.

import Accounts

/// A message under construction.
///
/// Numbers are 8 bytes, big-endian, two's complement; texts and byte strings are their length as such a number, then their bytes.
struct AuditMessage {
    private(set) var bytes: [UInt8] = []

    /// A message of a kind, by its label.
    init(_ label: String) {
        bytes.reserveCapacity(256)
        append(label)
    }

    /// Appends a number.
    mutating func append(_ number: Int64) {
        withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
    }

    /// Appends a number that may be absent: 0, or 1 and the number.
    mutating func append(_ number: Int64?) {
        append(Int64(number == nil ? 0 : 1))
        if let number { append(number) }
    }

    /// Appends a byte string.
    mutating func append(_ content: some Collection<UInt8>) {
        append(Int64(content.count))
        bytes.append(contentsOf: content)
    }

    /// Appends a text in UTF-8.
    mutating func append(_ text: String) {
        append(text.utf8)
    }
}
