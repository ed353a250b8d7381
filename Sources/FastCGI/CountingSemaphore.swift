// A counting semaphore on an eventfd(2): unlike a condition variable it needs no memory shared behind the compiler's
// back.

import CFastCGI
import Glibc

/// A counting semaphore that threads may wait on, and that epoll may watch.
final class CountingSemaphore: Sendable {
    private let descriptor: Descriptor

    /// The descriptor, readable while the count is above zero.
    var number: CInt { descriptor.number }

    /// A semaphore of count zero.
    ///
    /// Throws when descriptors run out.
    init() throws(SystemError) {
        descriptor = try Descriptor(
            eventfd(0, CInt(EFD_SEMAPHORE) | CInt(EFD_CLOEXEC) | CInt(EFD_NONBLOCK)), from: "eventfd")
    }

    /// Adds `count` to the semaphore.
    func signal(_ count: Int = 1) {
        guard count > 0 else { return }
        var value = UInt64(count)
        // The counter holds 2^64 - 2, so this write cannot find it full.
        _ = write(descriptor.number, &value, MemoryLayout<UInt64>.size)
    }

    /// Takes one from the count, waiting until `deadline` (nil: for ever); false when the deadline passed first.
    func wait(until deadline: ContinuousClock.Instant? = nil) -> Bool {
        var value: UInt64 = 0
        while read(descriptor.number, &value, MemoryLayout<UInt64>.size) < 0 {
            var request = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
            guard let deadline else {
                poll(&request, 1, -1)
                continue
            }
            let left = deadline - .now
            if left <= .zero { return false }
            poll(&request, 1, CInt(clamping: left.milliseconds + 1))
        }
        return true
    }
}

extension Duration {
    /// The whole milliseconds of the duration.
    var milliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}
