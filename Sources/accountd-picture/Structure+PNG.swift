// PNG: https://www.w3.org/TR/png-3/#5DataRep. Checksums are compared here, because libvips overlooks wrong ones in chunks that
// it does not need; compressed texts and profiles are measured, because libpng inflates them.

import CZlib

extension Structure {
    private static let mebibyte = 1024 * 1024

    /// The chunks from the signature to IEND.
    static func png(_ upload: Bytes) throws(Failure) -> Bytes {
        var offset = 8
        var inflated = 0
        while true {
            let length = try upload.big32(offset)
            let data = try upload.slice(offset + 8, length)
            guard try checksum(upload.slice(offset + 4, length + 4)) == upload.big32(offset + 8 + length),
                (offset == 8) == upload.has("IHDR", at: offset + 4)
            else { throw .refused }
            if let start = try compressedPart(of: data, in: upload, chunk: offset) {
                inflated += try Inflate.size(of: data, from: start, most: mebibyte)
                guard inflated <= 8 * mebibyte else { throw .refused }
            }
            let isEnd = upload.has("IEND", at: offset + 4)
            offset += 12 + length
            if isEnd { return try upload.slice(0, offset) }
        }
    }

    /// Where a text's or profile's compressed bytes begin in its chunk; nil for a chunk without such.
    private static func compressedPart(of data: Bytes, in upload: Bytes, chunk: Int) throws(Failure) -> Int? {
        let isText = upload.has("zTXt", at: chunk + 4)
        let isProfile = upload.has("iCCP", at: chunk + 4)
        let isInternational = upload.has("iTXt", at: chunk + 4)
        guard isText || isProfile || isInternational else { return nil }
        guard let keywordEnd = data.firstIndex(of: 0, from: 0) else { throw .refused }
        // A keyword, a zero, the method of compression.
        if !isInternational { return keywordEnd + 2 }
        // A keyword, a zero, whether it is compressed, the method, a language, a zero, the keyword translated, a zero.
        guard try data.byte(keywordEnd + 1) == 1 else { return nil }
        guard let languageEnd = data.firstIndex(of: 0, from: keywordEnd + 3),
            let translationEnd = data.firstIndex(of: 0, from: languageEnd + 1)
        else { throw .refused }
        return translationEnd + 1
    }

    private static func checksum(_ bytes: Bytes) -> Int {
        bytes.withUnsafeBytes { part in
            Int(crc32(0, part.bindMemory(to: UInt8.self).baseAddress, UInt32(part.count)))
        }
    }
}
