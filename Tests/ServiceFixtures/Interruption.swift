// Something that happens in the middle of an operation: between its check and its commit an operation asks for random bytes.

package import Secrets
import Synchronization

/// Random bytes of the system; the first request after it was armed is preceded by an act of the test's.
package final class Interruption: RandomSource {
    private let act = Mutex<(@Sendable () throws -> Void)?>(nil)

    package init() {}

    /// Has `act` happen at the next request for random bytes, once.
    package func arm(_ act: @escaping @Sendable () throws -> Void) {
        self.act.withLock { $0 = act }
    }

    package func bytes(_ count: Int) throws(CryptographyFailure) -> [UInt8] {
        let act = act.withLock { act in
            defer { act = nil }
            return act
        }
        do {
            try act?()
        } catch {
            throw .randomness(errno: -1)
        }
        return try SystemRandom().bytes(count)
    }
}
