// The figures of a server, with defaults for a small machine.

import Glibc

extension Server {
    /// How many threads, connections, bytes and seconds a server may use.
    public struct Configuration: Sendable {
        /// Where to listen; the server ends them when it stops.
        public var listeners: [Listener]
        /// Threads that read requests and answer the fast lane; at least 1.
        public var fastThreads = 4
        /// Threads of the hash lane; at least 1.
        public var hashThreads = 2
        /// Requests that may wait for a hash thread; beyond it the busy answer.
        public var hashQueue = 64
        /// Threads of the picture lane; at least 1.
        public var pictureThreads = 2
        /// Requests that may wait for a picture thread; beyond it the busy answer.
        public var pictureQueue = 32
        /// Open connections; clamped to the descriptor limit less 64 (getrlimit(2)), and to half of that with a
        /// `spoolFolder`, since a connection's request may then have a file.
        public var maximumConnections = 4096
        /// Bytes of a request's head with its record headers; nginx sends at most some 32 KiB.
        public var maximumHead = 64 * 1024
        /// Bytes of a request's body, which has arrived wholly before a worker sees the request.
        public var maximumBody = 8 * 1024 * 1024
        /// Bytes of all incomplete requests together, as far as they are in memory.
        public var maximumBuffered = 64 * 1024 * 1024
        /// The folder for large bodies while they arrive and are worked on; nil keeps all of them in memory.
        public var spoolFolder: String?
        /// Bytes of an incomplete request that are kept in memory before it goes to a file in `spoolFolder`.
        public var memoryBody = 128 * 1024
        /// Bytes of all files in `spoolFolder` together; beyond it the busy answer.
        public var maximumSpooled = 256 * 1024 * 1024
        /// From the first byte (for a new connection, from accepting it) to the last of a request.
        public var receiveTimeout = Duration.seconds(10)
        /// How long one write waits for the web server to read.
        public var sendTimeout = Duration.seconds(10)
        /// How long idle connections stay open at a stop.
        ///
        /// A busy web server uses those that it has just put by within a few
        /// milliseconds, and learns from the answer that they are over; what it uses no more can be closed without harm.
        public var settling = Duration.milliseconds(50)

        /// The defaults, at these listeners.
        public init(listeners: [Listener]) {
            self.listeners = listeners
        }

        /// The cap that holds: `maximumConnections`, but no more than the descriptors allow.
        public var connectionLimit: Int {
            var limit = rlimit()
            guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return maximumConnections }
            let descriptors = Int(clamping: limit.rlim_cur) - 64
            return max(min(maximumConnections, spoolFolder == nil ? descriptors : descriptors / 2), 1)
        }
    }
}
