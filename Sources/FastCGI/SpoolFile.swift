// A file on disk for the records of one large request. Its name is gone before the first byte is in it, so no content is left
// behind, not even by a crash, and nobody else can open it.

import Glibc

/// The sole owner of a nameless file; the file is closed, and its bytes are no longer counted, when the owner ends.
struct SpoolFile: ~Copyable {
    /// Why a request's bytes cannot be on disk.
    enum Refusal: Error {
        /// The kernel refused: no such folder, no permission, no space, no descriptor.
        case system(SystemError)
        /// The files of all requests together would go beyond this many bytes.
        case limit(bytes: Int)
    }

    /// The descriptor, at the file's start until somebody reads from it: appending does not move it.
    private(set) var number: CInt
    private var size = 0
    private let room: Room

    /// An empty file in `folder`.
    ///
    /// Throws `Refusal.system`.
    init(in folder: String, of room: Room) throws(Refusal) {
        var path = ""
        repeat {
            path = folder + "/." + freshID()
            number = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        } while number < 0 && errno == EEXIST
        guard number >= 0 else { throw .system(SystemError(call: "open", code: errno)) }
        guard unlink(path) == 0 else {
            let code = errno
            close(number)
            throw .system(SystemError(call: "unlink", code: code))
        }
        self.room = room
    }

    deinit {
        if number >= 0 { close(number) }
        room.release(spooled: size)
    }

    /// Puts bytes behind those that are there.
    ///
    /// Throws `Refusal`, after which the content is incomplete.
    mutating func append(_ bytes: UnsafeRawBufferPointer) throws(Refusal) {
        try room.reserve(spooled: bytes.count)
        var (rest, end) = (bytes[...], size)
        size += bytes.count
        while !rest.isEmpty {
            let part = UnsafeRawBufferPointer(rebasing: rest)
            let count = pwrite(number, part.baseAddress, part.count, off_t(end))
            guard count > 0 else {
                throw .system(SystemError(call: "pwrite", code: count < 0 ? errno : ENOSPC))
            }
            rest = rest.dropFirst(count)
            end += count
        }
    }

    /// Ends the ownership without closing, after libfcgi has closed the file.
    consuming func abandon() {
        number = -1
    }
}
