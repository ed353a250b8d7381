// What must hold for any text that a client gives as a name: for a username, an email address, a UUID, a password's judgement.

@testable import Accounts

/// Reads bytes as each kind of name; what is normalised once stays as it is.
func checkName(_ bytes: [UInt8]) throws {
    let text = String(decoding: bytes, as: UTF8.self)
    try checkLogin(text)
    try checkEmail(text)
    try checkStripping(text)
    if let uuid = AccountUUID(text) {
        try requireEqual(AccountUUID(uuid.description), uuid, "a UUID written and read again")
        try requireEqual(uuid.description.utf8.count, 36, "characters of a UUID")
    }
    let name = String(text.unicodeScalars.prefix(Username.maximumLength))
    let owner = PasswordOwner(username: name, firstName: "Anna", lastName: name, email: "anna@example.com")
    let objections = PasswordPolicy(rules: .django).objections(to: text, as: .password, of: owner)
    try require(objections.count <= 4, "\(objections)")
    let isLong = text.utf8.count > 1024 || text.unicodeScalars.count < 8
    try require(!isLong || !objections.isEmpty, "nothing against a password of \(text.utf8.count) bytes")
}

/// A name's key is what it is compared by: folding it again, or another spelling of it, gives the same.
private func checkLogin(_ text: String) throws(Violation) {
    // Longer ones are refused before they are folded.
    let name = String(text.unicodeScalars.prefix(EmailAddress.maximumLength))
    let key = LoginName(name).key
    try requireSame(LoginName(key).key.utf8, key.utf8, "folded twice, \(scalars(name))")
    let normal = name.normalizedUsername
    try requireSame(normal.normalizedUsername.utf8, normal.utf8, "normalised twice, \(scalars(name))")
    try requireSame(LoginName(normal).key.utf8, key.utf8, "folded in its normal form, \(scalars(name))")
    for other in [name.lowercased(), name.uppercased()] where name.utf8.allSatisfy({ $0 < 0x80 }) {
        try requireEqual(LoginName(other).key, key, "folded as \(other)")
    }
    guard Username.isWellFormed(name) else { return }
    let isAllowed = name.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && !"/\\\"'<>;:=&%".utf8.contains($0) }
    try require(isAllowed, "the username \(shown(name.utf8))")
}

private func checkEmail(_ text: String) throws(Violation) {
    let normal = EmailAddress.normalized(text)
    try requireSame(EmailAddress.normalized(normal).utf8, normal.utf8, "normalised twice, \(scalars(text))")
    guard EmailAddress.isWellFormed(text) else { return }
    try require(text.unicodeScalars.count <= 320, "an address of \(text.unicodeScalars.count) characters")
    try require(text.utf8.contains(UInt8(ascii: "@")), "an address without @: \(text)")
    try require(!text.utf8.contains { $0 == 0 || $0 == 0x0A || $0 == 0x0D }, "an address of two lines: \(text)")
}

private func checkStripping(_ text: String) throws(Violation) {
    let stripped = text.pythonStripped
    try requireSame(stripped.pythonStripped.utf8, stripped.utf8, "stripped twice")
    try require(text.utf8.count >= stripped.utf8.count, "stripped, \(scalars(text)) is longer")
    let words = text.pythonWords
    try require(!words.isEmpty, "no words, not even an empty one")
    let lengths = words.reduce(0) { $0 + $1.unicodeScalars.count }
    try require(lengths <= text.unicodeScalars.count, "the words of \(scalars(text)) are longer than it")
}

/// A text by its code points, since Swift finds canonically equivalent texts equal.
private func scalars(_ text: String) -> String {
    text.unicodeScalars.map { "U+" + String($0.value, radix: 16, uppercase: true) }.joined(separator: " ")
}
