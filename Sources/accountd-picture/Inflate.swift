// How large compressed bytes become, found by inflating them into a small buffer again and again; nothing is kept.

import CZlib

/// zlib's inflate, for its measure only.
enum Inflate {
    /// The size of what a zlib stream holds; it may be cut short or broken, which its reader then sees as well.
    ///
    /// Throws `.refused` when it is more than `most`, and `.trouble` when zlib cannot begin.
    static func size(of bytes: Bytes, from start: Int, most: Int) throws(Failure) -> Int {
        let input = try bytes.slice(start, bytes.count - start)
        var size = 0
        let status = input.withUnsafeBytes { input in
            var stream = z_stream()
            stream.next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: UInt8.self).baseAddress)
            stream.avail_in = UInt32(input.count)
            let begun = inflateInit_(&stream, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size))
            guard begun == Z_OK else { return begun }
            defer { inflateEnd(&stream) }
            return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 16 * 1024) { output in
                var status = Z_OK
                while status == Z_OK, size <= most {
                    stream.next_out = output.baseAddress
                    stream.avail_out = UInt32(output.count)
                    status = inflate(&stream, Z_NO_FLUSH)
                    size += output.count - Int(stream.avail_out)
                }
                return status
            }
        }
        if status == Z_MEM_ERROR || status == Z_VERSION_ERROR { throw .trouble }
        guard size <= most else { throw .refused }
        return size
    }
}
