// A file in memory through which a complete request reaches libfcgi: read to its end it says so, and never blocks.

import CFastCGI
import Glibc

/// One thread's file in memory, written anew for every request.
struct MemoryFile: ~Copyable {
    /// What is kept between requests; more is given back to the kernel.
    private static let kept = 256 * 1024

    private var descriptor: Descriptor?
    private var size = 0

    /// Opens the file.
    ///
    /// Throws when the kernel has none to give (memfd_create(2)).
    init() throws(SystemError) {
        descriptor = try Self.open()
    }

    /// Puts a request into the file; the descriptor stands at its start.
    ///
    /// Throws when memory runs out.
    mutating func fill(_ bytes: UnsafeRawBufferPointer) throws(SystemError) -> CInt {
        if descriptor == nil { descriptor = try Self.open() }
        guard let number = descriptor?.number else { throw SystemError(call: "memfd_create", code: EBADF) }
        if size > Self.kept, bytes.count <= Self.kept {
            ftruncate(number, 0)
            size = 0
        }
        var done = 0
        while done < bytes.count {
            let part = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let count = pwrite(number, part.baseAddress, part.count, off_t(done))
            guard count > 0 else { throw SystemError(call: "pwrite", code: count < 0 ? errno : ENOSPC) }
            done += count
        }
        size = max(size, bytes.count)
        lseek(number, 0, SEEK_SET)
        return number
    }

    /// Forgets the file, which libfcgi has closed.
    mutating func forget() {
        // libfcgi closes what it refuses; closing the number again could hit another thread's descriptor.
        if let gone = descriptor.take() { gone.abandon() }
        size = 0
    }

    private static func open() throws(SystemError) -> Descriptor {
        try Descriptor(memfd_create("request", memfd_close_on_exec), from: "memfd_create")
    }
}
