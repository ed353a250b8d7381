// Whether an address is this machine's own.

import Glibc

/// Whether a text is an address of the loopback network: 127.0.0.0/8 (RFC 1122, section 3.2.1.3), also inside IPv6, or ::1 (RFC 4291,
/// section 2.5.3).
func isLoopback(_ address: String) -> Bool {
    guard !address.utf8.contains(0) else { return false }
    var (four, six) = (in_addr(), in6_addr())
    if inet_pton(AF_INET, address, &four) == 1 { return withUnsafeBytes(of: four) { $0[0] == 127 } }
    guard inet_pton(AF_INET6, address, &six) == 1 else { return false }
    let bytes = withUnsafeBytes(of: six) { Array($0) }
    let zeros = [UInt8](repeating: 0, count: 10)
    return bytes == zeros + [0, 0, 0, 0, 0, 1] || bytes.starts(with: zeros + [0xFF, 0xFF, 127])
}
