// What can be wrong with the audit trail, in words for who verifies it.

/// Something that is not as accountd left it.
public enum AuditFault: Error, Sendable, Equatable {
    /// One of the two marks (`anchor` or `head`) is gone.
    case markMissing(String)
    /// One of the two marks was changed.
    case markChanged(String)
    /// One of the two marks was sealed by a key that is not in the key file.
    case markKeyUnknown(String, keyID: String)
    /// Events that were there are gone; the first and the last of them.
    case missing(first: Int64, last: Int64)
    /// An event has columns that accountd does not write.
    case malformed(id: Int64)
    /// An event was changed, or is not one of accountd's, or follows another than it did.
    case changed(id: Int64)
    /// An event was sealed by a key that is not in the key file.
    case keyUnknown(id: Int64, keyID: String)
    /// accountd itself found the trail broken, and said so in this event.
    case brokenBefore(id: Int64)
    /// There is an event behind the head.
    case beyondHead(id: Int64)
    /// The newest event is not the one that the head was sealed for.
    case notTheHead(id: Int64)
    /// The trail is not the one that an earlier head was taken from.
    case notTheExpectedHead(id: Int64)

    /// The event at which it shows, or nil when it is about a mark.
    public var eventID: Int64? {
        switch self {
        case .markMissing, .markChanged, .markKeyUnknown: nil
        case .missing(let id, _), .malformed(let id), .changed(let id), .keyUnknown(let id, _), .brokenBefore(let id),
            .beyondHead(let id), .notTheHead(let id), .notTheExpectedHead(let id):
            id
        }
    }
}

extension AuditFault: CustomStringConvertible {
    /// One sentence without its full stop.
    public var description: String {
        switch self {
        case .markMissing(let name): "the \(name) is missing"
        case .markChanged(let name): "the \(name) was changed"
        case .markKeyUnknown(let name, let key): "the \(name) was sealed by key \(key), which is not in the key file"
        case .missing(let first, let last) where first == last: "event \(first) is missing"
        case .missing(let first, let last): "events \(first) to \(last) are missing"
        case .malformed(let id): "event \(id) has values that accountd does not write"
        case .changed(let id): "event \(id) was changed, or the one before it was"
        case .keyUnknown(let id, let key): "event \(id) was sealed by key \(key), which is not in the key file"
        case .brokenBefore(let id): "event \(id) is accountd's own word that what stood before it had been changed"
        case .beyondHead(let id): "event \(id) stands behind the head"
        case .notTheHead(let id): "event \(id) is not the one that the head was sealed for"
        case .notTheExpectedHead(let id): "event \(id) is not the one of the head to compare with"
        }
    }
}
