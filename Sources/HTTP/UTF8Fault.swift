// Where bytes stop being UTF-8, in the distinctions of CPython's decoder, which the answers of the dialects repeat.

/// The first sequence of some bytes that is not UTF-8.
struct UTF8Fault: Equatable {
    /// The faulty bytes: the longest start of a valid sequence, or one byte.
    let range: Range<Int>
    /// What is wrong with them.
    let reason: JSON.ParseError.EncodingFault

    /// The first fault in `bytes`, or nil when they are UTF-8.
    static func first(in bytes: [UInt8]) -> UTF8Fault? {
        var index = 0
        while index < bytes.count {
            let lead = bytes[index]
            if lead < 0x80 {
                index += 1
                continue
            }
            let length: Int
            switch lead {
            case 0xC2...0xDF: length = 2
            case 0xE0...0xEF: length = 3
            case 0xF0...0xF4: length = 4
            default: return UTF8Fault(range: index..<index + 1, reason: .invalidStartByte)
            }
            for offset in 1..<length {
                let place = index + offset
                guard place < bytes.count else {
                    return UTF8Fault(range: index..<bytes.count, reason: .unexpectedEnd)
                }
                let allowed = offset == 1 ? seconds(after: lead) : 0x80...0xBF
                guard allowed.contains(bytes[place]) else {
                    return UTF8Fault(range: index..<place, reason: .invalidContinuationByte)
                }
            }
            index += length
        }
        return nil
    }

    /// The second bytes that make neither an overlong form, nor a surrogate, nor a code point beyond U+10FFFF.
    private static func seconds(after lead: UInt8) -> ClosedRange<UInt8> {
        switch lead {
        case 0xE0: 0xA0...0xBF
        case 0xED: 0x80...0x9F
        case 0xF0: 0x90...0xBF
        case 0xF4: 0x80...0x8F
        default: 0x80...0xBF
        }
    }
}
