// Whether clients are told apart: behind another proxy that nginx does not know, all of them have its address.

import AccountStore
import Accounts

/// From where clients came, as the security events have it.
struct ClientAddressFacts {
    /// The networks of the newest sign-ins, tried or done, the oldest first.
    var networks: [String]

    /// The facts from security events.
    init(events: [AuditEntry]) {
        let names = [AuditEvent.signedIn, .signInFailed].map(\.rawValue)
        networks = events.filter { names.contains($0.event) && !$0.network.isEmpty }.map(\.network)
    }

    /// Fewer sign-ins from one address say nothing.
    private static let fewest = 20

    var finding: Finding {
        let seen = Set(networks)
        guard networks.count >= Self.fewest, seen.count == 1, let only = seen.first, Self.isInternal(only) else {
            return .ok(
                .clientAddress,
                networks.count < Self.fewest
                    ? "too few sign-ins yet to tell whether clients are told apart"
                    : "the newest sign-ins came from \(seen.count) network(s)")
        }
        return Finding(
            .clientAddress, .warning,
            "the newest \(networks.count) sign-ins all came from \(only): if they were not this machine's own, another proxy stands in "
                + "front of nginx and all clients share one limit",
            "name that proxy in nginx's site: set_real_ip_from \(only); real_ip_header X-Forwarded-For;")
    }

    /// Whether an address belongs to no client of the internet: loopback, RFC 1918 and RFC 4193.
    private static func isInternal(_ address: String) -> Bool {
        if address.hasPrefix("unix:") || address == "::/64" { return true }
        return address.firstMatch(of: /^(127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|f[cd][0-9a-f]{2}:|fe80:)/)
            != nil
    }
}
