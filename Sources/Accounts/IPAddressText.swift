// Whether a text is an IP address, by the C library's own parser.

import Glibc

/// IPv4 and IPv6 addresses in text.
enum IPAddressText {
    /// Whether a text is an IPv4 (RFC 791, dotted decimal) or IPv6 (RFC 4291) address.
    static func isAddress(_ text: some StringProtocol) -> Bool {
        let text = String(text)
        guard !text.utf8.contains(0) else { return false }
        var storage = in6_addr()
        return inet_pton(AF_INET, text, &storage) == 1 || inet_pton(AF_INET6, text, &storage) == 1
    }
}
