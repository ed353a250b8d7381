// What accountd-picture made of an upload. It read hostile bytes, so what it wrote is looked at again before it is stored.

public import PictureWire

/// A picture in its three sizes, ready to be stored.
public final class CheckedPicture: Sendable {
    /// The format of the full picture; the smaller ones are WebP.
    public let format: PictureFormat
    private let output: OpenFile
    private let lengths: [Int]

    /// Reads the program's output.
    ///
    /// Throws `PictureFailure.malformedOutput` when it is not exactly a header and three files of the right kind.
    init(output: OpenFile) throws(PictureFailure) {
        guard let header = PictureHeader(try output.read(PictureHeader.size, at: 0)) else { throw .malformedOutput }
        self.output = output
        format = header.format
        lengths = [header.full, header.medium, header.small].map(Int.init)
        guard header.total <= PictureLimits.maximumUpload else { throw .malformedOutput }
        guard try output.size() == Int(header.total) else { throw .malformedOutput }
        for (index, format) in [header.format, .webp, .webp].enumerated() {
            let start = try output.read(min(lengths[index], 12), at: offset(of: index))
            guard Self.isStart(start, of: format) else { throw .malformedOutput }
        }
    }

    /// The bytes of one of the files: 0 the full picture, 1 and 2 the smaller ones.
    func bytes(of index: Int) throws(PictureFailure) -> [UInt8] {
        try output.read(lengths[index], at: offset(of: index))
    }

    private func offset(of index: Int) -> Int {
        lengths[..<index].reduce(PictureHeader.size, +)
    }

    private static func isStart(_ bytes: [UInt8], of format: PictureFormat) -> Bool {
        switch format {
        case .jpeg: bytes.starts(with: [0xFF, 0xD8, 0xFF])
        case .png: bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
        case .webp: bytes.starts(with: Array("RIFF".utf8)) && bytes.dropFirst(8).elementsEqual("WEBP".utf8)
        }
    }
}
