// The list of common passwords, searched where it lies in the program; nothing of it is copied.

import CCommonPasswords

/// Passwords that many people have chosen (Django's `common-passwords.txt.gz`).
enum CommonPasswords {
    /// Whether a password is one of them; it must be in lower case, without white space at its ends.
    static func contains(_ password: String) -> Bool {
        let list = UnsafeBufferPointer(start: common_passwords(), count: common_passwords_size())
        let wanted = Array(password.utf8)
        var range = 0..<list.count
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            let start = list[range.lowerBound..<middle].lastIndex(of: newline).map { $0 + 1 } ?? range.lowerBound
            guard let end = list[middle..<range.upperBound].firstIndex(of: newline) else { return false }
            let entry = list[start..<end]
            if entry.elementsEqual(wanted) { return true }
            range = entry.lexicographicallyPrecedes(wanted) ? end + 1..<range.upperBound : range.lowerBound..<start
        }
        return false
    }

    private static let newline = UInt8(ascii: "\n")
}
