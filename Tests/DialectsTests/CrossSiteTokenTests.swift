// The comparison of the token in the header with the one in the cookie, against tokens that are wrong in single places.

import Accounts
import HTTP
import Testing

@testable import Dialects

@Suite("The token against forged requests")
struct CrossSiteTokenTests {
    private static let alphabet = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")

    private func isAccepted(cookie: String, header: String) -> Bool {
        let head = Request.Head(
            method: .put, path: "/core/profile/",
            headers: ["Cookie": "csrftoken=\(cookie)", "X-CSRFToken": header, "Origin": "https://localhost"])
        do {
            try CrossSiteCheck(cookie: "csrftoken", publicURL: "https://localhost").run(on: head)
            return true
        } catch {
            return false
        }
    }

    @Test("is good when it is the cookie's own")
    func equal() {
        for letter in Self.alphabet {
            let token = String(repeating: String(letter), count: 32)
            #expect(isAccepted(cookie: token, header: token))
        }
    }

    @Test("is refused whatever the last letter is, when those before it differ")
    func differsBefore() {
        let header = String(repeating: "a", count: 32)
        for first in Self.alphabet where first != "a" {
            for last in Self.alphabet {
                let cookie = String(repeating: String(first), count: 31) + String(last)
                #expect(!isAccepted(cookie: cookie, header: header), "\(cookie)")
            }
        }
    }

    @Test("is refused when a single letter differs, at any place")
    func differsOnce() {
        let cookie = String(Self.alphabet.prefix(32))
        for place in 0..<32 {
            var letters = Array(cookie)
            letters[place] = "9"
            #expect(!isAccepted(cookie: cookie, header: String(letters)), "place \(place)")
        }
    }
}
