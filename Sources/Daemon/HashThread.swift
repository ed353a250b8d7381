// What a thread that hashes passwords sets up for itself.

import FastCGI
import Logging
import Secrets

/// The threads of the lanes on which passwords are hashed.
enum HashThread {
    /// Lets the calling thread, one of `lane`, offer its core to others while it hashes, and keep the memory of its hashes where it has
    /// one after the other.
    ///
    /// On the picture lane it hashes the password of a form that might have brought a picture. Where the kernel refuses a timer, `log`
    /// says so and the thread works without.
    static func prepare(_ lane: FastCGI.Lane, _ log: Logger) {
        guard lane != .fast else { return }
        if lane == .hash { HashMemory.keepOnThisThread() }
        do {
            try HashYield.prepareThisThread()
        } catch {
            log.info("hash.keeps_core", metadata: ["error": "\(error)"])
        }
    }
}
