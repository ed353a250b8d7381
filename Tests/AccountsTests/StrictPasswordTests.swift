// PasswordPolicy with Django's rules: the rows of PasswordRows.swift, and the list of common passwords itself.

import CCommonPasswords
import Foundation
import Testing

@testable import Accounts

struct StrictPasswordTests {
    private static let policy = PasswordPolicy(minimumLength: 4, maximumBytes: 4096, rules: .django)

    @Test("every password is judged as Django's validators judge it, in their order")
    func rows() throws {
        var judged: [String: Int] = [:]
        for line in passwordRows.split(separator: "\n") {
            let row = try #require(PasswordRow(line))
            let objections = Self.policy.objections(to: row.password, as: .password, of: row.owner)
            #expect(objections == row.objections, "\(line)")
            for reason in objections { judged[Self.kind(of: reason), default: 0] += 1 }
        }
        #expect(judged["similar", default: 0] >= 60)
        for kind in ["short", "common", "numeric"] { #expect(judged[kind, default: 0] >= 10, "\(kind)") }
    }

    @Test("a password is not held against names where no owner is known")
    func withoutOwner() {
        let owner = PasswordOwner(username: "similar-one")
        #expect(Self.policy.objections(to: "similar-one", as: .password).isEmpty)
        let similar = [Reason.passwordSimilar(.newPassword, to: .username)]
        #expect(Self.policy.objections(to: "similar-one", as: .newPassword, of: owner) == similar)
    }

    @Test("the least length is 8, or more where more is configured", arguments: [(1, 8), (8, 8), (12, 12)])
    func minimum(configured: Int, effective: Int) {
        let policy = PasswordPolicy(minimumLength: configured, rules: .django)
        let short = [Reason.passwordTooShort(.password, minimum: effective)]
        #expect(policy.objections(to: String("zq7!kd9s-wq2".prefix(effective - 1)), as: .password) == short)
        #expect(policy.objections(to: String("zq7!kd9s-wq2".prefix(effective)), as: .password).isEmpty)
    }

    @Test("a password of too many bytes is told nothing else")
    func excess() {
        let password = String(repeating: "1", count: 4097)
        #expect(Self.policy.objections(to: password, as: .password) == [.tooLong(.password, maximum: 4096)])
        #expect(Self.policy.excess(of: password, as: .password) == [.tooLong(.password, maximum: 4096)])
        #expect(Self.policy.excess(of: "1", as: .password).isEmpty)
    }

    @Test("the documents' policy asks for length only, whoever the owner is")
    func lengthOnly() {
        let owner = PasswordOwner(username: "password")
        #expect(PasswordPolicy().objections(to: "password", as: .password, of: owner).isEmpty)
        #expect(PasswordPolicy().objections(to: "12345", as: .password, of: owner).isEmpty)
    }

    @Test("the list has every entry where the search finds it, and nothing between")
    func list() {
        let bytes = UnsafeBufferPointer(start: common_passwords(), count: common_passwords_size())
        let entries = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        #expect(entries.count == 19_641)
        #expect(entries.last?.isEmpty == true)
        var missing: [String] = []
        for (entry, next) in zip(entries, entries.dropFirst().dropLast()) {
            #expect(entry.lexicographicallyPrecedes(next))
            let text = String(decoding: entry, as: UTF8.self)
            if !CommonPasswords.contains(text) { missing.append(text) }
            #expect(!CommonPasswords.contains(text + "\u{1}"), "\(text)")
        }
        #expect(missing == [])
        for absent in ["", "\n", "!\n!@#$%^", "\u{0}", "~~~~~~~~~", "\u{10FFFF}", "passwordpasswor"] {
            #expect(!CommonPasswords.contains(absent), "\(absent)")
        }
    }

    private static func kind(of reason: Reason) -> String {
        switch reason {
        case .passwordSimilar: "similar"
        case .passwordTooShort: "short"
        case .passwordTooCommon: "common"
        case .passwordNumeric: "numeric"
        default: "other"
        }
    }
}

/// One line of `passwordRows`.
private struct PasswordRow {
    let password: String
    let owner: PasswordOwner
    let objections: [Reason]

    init?(_ line: Substring) {
        let sides = line.components(separatedBy: " => ")
        let values = sides[0].split(separator: "|", omittingEmptySubsequences: false).map(Self.decoded)
        guard sides.count == 2, values.count == 5 else { return nil }
        password = values[0]
        owner = PasswordOwner(username: values[1], firstName: values[2], lastName: values[3], email: values[4])
        let words = sides[1] == "none" ? [] : sides[1].split(separator: " ")
        objections = words.compactMap { Self.reasons[String($0)] }
        guard objections.count == words.count else { return nil }
    }

    private static let reasons: [String: Reason] = [
        "username": .passwordSimilar(.password, to: .username),
        "first_name": .passwordSimilar(.password, to: .firstName),
        "last_name": .passwordSimilar(.password, to: .lastName), "email": .passwordSimilar(.password, to: .email),
        "short": .passwordTooShort(.password, minimum: 8), "common": .passwordTooCommon(.password),
        "numeric": .passwordNumeric(.password),
    ]

    private static func decoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            bytes.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) ?? 0)
            rest = rest.dropFirst(2)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
