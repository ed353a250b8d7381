// What accountctl does that neither the daemon nor the audit trail can tell of, for the system's log.

import Glibc

/// Writes a line to the system's log (syslog(3)), as `accountctl`, with the user id of who did it.
func noteInSystemLog(_ event: String, by user: uid_t) {
    "\(event) uid=\(user)".withCString { line in
        withVaList([line]) { vsyslog(LOG_AUTH | LOG_NOTICE, "%s", $0) }
    }
}
