// What a thread does with a request before and beside the dialects: lets only nginx in, and says whether we are well.

import AccountService
import Dialects
import FastCGI
import HTTP
import Logging
import Secrets

/// Answers requests on one thread.
struct RequestWorker: Worker {
    let service: AccountService
    let interpreter: Interpreter
    let gatewayKey: [UInt8]?
    let log: Logger

    /// The answer to a request.
    func respond(to request: Request) -> Response {
        guard isFromGateway(request.head) else {
            log.warning(
                "gateway.refused",
                metadata: ["id": .string(request.head.id), "ip": .string(request.head.remoteAddress)])
            return Self.plain(.forbidden, "Not from the gateway.")
        }
        switch request.head.path {
        case "/-/live": return Self.plain(.ok, "ok")
        case "/-/ready": return isReady(request.head) ? Self.plain(.ok, "ok") : Self.plain(.serviceUnavailable, "store")
        default: return interpreter.respond(to: request)
        }
    }

    // Another process in the socket's group can speak FastCGI to us, but does not know the key that nginx sends.
    private func isFromGateway(_ head: Request.Head) -> Bool {
        guard let gatewayKey else { return true }
        return ConstantTime.equal(Array((head.gatewayKey ?? "").utf8), gatewayKey)
    }

    private func isReady(_ head: Request.Head) -> Bool {
        do {
            return try service.isReady()
        } catch {
            log.error("store.unready", metadata: ["id": .string(head.id), "error": "\(error)"])
            return false
        }
    }

    private static func plain(_ status: Status, _ text: String) -> Response {
        Response(
            status: status, headers: ["Content-Type": "application/json", "Cache-Control": "no-store"],
            body: JSON.object(["detail": .string(text)]).bytes)
    }
}
