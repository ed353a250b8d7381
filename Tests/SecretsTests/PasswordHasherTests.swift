// The hasher: verdicts, when a hash is to be made anew, and that every check costs exactly one verification.

import Synchronization
import Testing

@testable import Secrets

@Suite("Password hasher")
struct PasswordHasherTests {
    private let password = Array("correct horse".utf8)
    private let wrong = Array("wrong horse".utf8)

    @Test("a new hash is a PHC string of 16 bytes of salt and 32 of tag at the current costs")
    func form() throws {
        let text = try PasswordHasher().hash(password)
        #expect(text.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
        let hash = try #require(Argon2Hash(Substring(text).utf8))
        #expect(hash.salt.count == 16)
        #expect(hash.tag.count == 32)
        #expect(hash.text == text)
    }

    @Test("two hashes of one password differ and both match", arguments: [1, 3])
    func salted(lanes: Int) throws {
        let hasher = try PasswordHasher(cheapParameters(lanes: lanes))
        let texts = [try hasher.hash(password), try hasher.hash(password)]
        #expect(texts[0] != texts[1])
        for text in texts {
            #expect(try hasher.verify(password, stored: text) == .match)
            #expect(try hasher.verify(wrong, stored: text) == .mismatch)
            #expect(try hasher.verify([], stored: text) == .mismatch)
        }
    }

    @Test("whoever counts hears once of each hash made and each check, also of those against nobody")
    func work() throws {
        let heard = Mutex<[(work: PasswordHasher.Work, duration: Duration)]>([])
        let hasher = try PasswordHasher(cheapParameters()) { work, duration in
            heard.withLock { $0.append((work, duration)) }
        }
        let begun = ContinuousClock.now
        let text = try hasher.hash(password)
        _ = try hasher.verify(password, stored: text)
        _ = try hasher.verify(wrong, stored: "!")
        try hasher.verifyAgainstNobody(password)
        let elapsed = begun.duration(to: .now)
        let all = heard.withLock { $0 }
        #expect(all.map(\.work) == [.hash, .verify, .verify, .verify])
        #expect(all.allSatisfy { $0.duration > .zero })
        #expect(all.reduce(.zero) { $0 + $1.duration } <= elapsed)
    }

    @Test("a match at other costs, of another scheme or of another form is to be hashed anew, and only a match")
    func rehash() throws {
        let hasher = try PasswordHasher(cheapParameters())
        let others = [
            try PasswordHasher(cheapParameters(memoryKiB: 128)).hash(password),
            try PasswordHasher(cheapParameters(passes: 2)).hash(password),
            try PasswordHasher(cheapParameters(lanes: 2)).hash(password),
            try "argon2" + hasher.hash(password),
        ]
        for text in others + Argon2Tests.strings + DjangoHashTests.strings {
            #expect(try hasher.verify(password, stored: text) == .matchNeedsRehash)
            #expect(try hasher.verify(wrong, stored: text) == .mismatch)
        }
    }

    @Test("the right costs with another variant, version, salt length or tag length are to be hashed anew")
    func rehashSameCosts() throws {
        let hasher = try PasswordHasher(cheapParameters(passes: 2))
        let current = "$argon2id$v=19$m=64,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$nIfAaJi8GFFmabVKi5XTbmIpRklNelXCbzkaBAYGjBk"
        #expect(try hasher.verify(password, stored: current) == .match)
        let others = Argon2Tests.strings.filter { $0.contains("$m=64,t=2,p=1$") && $0 != current }
        #expect(others.count == 4)
        for text in others {
            #expect(try hasher.verify(password, stored: text) == .matchNeedsRehash)
        }
        let threePasses = try PasswordHasher(cheapParameters(passes: 3))
        let otherVariants = Argon2Tests.strings.filter { $0.contains("$v=19$m=64,t=3,p=1$") }
        #expect(otherVariants.count == 2)
        for text in otherVariants {
            #expect(try threePasses.verify(password, stored: text) == .matchNeedsRehash)
        }
    }

    @Test("one sign-in is enough to bring an old hash to the current costs")
    func upgrade() throws {
        let hasher = try PasswordHasher(cheapParameters())
        let old = try #require(DjangoHashTests.strings.first)
        #expect(try hasher.verify(password, stored: old) == .matchNeedsRehash)
        #expect(try hasher.verify(password, stored: hasher.hash(password)) == .match)
    }

    static let unusable = [
        "", "!", "!R9Hznrtp45YWjC31MVtmJNtGEniE9i3a4HivVQxb", "plain text", "correct horse", "md5$salt$00",
        "$argon2id$v=19$m=4194304,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$nIfAaJi8GFFmabVKi5XTbmIpRklNelXCbzkaBAYGjBk",
        "pbkdf2_sha256$999999999$salt$2+EL81xONNA7rQDPhbsv6pQzIUJo7S3bOtsNE3e9kwc=",
    ]

    @Test(
        "an unusable, unknown or excessive stored password never matches and costs one verification",
        arguments: unusable)
    func neverMatches(stored: String) throws {
        let counter = VerificationCounter()
        let hasher = try PasswordHasher(cheapParameters(), counter: counter)
        #expect(try hasher.verify(password, stored: stored) == .mismatch)
        #expect(counter.count == 1)
    }

    @Test(
        "a match and a mismatch of every scheme cost one verification",
        arguments: Argon2Tests.strings + DjangoHashTests.strings)
    func oneVerification(stored: String) throws {
        let counter = VerificationCounter()
        let hasher = try PasswordHasher(cheapParameters(), counter: counter)
        #expect(counter.count == 0)
        #expect(try hasher.verify(password, stored: stored) == .matchNeedsRehash)
        #expect(counter.count == 1)
        #expect(try hasher.verify(wrong, stored: stored) == .mismatch)
        #expect(counter.count == 2)
    }

    @Test("an account that does not exist costs one verification at the current costs")
    func nobody() throws {
        let counter = VerificationCounter()
        let hasher = try PasswordHasher(cheapParameters(), counter: counter)
        try hasher.verifyAgainstNobody(password)
        #expect(counter.count == 1)
        _ = try hasher.hash(password)
        #expect(counter.count == 1)
        let current = try hasher.hash(password)
        #expect(try hasher.verify(password, stored: current) == .match)
        #expect(counter.count == 2)
    }

    @Test("what is spent on nobody is a hash at the current costs, of random salt and tag")
    func dummy() throws {
        let hashers = [try PasswordHasher(), try PasswordHasher()]
        let dummies = try hashers.map { hasher in
            guard case .argon2(let hash) = hasher.dummy else { throw NotArgon2() }
            return hash
        }
        for hash in dummies {
            #expect(hash.function == PasswordParameters.standard.function)
            #expect(hash.salt.count == 16 && hash.tag.count == 32)
        }
        #expect(dummies[0].salt != dummies[1].salt && dummies[0].tag != dummies[1].tag)
    }

    @Test("a failing source of randomness is an error, not a weak hash")
    func noRandomness() throws {
        #expect(throws: CryptographyFailure.randomness(errno: 5)) {
            try PasswordHasher(cheapParameters(), random: NoRandomness())
        }
    }

    @Test("costs outside the bounds are no parameters, and the recommended ones are told from weaker ones")
    func parameters() throws {
        for (memoryKiB, passes, lanes) in [
            (7, 1, 1), (1_048_577, 1, 1), (64, 0, 1), (64, 65, 1), (64, 1, 0), (64, 1, 9),
        ] {
            #expect(PasswordParameters(memoryKiB: memoryKiB, passes: passes, lanes: lanes) == nil)
        }
        #expect(PasswordParameters(memoryKiB: 19_456, passes: 2, lanes: 1) == .standard)
        for (passes, memoryKiB) in [(1, 47_104), (2, 19_456), (3, 12_288), (4, 9_216), (5, 7_168)] {
            #expect(try cheapParameters(memoryKiB: memoryKiB, passes: passes).meetsRecommendation)
            #expect(try !cheapParameters(memoryKiB: memoryKiB - 1, passes: passes).meetsRecommendation)
        }
    }
}

private struct NotArgon2: Error {}

private struct NoRandomness: RandomSource {
    func bytes(_ count: Int) throws(CryptographyFailure) -> [UInt8] {
        throw .randomness(errno: 5)
    }
}
