// What a thread does with a request before and beside the dialects: lets only nginx in, and says whether we are well.

import AccountService
import Accounts
import Dialects
import FastCGI
import HTTP
import Logging
import Metrics

/// Answers requests on one thread.
struct RequestWorker: Worker {
    let service: AccountService
    let interpreter: Interpreter
    let headers: CommonHeaders
    /// Descriptions of the dialects by their paths.
    let descriptions: [String: [UInt8]]
    let gateway: Gateway
    let telemetry: Telemetry
    let log: Logger

    /// The answer to a request.
    func respond(to request: Request) -> Response {
        own(request) ?? interpreter.respond(to: request)
    }

    /// The answer to a request, or nil when it comes later.
    func respond(to request: Request, orLater answer: @escaping @Sendable (Response) -> Void) -> Response? {
        own(request) ?? interpreter.respond(to: request, orLater: answer)
    }

    /// The answer to what no dialect answers; nil for the others.
    private func own(_ request: Request) -> Response? {
        guard let (response, path) = answer(request) else { return nil }
        telemetry.counts.requests.count(other: path?.rawValue, request.head.method, response.status)
        return response
    }

    private func answer(_ request: Request) -> (Response, Counts.OwnPath?)? {
        guard gateway.admits(request.head) else {
            gateway.refused(request.head)
            // Neither its address nor its id is kept for good, since whoever wrote them is not nginx.
            service.note(.gatewayRefused, by: .local)
            return (headers.detail("Not from the gateway.", .forbidden, to: request.head), nil)
        }
        switch request.head.path {
        case "/-/live": return (health(request.head) { true }, .live)
        case "/-/ready": return (health(request.head) { isReady(request.head) }, .ready)
        case "/-/metrics": return (metrics(request.head), .metrics)
        default: return described(request.head).map { ($0, .description) }
        }
    }

    /// The metrics, for this machine alone: how many sign in and how full the disk is concerns nobody else.
    private func metrics(_ head: Request.Head) -> Response {
        guard isLoopback(head.remoteAddress) else {
            return headers.detail("Metrics are for this machine only.", .forbidden, to: head)
        }
        return readOnly(head) { headers.document(Array(telemetry.text().utf8), Exposition.mediaType, to: head) }
    }

    private func described(_ head: Request.Head) -> Response? {
        descriptions[head.path].map { bytes in readOnly(head) { headers.document(bytes, to: head) } }
    }

    private func isReady(_ head: Request.Head) -> Bool {
        do {
            return try service.isReady()
        } catch is DiskFull {
            return false
        } catch {
            log.error("store.unready", metadata: ["id": .string(head.id), "error": "\(error)"])
            return false
        }
    }

    private func health(_ head: Request.Head, _ isWell: () -> Bool) -> Response {
        readOnly(head) {
            isWell()
                ? headers.detail("ok", .ok, to: head)
                : headers.detail("The store is not ready.", .serviceUnavailable, to: head)
        }
    }

    private func readOnly(_ head: Request.Head, _ answer: () -> Response) -> Response {
        guard head.method == .get || head.method == .head else {
            var response = headers.detail("Only GET and HEAD are answered here.", .methodNotAllowed, to: head)
            response.headers.add("Allow", "GET, HEAD")
            return response
        }
        return answer()
    }
}
