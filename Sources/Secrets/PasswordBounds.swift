// How much work a stored password may ask for. A hash comes from the database or an import, and must not be able to hold a
// hash thread for minutes or take the machine's memory.

/// The limits of what a stored password may ask for, and the strict reading of its numbers.
enum PasswordBounds {
    /// The longest stored password that is looked at; Django's column has 128 characters.
    static let textCount = 1...512
    static let argon2Salt = 8...64
    static let argon2Tag = 16...64
    /// Salts of Django's own formats are text.
    static let textSalt = 1...128
    /// About two seconds of SHA-256; Django 5.2 uses one million.
    static let pbkdf2Iterations = 1...10_000_000

    /// About two seconds at most, doubling with each step; Django uses 12.
    static let bcryptCost = 4...15

    /// At most 1 GiB, 64 passes, 64 lanes, and 4 GiB written in all; at least the 8 KiB a lane that Argon2 needs.
    static func allowsArgon2(memoryKiB: Int, passes: Int, lanes: Int) -> Bool {
        (1...64).contains(passes) && (1...64).contains(lanes) && (8 * lanes...1_048_576).contains(memoryKiB)
            && memoryKiB * passes <= 4_194_304
    }

    /// At most 1 GiB (128 · N · r bytes) and 2^23 block mixes in all, eight times what OWASP recommends; N a power of two.
    static func allowsScrypt(workFactor: Int, blockSize: Int, parallelism: Int) -> Bool {
        (2...1 << 20).contains(workFactor) && workFactor & (workFactor - 1) == 0 && (1...64).contains(blockSize)
            && (1...64).contains(parallelism) && workFactor * blockSize <= 1 << 23
            && workFactor * blockSize * parallelism <= 1 << 23
    }

    /// The decimal number that `text` consists of after `prefix`: one to nine digits, no sign, no leading zero.
    static func number(_ text: Substring.UTF8View, after prefix: String = "") -> Int? {
        guard text.starts(with: prefix.utf8) else { return nil }
        let digits = text.dropFirst(prefix.utf8.count)
        guard (1...9).contains(digits.count), digits.first != UInt8(ascii: "0") else { return nil }
        return digits.reduce(0 as Int?) { number, digit in
            guard let number, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            return number * 10 + Int(digit - UInt8(ascii: "0"))
        }
    }
}
