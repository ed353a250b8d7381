// What the doctor says: one sentence of what is, and one of what to do about it.

/// What the doctor looks at; docs/doctor.md lists all of them.
public enum DoctorCheck: String, Sendable, CaseIterable {
    /// Whether the configuration is right.
    case configuration
    /// Whether nobody else may read or change the files that it names.
    case files
    /// Whether settings are less safe than they could be.
    case settings
    /// Whether the clock is kept right and does not go back.
    case clock
    /// Whether there is room on the disks.
    case space
    /// Whether the database is there and of today's schema, and its log of a sound size.
    case store
    /// Whether the database is whole, by SQLite's own check.
    case integrity
    /// Whether the end of the audit trail is as accountd left it.
    case audit
    /// Whether accountd runs, as the program that is installed, and answers.
    case daemon
    /// Whether accountd may open as many files as its connections need.
    case openFiles = "open-files"
    /// Whether there is a backup, and how old it is.
    case backup
    /// Whether nginx runs by a configuration that is right and passes requests to accountd.
    case nginx
    /// Whether each API's paths reach accountd.
    case nginxPaths = "nginx-paths"
    /// Whether nginx proves itself by its key.
    case nginxKey = "nginx-key"
    /// Whether nginx tells the client's address, as nginx itself knows it.
    case nginxAddress = "nginx-address"
    /// Whether nginx and accountd take bodies of the same size.
    case nginxBody = "nginx-body"
    /// Whether clients come over TLS alone.
    case nginxTLS = "nginx-tls"
    /// Whether nginx's own limits are in force.
    case nginxLimits = "nginx-limits"
    /// Whether the certificate is good for a while, and for the name of the site.
    case certificate
    /// Whether a request through nginx is answered.
    case request
    /// Whether accountd sees more than one client.
    case clientAddress = "client-address"
    /// Whether others than nginx may write to the socket.
    case socketGroup = "socket-group"
    /// Whether fail2ban, if it is there, knows accountd.
    case fail2ban
    /// Whether systemd starts the units at boot.
    case units
    /// Which versions of libraries are in use.
    case libraries
}

/// One thing that the doctor found.
public struct Finding: Sendable, Equatable {
    /// How much it matters, the least first.
    public enum Severity: String, Sendable, CaseIterable {
        /// It is as it should be.
        case ok
        /// It may be meant so.
        case note
        /// It works, and somebody should look after it.
        case warning
        /// It does not work, or lets strangers in.
        case error
    }

    /// What was looked at.
    public let check: DoctorCheck
    /// How much it matters.
    public let severity: Severity
    /// What is, on one line.
    public let message: String
    /// What to do about it, on one line; empty where there is nothing to do.
    public let remedy: String

    /// A finding; both texts are made to be one line.
    init(_ check: DoctorCheck, _ severity: Severity, _ message: String, _ remedy: String = "") {
        self.check = check
        self.severity = severity
        self.message = oneLine(message)
        self.remedy = oneLine(remedy)
    }

    static func ok(_ check: DoctorCheck, _ message: String) -> Finding { Finding(check, .ok, message) }
}
