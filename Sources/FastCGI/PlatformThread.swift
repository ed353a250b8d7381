// A named POSIX thread that can be joined with a deadline. Work that blocks belongs here, not on Swift's own pool.

import CFastCGI
import Glibc

/// A running POSIX thread.
struct PlatformThread: Sendable {
    private final class Start: Sendable {
        let name: String
        let body: @Sendable () -> Void
        let ended: CountingSemaphore

        init(name: String, ended: CountingSemaphore, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.ended = ended
            self.body = body
        }
    }

    private let handle: pthread_t
    private let ended: CountingSemaphore

    /// Starts a thread with every signal blocked, named `name` (cut to the kernel's 15 bytes).
    ///
    /// Throws when there is no room for it.
    init(name: String, body: @escaping @Sendable () -> Void) throws(SystemError) {
        ended = try CountingSemaphore()
        let start = Unmanaged.passRetained(Start(name: String(name.prefix(15)), ended: ended, body: body))
        var handle = pthread_t()
        let code = pthread_create(
            &handle, nil,
            { argument in
                guard let argument else { return nil }
                let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                pthread_setname_np(pthread_self(), start.name)
                // libfcgi takes an interrupted write for a broken connection, so signals stay with the main thread. (While a
                // thread hashes it takes its own timer's: `CHashYield`.)
                var all = sigset_t()
                sigfillset(&all)
                pthread_sigmask(SIG_BLOCK, &all, nil)
                start.body()
                start.ended.signal()
                return nil
            }, start.toOpaque())
        guard code == 0 else {
            start.release()
            throw SystemError(call: "pthread_create", code: code)
        }
        self.handle = handle
    }

    /// Waits for the thread's end; false, and the thread left alone, when it runs beyond `deadline`.
    func join(until deadline: ContinuousClock.Instant) -> Bool {
        guard ended.wait(until: deadline) else { return false }
        return pthread_join(handle, nil) == 0
    }
}
