// What must hold for any text that a client gives as a name: for a username, an email address, a UUID, a password's judgement.

import Foundation

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
    let isShort = text.unicodeScalars.count < 8
    try require(
        !isShort || !objections.isEmpty, "nothing against a password of \(text.unicodeScalars.count) characters")
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
    // Swift's comparison is canonical equivalence, and no work of Foundation's.
    for other in [name.decomposedStringWithCanonicalMapping, name.precomposedStringWithCanonicalMapping]
        + reordered(name)
    where other == name {
        try requireSame(LoginName(other).key.utf8, key.utf8, "in another spelling, \(scalars(name))")
    }
    for other in [name.lowercased(), name.uppercased()] where name.utf8.allSatisfy({ $0 < 0x80 }) {
        try requireEqual(LoginName(other).key, key, "folded as \(other)")
    }
    guard Username.isWellFormed(name) else { return }
    let isAllowed = name.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && !"/\\\"'<>;:=&%".utf8.contains($0) }
    try require(isAllowed, "the username \(shown(name.utf8))")
}

/// The text with two neighbours exchanged, if that may make an equivalent one: a mark and one of a higher class before it.
private func reordered(_ name: String) -> [String] {
    var scalars = Array(name.unicodeScalars)
    let classes = scalars.map(\.properties.canonicalCombiningClass.rawValue)
    guard let place = classes.indices.dropFirst().first(where: { classes[$0] > 0 && classes[$0] != classes[$0 - 1] })
    else {
        return []
    }
    scalars.swapAt(place - 1, place)
    return [String(String.UnicodeScalarView(scalars))]
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
