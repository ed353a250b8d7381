// A file without a name: readable and writable as long as somebody holds it, and gone with its holder, however that ends.

import Glibc

/// An open file, closed when its last holder lets go.
final class OpenFile: Sendable {
    let descriptor: CInt
    /// What messages call it.
    private let path: String

    private init(descriptor: CInt, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit {
        close(descriptor)
    }

    /// A new file in a folder, whose name is taken away at once.
    convenience init(anonymousIn folder: String) throws(PictureFailure) {
        let path = folder + "/" + String(UInt64.random(in: .min ... .max), radix: 16)
        try self.init(creating: path, mode: 0o600)
        guard unlink(path) == 0 else { throw .last("unlink", path) }
    }

    /// A new file with the permission bits `mode`, whatever the process's mask says.
    convenience init(creating path: String, mode: mode_t) throws(PictureFailure) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard descriptor >= 0 else { throw .last("open", path) }
        self.init(descriptor: descriptor, path: path)
        if fchmod(descriptor, mode) != 0 {
            let failure = PictureFailure.last("fchmod", path)
            unlink(path)
            throw failure
        }
    }

    /// Writes all bytes at the file's position.
    func write(_ bytes: ArraySlice<UInt8>) throws(PictureFailure) {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .last("write", path) }
            rest = rest.dropFirst(count)
        }
    }

    /// Reads exactly `count` bytes from `offset` on.
    func read(_ count: Int, at offset: Int) throws(PictureFailure) -> [UInt8] {
        var failure: PictureFailure?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = pread(
                    descriptor, buffer.baseAddress.map { $0 + filled }, count - filled, off_t(offset + filled))
                if got < 0, errno == EINTR { continue }
                if got < 0 { failure = .last("pread", path) }
                if got <= 0 { break }
                filled += got
            }
        }
        if let failure { throw failure }
        guard bytes.count == count else { throw .malformedOutput }
        return bytes
    }

    /// How many bytes the file has.
    func size() throws(PictureFailure) -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .last("fstat", path) }
        return Int(status.st_size)
    }

    /// Returns once the file's content is on the disk.
    func synchronize() throws(PictureFailure) {
        guard fsync(descriptor) == 0 else { throw .last("fsync", path) }
    }
}
