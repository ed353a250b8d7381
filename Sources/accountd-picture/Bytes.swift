// The upload as numbers and texts. Every access is checked against its end; reading beyond it refuses the upload.

import Glibc

/// Bytes that nobody trusts.
struct Bytes {
    /// The bytes themselves.
    let array: [UInt8]
    /// How many there are.
    let count: Int

    init(_ array: [UInt8]) {
        self.array = array
        count = array.count
    }

    /// The bytes of a range, which are counted from 0 again.
    ///
    /// Throws `.refused` when the range is not within these bytes.
    func slice(_ start: Int, _ length: Int) throws(Failure) -> Bytes {
        guard start >= 0, length >= 0, start <= count, length <= count - start else { throw .refused }
        return start == 0 && length == count ? self : Bytes(Array(array[start..<start + length]))
    }

    func byte(_ offset: Int) throws(Failure) -> Int {
        guard offset >= 0, offset < count else { throw .refused }
        return Int(array[offset])
    }

    func little16(_ offset: Int) throws(Failure) -> Int {
        try byte(offset) | byte(offset + 1) << 8
    }

    func little32(_ offset: Int) throws(Failure) -> Int {
        try little16(offset) | little16(offset + 2) << 16
    }

    func big16(_ offset: Int) throws(Failure) -> Int {
        try byte(offset) << 8 | byte(offset + 1)
    }

    func big32(_ offset: Int) throws(Failure) -> Int {
        try big16(offset) << 16 | big16(offset + 2)
    }

    /// Whether an ASCII text stands at `offset`, in these cases or in any; beyond the end nothing does.
    func has(_ text: StaticString, at offset: Int, anyCase: Bool = false) -> Bool {
        let length = text.utf8CodeUnitCount
        guard offset >= 0, offset <= count, length <= count - offset else { return false }
        return array.withUnsafeBytes { bytes in
            guard let here = bytes.baseAddress.map({ $0 + offset }) else { return false }
            return (anyCase ? strncasecmp(here, text.utf8Start, length) : memcmp(here, text.utf8Start, length)) == 0
        }
    }

    /// Whether `magic` stands at `offset`, for numbers that are no text.
    func has(_ magic: [UInt8], at offset: Int) -> Bool {
        offset >= 0 && offset <= count && magic.count <= count - offset
            && array[offset..<offset + magic.count].elementsEqual(magic)
    }

    /// The first place of a byte within a range that ends at `end` or where the bytes end.
    func firstIndex(of byte: UInt8, from start: Int, to end: Int = .max) -> Int? {
        let end = min(end, count)
        guard start >= 0, start < end else { return nil }
        return array.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress, let found = memchr(base + start, CInt(byte), end - start)
            else { return nil }
            return UnsafeRawPointer(found) - base
        }
    }

    /// Calls `body` with the bytes, for a C function.
    func withUnsafeBytes<Result: ~Copyable, Fault: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Fault) -> Result
    ) throws(Fault) -> Result {
        try array.span.withUnsafeBytes(body)
    }
}
