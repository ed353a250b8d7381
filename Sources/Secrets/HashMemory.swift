// Where the memory of a password hash comes from. What is done in C, and why, stands in Sources/CHashMemory.

import CHashMemory

/// The memory of password hashes.
public enum HashMemory {
    /// Lets the calling thread keep the memory of its hashes from one to the next, until it ends.
    ///
    /// For threads that do nothing else: each holds as much as its dearest hash took, `PasswordParameters.memoryKiB`.
    public static func keepOnThisThread() {
        hash_memory_keep()
    }
}
