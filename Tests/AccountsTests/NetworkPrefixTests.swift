// Which addresses count as one client.

import Testing

@testable import Accounts

@Suite struct NetworkPrefixTests {
    @Test(
        "an address is its own network in IPv4 and a /64 in IPv6",
        arguments: [
            ("192.0.2.7", "192.0.2.7"), ("::ffff:192.0.2.7", "192.0.2.7"), ("::FFFF:c000:207", "192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("2001:DB8:0001:2::ffff", "2001:db8:1:2::/64"),
            ("2001:db8:1:3::", "2001:db8:1:3::/64"), ("::1", "::/64"), ("::192.0.2.7", "::/64"),
            ("fe80::1", "fe80::/64"),
            ("unix:", "unix:"), ("", ""), ("192.0.2.07", "192.0.2.07"), ("192.0.2.7 ", "192.0.2.7 "),
            ("fe80::1%eth0", "fe80::1%eth0"),
        ])
    func text(address: String, text: String) {
        #expect(NetworkPrefix(address: address).text == text)
    }

    @Test("all of a /64 is one network, and what lies beside it is another")
    func rotation() {
        let inside = (0..<1000).map { NetworkPrefix(address: "2001:db8:1:2:\(String($0, radix: 16)):\($0 % 7)::9") }
        #expect(Set(inside).count == 1)
        let beside = (0..<1000).map { NetworkPrefix(address: "2001:db8:1:\(String($0, radix: 16))::9") }
        #expect(Set(beside).count == 1000)
    }
}
