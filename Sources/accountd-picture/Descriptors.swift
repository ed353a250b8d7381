// The only two ways in and out: descriptor 0, a file with the upload, and descriptor 1, an empty file for the pictures.

import Glibc
import PictureWire

/// Reading the upload and writing the pictures.
enum Descriptors {
    /// Reads descriptor 0 to its end.
    ///
    /// Throws `.refused` when it is empty or longer than `PictureLimits.maximumUpload`, and `.trouble` when it cannot be read.
    static func readUpload() throws(Failure) -> Bytes {
        // One byte more than is taken shows that there is more; what is not written to takes no memory.
        let capacity = PictureLimits.maximumUpload + 1
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            while count < capacity {
                let got = read(0, buffer.baseAddress?.advanced(by: count), capacity - count)
                if got < 0, errno == EINTR { continue }
                failed = got < 0
                guard got > 0 else { break }
                count += got
            }
        }
        if failed { throw .trouble }
        guard !bytes.isEmpty, bytes.count <= PictureLimits.maximumUpload else { throw .refused }
        return Bytes(bytes)
    }

    /// Writes header and pictures to descriptor 1.
    ///
    /// Throws `.trouble` when they cannot be written whole.
    static func write(_ pictures: borrowing Pictures) throws(Failure) {
        guard let header = pictures.header else { throw .trouble }
        try write(header.bytes)
        try write(pictures.full)
        try write(pictures.medium)
        try write(pictures.small)
    }

    private static func write(_ bytes: [UInt8]) throws(Failure) {
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes { Glibc.write(1, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .trouble }
            done += count
        }
    }
}
