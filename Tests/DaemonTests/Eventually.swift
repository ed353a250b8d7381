// Waiting for what happens on another thread.

import Glibc

/// Whether a condition comes true within half a minute.
func eventually(_ condition: () throws -> Bool) rethrows -> Bool {
    let deadline = ContinuousClock.now + .seconds(30)
    while try !condition() {
        if ContinuousClock.now > deadline { return false }
        usleep(1000)
    }
    return true
}
