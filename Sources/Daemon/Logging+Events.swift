// What the parts report, as log events: a dotted name and facts. Never a password, a token, a cookie or a body.

import Administration
import Dialects
import FastCGI
import HTTP
import Logging

extension Logger {
    /// Logs what a dialect reports of a request; the address first, for tools that match it.
    func report(_ event: Dialects.Event, _ head: Request.Head) {
        var metadata: Metadata = ["ip": .string(head.remoteAddress), "id": .string(head.id)]
        for (name, value) in event.facts { metadata[name] = .string(value) }
        let level: Level =
            switch event.level {
            case .info: .info
            case .notice: .notice
            case .warning: .warning
            case .error: .error
            }
        log(level: level, "\(event.name)", metadata: metadata)
    }

    /// Logs what happened at the edge of the server; of what any peer can cause at will, one line a second.
    func report(_ event: FastCGI.Event, _ lines: LineLimit) {
        switch event {
        case .protocolError(let error):
            guard let count = lines.admit("fastcgi.protocol_error") else { return }
            warning("fastcgi.protocol_error", metadata: ["count": "\(count)", "error": "\(error)"])
        case .badRequest(let reason):
            guard let count = lines.admit("fastcgi.bad_request") else { return }
            notice("fastcgi.bad_request", metadata: ["count": "\(count)", "reason": "\(reason)"])
        case .unsendableHeader(let id, let name):
            error("fastcgi.unsendable_header", metadata: ["id": .string(id), "name": .string(name)])
        case .abandoned(let id): info("fastcgi.abandoned", metadata: ["id": .string(id)])
        case .answerNotWritten(let id): info("fastcgi.answer_not_written", metadata: ["id": .string(id)])
        case .laneFull(let lane): info("fastcgi.lane_full", metadata: ["lane": "\(lane)"])
        case .timedOut(let count): notice("fastcgi.timed_out", metadata: ["connections": "\(count)"])
        case .connectionLimitReached(let count):
            warning("fastcgi.connection_limit", metadata: ["connections": "\(count)"])
        case .bufferLimitReached(let bytes): warning("fastcgi.buffer_limit", metadata: ["bytes": "\(bytes)"])
        case .spoolFailed(let failure): error("fastcgi.spool_failed", metadata: ["error": "\(failure)"])
        case .spoolLimitReached(let bytes): warning("fastcgi.spool_limit", metadata: ["bytes": "\(bytes)"])
        case .acceptFailed(let failure): error("fastcgi.accept_failed", metadata: ["error": "\(failure)"])
        case .connectionFailed(let failure): error("fastcgi.connection_failed", metadata: ["error": "\(failure)"])
        case .priorityUnchanged(let failure): info("fastcgi.priority_unchanged", metadata: ["error": "\(failure)"])
        }
    }

    /// Logs what administrators ask for; what they name in it is in the audit trail.
    func report(_ event: AdminSocket.Event) {
        switch event {
        case .answered(let request, let user, let isQuestion, let isRefused):
            log(
                level: isQuestion ? .debug : .notice, "admin.request",
                metadata: ["request": .string(request), "uid": "\(user)", "refused": "\(isRefused)"])
        case .forbidden(let user): warning("admin.forbidden", metadata: ["uid": "\(user)"])
        case .failed(let code): error("admin.failed", metadata: ["errno": "\(code)"])
        }
    }
}
