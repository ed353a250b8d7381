// Who is let in: nginx, which proves itself by a key that another process in the socket's group does not have.

import HTTP
import Logging

/// The gate that every request passes before anything else looks at it.
struct Gateway: Sendable {
    /// The keys of nginx, or nil when whoever reaches the socket is believed.
    let keys: GatewayKeys?
    let lines: LineLimit
    let log: Logger

    /// Whether the request came through nginx, so that what it says of its client is true.
    func admits(_ head: Request.Head) -> Bool {
        keys?.accept(head.gatewayKey) ?? true
    }

    /// Notes a request that was not admitted; a flood of them makes one line a second.
    func refused(_ head: Request.Head) {
        guard let count = lines.admit("gateway.refused") else { return }
        // Not `ip`: whoever sent this can claim any address, and a filter would have it banned.
        log.warning(
            "gateway.refused",
            metadata: [
                "id": .string(head.id), "claimed_address": .string(head.remoteAddress), "count": "\(count)",
            ])
    }
}
