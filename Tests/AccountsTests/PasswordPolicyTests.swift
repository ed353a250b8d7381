// PasswordPolicy: which of its two bounds speaks, and in which unit each of them counts.

import Accounts
import Testing

struct PasswordPolicyTests {
    @Test(
        "the least length counts code points",
        arguments: [
            ("", false), ("abc", false), ("abcd", true), ("1234", true), ("    ", true), ("\u{1F600}\u{1F600}", false),
            ("\u{E9}\u{E9}\u{E9}\u{E9}", true), ("e\u{301}e\u{301}", true), ("\0\0\0\0", true),
        ])
    func minimum(password: String, isTaken: Bool) {
        let expected: [Reason] = isTaken ? [] : [.passwordTooShort(.password, minimum: 4)]
        #expect(PasswordPolicy().objections(to: password, as: .password) == expected)
    }

    @Test(
        "the greatest length counts bytes of UTF-8",
        arguments: [("a", 1024, true), ("a", 1025, false), ("\u{E9}", 512, true), ("\u{E9}", 513, false)])
    func maximum(character: String, count: Int, isTaken: Bool) {
        let password = String(repeating: character, count: count)
        let expected: [Reason] = isTaken ? [] : [.tooLong(.newPassword, maximum: 1024)]
        #expect(PasswordPolicy().objections(to: password, as: .newPassword) == expected)
    }

    @Test("the bounds are the policy's own, and both are included")
    func ownBounds() {
        let policy = PasswordPolicy(minimumLength: 2, maximumBytes: 3)
        #expect(policy.objections(to: "a", as: .password) == [.passwordTooShort(.password, minimum: 2)])
        #expect(policy.objections(to: "ab", as: .password).isEmpty)
        #expect(policy.objections(to: "abc", as: .password).isEmpty)
        #expect(policy.objections(to: "abcd", as: .password) == [.tooLong(.password, maximum: 3)])
    }

    @Test("no length is required where the policy requires none")
    func empty() {
        #expect(PasswordPolicy(minimumLength: 0).objections(to: "", as: .password).isEmpty)
    }
}
