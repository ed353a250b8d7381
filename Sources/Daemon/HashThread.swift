// What a thread that hashes passwords sets up for itself.

import Logging
import Secrets

/// The threads of the hash lane.
enum HashThread {
    /// Lets the calling thread keep the memory of its hashes, and offer its core to others while it hashes.
    ///
    /// Where the kernel refuses the latter, `log` says so and the thread works without.
    static func prepare(_ log: Logger) {
        HashMemory.keepOnThisThread()
        do {
            try HashYield.prepareThisThread()
        } catch {
            log.info("hash.keeps_core", metadata: ["error": "\(error)"])
        }
    }
}
