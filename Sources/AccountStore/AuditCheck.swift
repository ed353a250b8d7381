// Whether events follow one another as accountd left them: the one check behind verification and pruning.

import Accounts

/// A walk along the chain, from the anchor on.
struct AuditCheck {
    let seal: AuditSeal
    /// Behind the last event that was looked at.
    private(set) var position: AuditPosition
    private static let broken = Array(AuditEvent.broken.rawValue.utf8)

    /// A walk from a place that is known to be good.
    init(from position: AuditPosition, seal: AuditSeal) {
        self.position = position
        self.seal = seal
    }

    /// What is wrong with the next event, or nil; the walk goes on behind it in any case.
    mutating func next(_ found: FoundAuditRow) throws -> AuditFault? {
        let previous = position
        position = AuditPosition(count: found.id, chain: found.chain)
        guard let row = found.row else { return .malformed(id: found.id) }
        let (isFirst, start) = (row.event == Self.broken, AuditPosition.start.chain)
        // Where accountd began anew, it is known that what lies before is not whole.
        if isFirst, try seal.isValid(found.chain, row.message(after: start), row.keyID) == true {
            return .brokenBefore(id: found.id)
        }
        guard found.id == previous.count &+ 1 else { return .missing(first: previous.count &+ 1, last: found.id &- 1) }
        switch try seal.isValid(found.chain, row.message(after: previous.chain), row.keyID) {
        case nil: return .keyUnknown(id: found.id, keyID: hexadecimal(row.keyID))
        case false?: return .changed(id: found.id)
        case true?: return isFirst ? .brokenBefore(id: found.id) : nil
        }
    }
}
