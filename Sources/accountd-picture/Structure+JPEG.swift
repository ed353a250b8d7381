// JPEG: ITU-T T.81, annex B. Each scan of a progressive picture goes over all its pixels once more, so their number counts.

extension Structure {
    private static let maximumScans = 100

    /// The segments from SOI to EOI.
    static func jpeg(_ upload: Bytes) throws(Failure) -> Bytes {
        var offset = 2
        var scans = 0
        while true {
            let marker = try marker(in: upload, from: &offset)
            switch marker {
            case 0xd9:
                guard scans > 0 else { throw .refused }
                return try upload.slice(0, offset)
            case 0x01, 0xd0...0xd8:
                // Without a length; a second SOI, which belongs nowhere, is left to the decoder.
                continue
            default:
                let length = try upload.big16(offset)
                guard length >= 2 else { throw .refused }
                offset += length
                if marker == 0xda {
                    scans += 1
                    guard scans <= maximumScans else { throw .refused }
                }
            }
        }
    }

    /// The next marker, which is FF and neither a stuffed zero, nor a fill byte, nor a restart.
    ///
    /// Moves `offset` behind it.
    private static func marker(in upload: Bytes, from offset: inout Int) throws(Failure) -> Int {
        while let place = upload.firstIndex(of: 0xff, from: offset) {
            let marker = try upload.byte(place + 1)
            switch marker {
            case 0xff: offset = place + 1
            case 0x00, 0xd0...0xd7: offset = place + 2
            default:
                offset = place + 2
                return marker
            }
        }
        throw .refused
    }
}
