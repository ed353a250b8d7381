// The way back from a lane: connections that were answered there and may have more to read, for the fast threads. The kernel keeps
// the queue, because a lock of ours could be held by a thread of low priority just when that is made to wait.

import CFastCGI
import Glibc

/// A queue of tokens that epoll can watch, from any thread to any thread.
final class Returns: Sendable {
    private let inlet: Descriptor
    private let outlet: Descriptor

    /// The descriptor that is readable while a token waits.
    var number: CInt { outlet.number }

    /// An empty queue with room for `room` tokens, beyond which `put` waits.
    ///
    /// Throws when descriptors run out.
    init(room: Int) throws(SystemError) {
        var ends: [CInt] = [-1, -1]
        guard pipe2(&ends, CInt(O_CLOEXEC)) == 0 else { throw SystemError(call: "pipe2", code: errno) }
        outlet = try Descriptor(ends[0], from: "pipe2")
        inlet = try Descriptor(ends[1], from: "pipe2")
        _ = fcntl(outlet.number, F_SETFL, O_NONBLOCK)
        // What the kernel refuses leaves it at its 8192 tokens.
        let wanted = room * MemoryLayout<UInt64>.size
        if wanted > fcntl(outlet.number, pipe_size_get) {
            _ = fcntl(outlet.number, pipe_size_set, CInt(clamping: wanted))
        }
    }

    /// Adds a token; so short a write is whole or not at all (pipe(7), PIPE_BUF).
    func put(_ token: UInt64) {
        var token = token
        while write(inlet.number, &token, MemoryLayout<UInt64>.size) < 0, errno == EINTR {}
    }

    /// Takes a token, or gives nil when another thread was quicker.
    func take() -> UInt64? {
        var token: UInt64 = 0
        let size = MemoryLayout<UInt64>.size
        return read(outlet.number, &token, size) == size ? token : nil
    }
}
