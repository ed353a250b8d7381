// Where logged events go: one line each to the standard error output, in the form that systemd's journal reads. Which
// events there are is their senders' business; how a line is escaped stands in `JournalLine.swift`.

import Glibc
public import Logging

/// A log handler that writes each event as one line with one `write(2)`.
///
/// The message of an event is its name, such as `auth.login.failed`; everything else is metadata. The pair `ip` comes
/// first, so that filters such as fail2ban's can be anchored before any text of a client; the other keys follow
/// alphabetically. For the journal a line starts with its priority, `<6>` (sd-daemon(3)); elsewhere with the UTC time
/// (RFC 3339) and the level.
public struct Journal: LogHandler {
    /// What a line starts with.
    public enum Format: Sendable {
        /// The priority, for systemd's journal, which notes the time itself.
        case journal
        /// Time and level, for terminals and files.
        case plain
    }

    /// The least important level that is written: the shared one, unless this logger was given its own.
    public var logLevel: Logger.Level {
        get { ownLevel ?? level.value }
        set { ownLevel = newValue }
    }
    /// Metadata of every event of this logger.
    public var metadata: Logger.Metadata = [:]
    /// Metadata asked for at every event.
    public var metadataProvider: Logger.MetadataProvider?

    private let level: LogLevel
    private var ownLevel: Logger.Level?
    private let format: Format
    private let fd: Int32
    private let now: @Sendable () -> timespec

    /// A handler that writes to the standard error output.
    public init(level: LogLevel, format: Format) {
        self.init(level: level, format: format, fd: STDERR_FILENO) {
            var now = timespec()
            clock_gettime(CLOCK_REALTIME, &now)
            return now
        }
    }

    init(level: LogLevel, format: Format, fd: Int32, now: @escaping @Sendable () -> timespec) {
        self.level = level
        self.format = format
        self.fd = fd
        self.now = now
    }

    /// Accesses one pair of the metadata of every event.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes one event as one line.
    ///
    /// A line that cannot be written is dropped: there is nowhere left to say so.
    public func log(event: LogEvent) {
        var pairs = metadata
        if let metadataProvider { pairs.merge(metadataProvider.get()) { $1 } }
        if let own = event.metadata { pairs.merge(own) { $1 } }
        if let error = event.error { pairs["error"] = "\(error)" }

        var line = JournalLine(prefix: prefix(event.level), event: event.message.description)
        if let address = pairs.removeValue(forKey: "ip") { line.append(key: "ip", value: address.description) }
        for (key, value) in pairs.sorted(by: { $0.key < $1.key }) {
            line.append(key: key, value: value.description)
        }
        write(line.text + "\n")
    }

    /// The format that suits a descriptor: `journal` when `JOURNAL_STREAM` names it, else `plain`.
    ///
    /// systemd sets the variable to `device:inode` of the stream that it connected (systemd.exec(5)); a program whose
    /// output was redirected since finds another file there.
    public static func format(environment: [String: String], fd: Int32 = 2) -> Format {
        var status = stat()
        guard let stream = environment["JOURNAL_STREAM"], fstat(fd, &status) == 0 else { return .plain }
        return stream == "\(status.st_dev):\(status.st_ino)" ? .journal : .plain
    }

    private func prefix(_ level: Logger.Level) -> String {
        switch format {
        case .journal: "<\(Self.priority(level))>"
        case .plain: "\(Self.timestamp(now())) \(level.rawValue) "
        }
    }

    /// The priority of syslog(3) for a level.
    private static func priority(_ level: Logger.Level) -> Int {
        switch level {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }

    /// The time as RFC 3339 in UTC with milliseconds.
    private static func timestamp(_ time: timespec) -> String {
        var seconds = time.tv_sec
        var fields = tm()
        gmtime_r(&seconds, &fields)
        func padded(_ number: Int, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let date = [fields.tm_year + 1900, fields.tm_mon + 1, fields.tm_mday].map { padded(Int($0), 2) }
        let clock = [fields.tm_hour, fields.tm_min, fields.tm_sec].map { padded(Int($0), 2) }
        let milliseconds = padded(time.tv_nsec / 1_000_000, 3)
        return "\(date.joined(separator: "-"))T\(clock.joined(separator: ":")).\(milliseconds)Z"
    }

    private func write(_ line: String) {
        var bytes = Array(line.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(fd, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }
}
