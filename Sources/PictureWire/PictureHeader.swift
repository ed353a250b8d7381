// What accountd-picture writes in front of its three files. Both ends of the descriptor use this one description.

/// The start of accountd-picture's output; the full, the medium and the small picture follow it, one after the other.
///
/// Twenty bytes: `ACP1`, the full picture's format, three zero bytes, then the three lengths as 32-bit little-endian numbers.
public struct PictureHeader: Sendable, Equatable {
    /// Bytes that the header takes.
    public static let size = 20

    private static let magic: [UInt8] = [0x41, 0x43, 0x50, 0x31]
    private static let padding: [UInt8] = [0, 0, 0]

    /// The format of the full picture.
    public let format: PictureFormat
    /// Bytes of the picture that is at most `PictureLimits.fullSide` pixels long and wide.
    public let full: UInt32
    /// Bytes of the WebP that is at most `PictureLimits.mediumSide` pixels long and wide.
    public let medium: UInt32
    /// Bytes of the WebP that is at most `PictureLimits.smallSide` pixels long and wide.
    public let small: UInt32

    /// Describes three files by their lengths in bytes; nil when one of them is empty.
    public init?(format: PictureFormat, full: UInt32, medium: UInt32, small: UInt32) {
        guard full > 0, medium > 0, small > 0 else { return nil }
        self.format = format
        self.full = full
        self.medium = medium
        self.small = small
    }

    /// Reads the header at the start of `bytes`; nil when they are too few or no header of ours.
    public init?(_ bytes: some Collection<UInt8>) {
        let bytes = Array(bytes.prefix(Self.size))
        guard bytes.count == Self.size, bytes[..<4].elementsEqual(Self.magic),
            let format = PictureFormat(rawValue: bytes[4]),
            bytes[5..<8].elementsEqual(Self.padding)
        else { return nil }
        func number(at offset: Int) -> UInt32 {
            bytes[offset..<offset + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
        }
        self.init(format: format, full: number(at: 8), medium: number(at: 12), small: number(at: 16))
    }

    /// The header as it is written.
    public var bytes: [UInt8] {
        var bytes = Self.magic + [format.rawValue] + Self.padding
        for number in [full, medium, small] {
            bytes += [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: number >> $0) }
        }
        return bytes
    }

    /// Bytes of header and files together, which is the length of a complete output.
    public var total: UInt64 { UInt64(Self.size) + UInt64(full) + UInt64(medium) + UInt64(small) }
}
