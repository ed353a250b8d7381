// The one trouble with the store that clients are told of, because it passes.

/// There is no room on the disk for a write; nothing of it was written, and the same request may succeed later.
public struct DiskFull: Error, Equatable, Sendable, CustomStringConvertible {
    /// The error.
    public init() {}

    /// One line for the log.
    public var description: String { "no room on the disk" }
}
