// A thread's worker through all reloads: made anew from the newest generation when a request finds that there is one.

import AccountStore
import FastCGI
import HTTP

/// Answers requests on one thread, each by the generation in force when it begins.
///
/// Not Sendable: it belongs to its thread, as the connection that it keeps does.
final class RenewedWorker: Worker {
    private let parts: Parts
    private let telemetry: Telemetry
    private let reader: AccountReader
    private var number: Int
    private var worker: RequestWorker

    /// A worker for the calling thread, with a connection of its own.
    ///
    /// Throws `CryptographyFailure`.
    init(_ parts: Parts, _ telemetry: Telemetry) throws {
        self.parts = parts
        self.telemetry = telemetry
        reader = parts.reader()
        let generation: Generation
        (number, generation) = parts.current.numbered
        worker = try parts.worker(of: generation, reader: reader, telemetry)
    }

    /// The answer to a request.
    func respond(to request: Request) -> Response {
        renewed().respond(to: request)
    }

    /// The answer to a request, or nil when it comes later.
    func respond(to request: Request, orLater answer: @escaping @Sendable (Response) -> Void) -> Response? {
        renewed().respond(to: request, orLater: answer)
    }

    private func renewed() -> RequestWorker {
        guard let (newest, generation) = parts.current.unless(number) else { return worker }
        do {
            worker = try parts.worker(of: generation, reader: reader, telemetry)
            number = newest
        } catch {
            // One was made before the generation came into force, so memory is short just now; the next request tries again.
            parts.reportNotRenewed(error)
        }
        return worker
    }
}
