// Which clients count as one where tries are counted: an address of IPv4 is one household or office, and of IPv6 the first half of
// an address is, since every device chooses the other half as it likes.

import Glibc

/// The network of a client: its address in IPv4, the first 64 bits of it in IPv6 (RFC 4291, section 2.5.4).
public struct NetworkPrefix: Sendable, Hashable {
    /// `192.0.2.7`, `2001:db8:1:2::/64`, or what was given where that is no address, such as nginx's `unix:`.
    public let text: String

    /// The network of an address in text; IPv4 inside IPv6 (RFC 4291, section 2.5.5.2) is IPv4.
    public init(address: String) {
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, address, &four) == 1 {
            text = Self.text(AF_INET, &four)
        } else if inet_pton(AF_INET6, address, &six) == 1 {
            var bytes = withUnsafeBytes(of: six) { Array($0) }
            if bytes[..<10].allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF {
                text = bytes[12...].map(String.init).joined(separator: ".")
            } else {
                for place in 8..<16 { bytes[place] = 0 }
                text = Self.text(AF_INET6, bytes) + "/64"
            }
        } else {
            text = address
        }
    }

    /// The network that somebody names, by an address of it or as `text` has it; nil for anything else.
    public init?(named name: String) {
        let address = name.hasSuffix("/64") && name.contains(":") ? String(name.dropLast(3)) : name
        guard IPAddressText.isAddress(address) else { return nil }
        self.init(address: address)
    }

    private static func text(_ family: CInt, _ address: UnsafeRawPointer) -> String {
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        inet_ntop(family, address, &buffer, socklen_t(buffer.count))
        return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
