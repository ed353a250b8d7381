// The text form of an Argon2 hash (the PHC string format), read strictly. Computing one is in Argon2.swift.

/// An Argon2 hash as it is stored: function, costs, salt and tag.
struct Argon2Hash: Equatable, Sendable {
    let function: Argon2
    let salt: [UInt8]
    let tag: [UInt8]

    /// The PHC string `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<tag>`, Base64 without padding.
    var text: String {
        let costs = "m=\(function.memoryKiB),t=\(function.passes),p=\(function.lanes)"
        let version = function.version.rawValue
        return "$\(function.variant.rawValue)$v=\(version)$\(costs)"
            + "$\(Base64.unpadded.text(salt))$\(Base64.unpadded.text(tag))"
    }

    init(function: Argon2, salt: [UInt8], tag: [UInt8]) {
        self.function = function
        self.salt = salt
        self.tag = tag
    }

    /// Reads a PHC string, or gives nil when it is not one or asks for more than `PasswordBounds` allows.
    ///
    /// The members stand in the order m, t, p; `v` may be absent and is then 16, as before version 19 existed.
    init?(_ text: Substring.UTF8View) {
        var fields = text.split(separator: UInt8(ascii: "$"), omittingEmptySubsequences: false)[...]
        guard fields.popFirst()?.isEmpty == true, let name = fields.popFirst().flatMap({ String($0) }),
            let variant = Argon2.Variant(rawValue: name)
        else { return nil }
        var version = Argon2.Version.v16
        if fields.count == 4, let field = fields.popFirst() {
            guard let number = PasswordBounds.number(field, after: "v="),
                let known = Argon2.Version(rawValue: UInt32(number))
            else { return nil }
            version = known
        }
        guard fields.count == 3,
            let costs = fields.popFirst()?.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false),
            costs.count == 3, let memoryKiB = PasswordBounds.number(costs[0], after: "m="),
            let passes = PasswordBounds.number(costs[1], after: "t="),
            let lanes = PasswordBounds.number(costs[2], after: "p="),
            PasswordBounds.allowsArgon2(memoryKiB: memoryKiB, passes: passes, lanes: lanes)
        else { return nil }
        guard let salt = fields.popFirst().flatMap({ Base64.unpadded.decode($0) }),
            PasswordBounds.argon2Salt.contains(salt.count),
            let tag = fields.popFirst().flatMap({ Base64.unpadded.decode($0) }),
            PasswordBounds.argon2Tag.contains(tag.count)
        else { return nil }
        self.init(
            function: Argon2(
                variant: variant, version: version, memoryKiB: UInt32(memoryKiB), passes: UInt32(passes),
                lanes: UInt32(lanes)),
            salt: salt, tag: tag)
    }

    /// Whether `password` gives this tag; one computation, compared in constant time.
    func matches(_ password: [UInt8]) throws(CryptographyFailure) -> Bool {
        ConstantTime.equal(tag, try function.tag(password: password, salt: salt, count: tag.count))
    }
}
