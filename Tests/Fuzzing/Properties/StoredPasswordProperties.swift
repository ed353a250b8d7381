// What must hold for any text that stands where a password hash should, as an import or a changed database may bring it. No
// hash is ever computed here.

@testable import Secrets

/// Reads bytes as a stored password; what is accepted is written again as the same text and asks for no more than is allowed.
func checkStoredPassword(_ bytes: [UInt8]) throws {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let password = StoredPassword(text, legacy: true) else { return }
    try require(1...512 ~= text.utf8.count, "\(text.utf8.count) bytes are read")
    switch password {
    case .argon2(let hash):
        try checkArgon2(hash, text)
    case .djangoArgon2(let hash):
        try require(text.hasPrefix("argon2$argon2"), "read as Django's: \(text)")
        try checkArgon2(hash, String(text.dropFirst("argon2".count)))
    case .djangoPBKDF2(let hash):
        let fields = [hash.function.rawValue, "\(hash.iterations)", salt(hash.salt), Base64.padded.text(hash.tag)]
        try requireEqual(fields.joined(separator: "$"), text, "written again")
        try require(1...10_000_000 ~= hash.iterations, "\(hash.iterations) iterations")
        try requireEqual(hash.tag.count, hash.function == .sha256 ? 32 : 20, "bytes of the tag")
        try require(1...128 ~= hash.salt.count, "\(hash.salt.count) bytes of salt")
    case .djangoScrypt(let hash):
        let costs = [hash.blockSize, hash.parallelism].map(String.init)
        let fields = ["scrypt", "\(hash.workFactor)", salt(hash.salt)] + costs + [Base64.padded.text(hash.tag)]
        try requireEqual(fields.joined(separator: "$"), text, "written again")
        try require(128 * hash.workFactor * hash.blockSize <= 1 << 30, "more than 1 GiB: \(text)")
        try require(hash.workFactor * hash.blockSize * hash.parallelism <= 1 << 23, "too many mixes: \(text)")
        try requireEqual(hash.workFactor.nonzeroBitCount, 1, "bits of N in \(text)")
        try require(hash.workFactor >= 2 && hash.blockSize >= 1 && hash.parallelism >= 1, "no work: \(text)")
        try requireEqual(hash.tag.count, 64, "bytes of the tag")
        try require(1...128 ~= hash.salt.count, "\(hash.salt.count) bytes of salt")
    case .djangoBcrypt(let hash):
        // The version is read as any of three and written as one.
        let written = "\(hash.function.rawValue)$\(salt(hash.setting + hash.tag))"
        try requireEqual(written, text.replacing("$2a$", with: "$2b$").replacing("$2y$", with: "$2b$"), "written again")
        try requireEqual(hash.tag.count, 31, "characters of the tag")
        try require(hash.setting.count == 29, "\(hash.setting.count) characters of cost and salt")
    case .djangoLegacy(let hash):
        try require(hash.salt.count <= 128, "\(hash.salt.count) bytes of salt")
        try requireEqual(hash.tag.count, hash.function == .sha1 ? 20 : 16, "bytes of the tag")
        let fields = [hash.function.rawValue, salt(hash.salt), Hexadecimal.text(hash.tag)]
        try requireEqual(text.contains("$") ? fields.joined(separator: "$") : fields[2], text, "written again")
    }
}

private func checkArgon2(_ hash: Argon2Hash, _ text: String) throws {
    // Before version 19 the text named none, which means 16.
    let written = hash.text
    let isOld = hash.function.version == .v16 && !text.contains("$v=")
    try requireEqual(isOld ? written.replacing("$v=16", with: "") : written, text, "written again")
    try requireEqual(Argon2Hash(Substring(written).utf8), hash, "written and read again")
    let (memory, passes, lanes) = (
        Int(hash.function.memoryKiB), Int(hash.function.passes), Int(hash.function.lanes)
    )
    try require(memory <= 1 << 20 && memory * passes <= 1 << 22, "too much memory: \(text)")
    try require(1...64 ~= passes && 1...64 ~= lanes && memory >= 8 * lanes, "costs out of bounds: \(text)")
    try require(8...64 ~= hash.salt.count && 16...64 ~= hash.tag.count, "salt or tag out of bounds: \(text)")
}

private func salt(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
