// Argon2 against RFC 9106, argon2-cffi and itself in the other library; and the strict reading of PHC strings.

import Testing

@testable import Secrets

@Suite("Argon2")
struct Argon2Tests {
    static let password = Array("correct horse".utf8)

    /// RFC 9106 sections 5.1 to 5.3: 32 KiB, 3 passes, 4 lanes, with secret and associated data.
    @Test(
        "the tags are those of RFC 9106",
        arguments: [
            (Argon2.Variant.argon2d, "512b391b6f1162975371d30919734294f868e3be3984f3c1a13a4db9fabe4acb"),
            (.argon2i, "c814d9d1dc7f37aa13f0d77f2494bda1c8de6b016dd388d29952a4c4672b6ce8"),
            (.argon2id, "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"),
        ])
    func rfc9106(variant: Argon2.Variant, tag: String) throws {
        let function = Argon2(variant: variant, version: .v19, memoryKiB: 32, passes: 3, lanes: 4)
        let computed = try function.tag(
            password: [UInt8](repeating: 1, count: 32), salt: [UInt8](repeating: 2, count: 16), count: 32,
            secret: [UInt8](repeating: 3, count: 8), associatedData: [UInt8](repeating: 4, count: 12))
        #expect(Hexadecimal.text(computed) == tag)
    }

    @Test("libsodium and libargon2 give the same bytes", arguments: [(8, 1), (64, 2), (1024, 3)], [16, 32, 64])
    func sameBytes(costs: (memoryKiB: UInt32, passes: UInt32), count: Int) throws {
        let function = Argon2(
            variant: .argon2id, version: .v19, memoryKiB: costs.memoryKiB, passes: costs.passes, lanes: 1)
        let salt = [UInt8](repeating: 9, count: 16)
        for password in [[], [0], Self.password, [UInt8](repeating: 0xFF, count: 1024)] {
            let sodium = try function.sodiumTag(password: password, salt: salt, count: count)
            #expect(try function.libargon2Tag(password: password, salt: salt, count: count) == sodium)
        }
    }

    /// Made by argon2-cffi 25.1.0 of the password "correct horse" unless said otherwise.
    static let strings = [
        "$argon2id$v=19$m=19456,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$0AuQxA+RjPiJeA19Op7DwrFxnfh9xeTU2T6mFj2wThc",
        "$argon2id$v=19$m=64,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$nIfAaJi8GFFmabVKi5XTbmIpRklNelXCbzkaBAYGjBk",
        "$argon2id$v=19$m=64,t=3,p=4$AAECAwQFBgcICQoLDA0ODw$m9YgFAbSbrVOl5YbpzyAwKb9NXFHHdqbBI8JoFjBPp4",
        "$argon2i$v=19$m=64,t=3,p=1$AAECAwQFBgcICQoLDA0ODw$KbVFej8kqsFwMI4Zw4TTYFv9qOk4V3pWTgUyHgvKnhU",
        "$argon2d$v=19$m=64,t=3,p=1$AAECAwQFBgcICQoLDA0ODw$Ot88miIAFTh/I2dAyWqx0nQbvP8PBeCSPkNZoij7aqM",
        "$argon2id$v=16$m=64,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$4P6I4jz7IBuBfRger27K6hO+ZQJl3sShKHcCrxRK34o",
        "$argon2i$v=16$m=64,t=3,p=2$AAECAwQFBgcICQoLDA0ODw$y0z3+PIsemRsiw+jrQZRNobcjrf7ntLg",
        "$argon2i$m=64,t=3,p=2$AAECAwQFBgcICQoLDA0ODw$y0z3+PIsemRsiw+jrQZRNobcjrf7ntLg",
        "$argon2id$v=19$m=64,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$dRwpllCSvt4Rgco7IFIj3w",
        "$argon2id$v=19$m=64,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$oW35D3sDZaKn3dmsE+ijNjWxRB8e19Ru0PcWFqhuVWSQCL475MR5KHNx"
            + "lIOh5b83UCwEXcMGlv6X047SxGixjA",
        "$argon2id$v=19$m=64,t=2,p=1$AAECAwQFBgc$P/suT2jKBbZ7KWvLomd03T5jeSvAlhkmnuSupnkDPSA",
    ]

    @Test("the strings of argon2-cffi match their password and no other", arguments: strings)
    func argon2cffi(text: String) throws {
        let stored = try #require(StoredPassword(text))
        #expect(try stored.matches(Self.password))
        #expect(try !stored.matches(Array("correct horsE".utf8)))
    }

    @Test("a password may be empty and may hold a NUL")
    func unusualPasswords() throws {
        let empty = "$argon2id$v=19$m=64,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$J9Y1+DPJGXbwHM6YizAZ47mIn2b+a578eg7GY8YFnQc"
        #expect(try #require(StoredPassword(empty)).matches([]))
        let nul = "$argon2id$v=19$m=64,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$/byC5kBVRI3V5urSg4Tn/HkW2zc2M7BUACh4CMXwGXM"
        #expect(try #require(StoredPassword(nul)).matches(Array("a\0b".utf8)))
        #expect(try !#require(StoredPassword(nul)).matches(Array("a".utf8)))
    }

    @Test("a string that is read is written the same, but for an absent version", arguments: strings)
    func roundTrip(text: String) throws {
        let hash = try #require(Argon2Hash(Substring(text).utf8))
        #expect(hash.text == text.replacing("i$m=", with: "i$v=16$m="))
    }

    private static let salt = "AAECAwQFBgcICQoLDA0ODw"
    private static let tag = "nIfAaJi8GFFmabVKi5XTbmIpRklNelXCbzkaBAYGjBk"

    @Test(
        "a string that is not the one spelling, or asks for too much, is refused",
        arguments: [
            "", "$", "$$$$$", "argon2id$v=19$m=64,t=2,p=1$\(salt)$\(tag)", "$argon2id$v=19$m=64,t=2,p=1$\(salt)",
            "$argon2id$v=19$m=64,t=2,p=1$\(salt)$", "$argon2id$v=19$m=64,t=2,p=1$\(salt)$\(tag)$",
            "$argon2id$v=19$m=64,t=2,p=1$$\(tag)", "$argon2id$v=19$m=64,t=2,p=1$\(salt)$\(tag) ",
            " $argon2id$v=19$m=64,t=2,p=1$\(salt)$\(tag)", "$argon2id$v=19$m=64,t=2,p=1$\(salt)$\(tag)\n",
            "$argon2id$v=19$m=64,t=2,p=1$\(salt)$\(tag)=", "$argon2id$v=19$m=64,t=2,p=1$\(salt)==$\(tag)",
            "$argon2id$v=19$m=64,t=2,p=1$\(salt)$\(tag.dropLast())l",
            "$argon2id$v=19$m=64,t=2,p=1$\(salt.dropLast())x$\(tag)",
            "$argon2id$v=19$m=64,t=2,p=1$\(salt)$nIfA-Ji8GFFmabVKi5XTbmIpRklNelXCbzkaBAYGjBk",
            "$Argon2id$v=19$m=64,t=2,p=1$\(salt)$\(tag)", "$argon2$v=19$m=64,t=2,p=1$\(salt)$\(tag)",
            "$argon2ds$v=19$m=64,t=2,p=1$\(salt)$\(tag)", "$argon2id$v=18$m=64,t=2,p=1$\(salt)$\(tag)",
            "$argon2id$v=20$m=64,t=2,p=1$\(salt)$\(tag)", "$argon2id$v=$m=64,t=2,p=1$\(salt)$\(tag)",
            "$argon2id$v=019$m=64,t=2,p=1$\(salt)$\(tag)", "$argon2id$v=19$t=2,m=64,p=1$\(salt)$\(tag)",
            "$argon2id$v=19$m=64,t=2$\(salt)$\(tag)", "$argon2id$v=19$m=64,t=2,p=1,keyid=AA$\(salt)$\(tag)",
            "$argon2id$v=19$m=64,t=2,p=1,$\(salt)$\(tag)", "$argon2id$v=19$m=64,,p=1$\(salt)$\(tag)",
            "$argon2id$v=19$m=+64,t=2,p=1$\(salt)$\(tag)", "$argon2id$v=19$m=-64,t=2,p=1$\(salt)$\(tag)",
            "$argon2id$v=19$m=064,t=2,p=1$\(salt)$\(tag)", "$argon2id$v=19$m= 64,t=2,p=1$\(salt)$\(tag)",
            "$argon2id$v=19$m=6٤,t=2,p=1$\(salt)$\(tag)", "$argon2id$v=19$m=0,t=2,p=1$\(salt)$\(tag)",
            "$argon2id$v=19$m=7,t=2,p=1$\(salt)$\(tag)", "$argon2id$v=19$m=64,t=0,p=1$\(salt)$\(tag)",
            "$argon2id$v=19$m=64,t=2,p=0$\(salt)$\(tag)", "$argon2id$v=19$m=64,t=2,p=9$\(salt)$\(tag)",
            "$argon2id$v=19$m=1048577,t=1,p=1$\(salt)$\(tag)", "$argon2id$v=19$m=1048576,t=5,p=1$\(salt)$\(tag)",
            "$argon2id$v=19$m=4294967295,t=1,p=1$\(salt)$\(tag)",
            "$argon2id$v=19$m=99999999999999999999,t=1,p=1$\(salt)$\(tag)",
            "$argon2id$v=19$m=64,t=65,p=1$\(salt)$\(tag)", "$argon2id$v=19$m=1024,t=2,p=65$\(salt)$\(tag)",
            "$argon2id$v=19$m=64,t=2,p=1$AAECAwQFBg$\(tag)", "$argon2id$v=19$m=64,t=2,p=1$\(salt)$AAECAwQFBgcICQoLDA0O",
            "$argon2id$v=19$m=64,t=2,p=1$\(salt)$\(String(repeating: "A", count: 87))",
            "$argon2id$v=19$m=64,t=2,p=1$\(String(repeating: "A", count: 87))$\(tag)",
        ])
    func refused(text: String) {
        #expect(StoredPassword(text) == nil)
    }

    @Test("the largest costs that are allowed are read")
    func largest() {
        #expect(StoredPassword("$argon2id$v=19$m=1048576,t=4,p=64$\(Self.salt)$\(Self.tag)") != nil)
        #expect(StoredPassword("$argon2id$v=19$m=65536,t=64,p=1$\(Self.salt)$\(Self.tag)") != nil)
    }
}
