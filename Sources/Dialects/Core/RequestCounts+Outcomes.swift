// What came of the operations that an administrator watches.

import AccountService
import Accounts
import Metrics

/// An operation whose outcomes are counted.
public enum CountedOperation: String, Sendable, CaseIterable {
    /// A password that was tried.
    case signIn
    /// A registration, whatever was wrong with it.
    case registration
    /// A refresh token that was shown.
    case refresh
    /// A picture that was sent.
    case picture

    /// What can come of it.
    var outcomes: [CountedOutcome] {
        switch self {
        case .signIn, .picture: [.ok, .failed, .throttled, .error]
        case .registration: [.ok, .failed, .feigned, .throttled, .error]
        case .refresh: [.ok, .failed, .reused, .throttled, .error]
        }
    }

    /// Whether a dialect offers it.
    func isOffered(by dialect: any Dialect.Type) -> Bool {
        dialect.routes.contains { route in
            switch self {
            case .signIn: route.operation == .signIn
            case .registration: route.operation == .register || route.operation == .registerWithToken
            case .refresh: route.operation == .refreshAccess
            case .picture: dialect.input(of: route.operation)?.file != nil
            }
        }
    }
}

/// What came of an operation; the raw value is its label.
public enum CountedOutcome: String, Sendable, CaseIterable {
    /// It was done.
    case ok
    /// It was refused, by whatever rule.
    case failed
    /// It was answered as if it had been done, because an email is somebody's already and who registers is not to know.
    case feigned
    /// A refresh token had been replaced, and its session was ended.
    case reused
    /// A limit was reached.
    case throttled
    /// It went wrong on our side.
    case error

    /// What an error that ends an operation makes of it.
    init(_ error: any Error) {
        self =
            switch error {
            case is Rejection, is RequestFault: .failed
            case is Throttled: .throttled
            default: .error
            }
    }

    /// What came of a refresh.
    init(_ result: Result<Refresh, any Error>) {
        self =
            switch result {
            case .success(.reused): .reused
            case .success: .ok
            case .failure(let error): Self(error)
            }
    }
}

extension RequestCounts {
    /// Counts what came of an operation of a dialect.
    func count(_ endpoint: Endpoint, _ operation: CountedOperation, _ outcome: CountedOutcome) {
        outcomes.add(at: Self.place(endpoint.dialectNumber, operation, outcome))
    }

    /// What came of an operation so far, for every dialect that offers it and everything that can come of it.
    public func values(
        of operation: CountedOperation
    ) -> [(dialect: String, outcome: CountedOutcome, count: Int)] {
        dialects.enumerated().filter { operation.isOffered(by: $1) }.flatMap { number, dialect in
            operation.outcomes.map { ($0, outcomes[Self.place(number, operation, $0)]) }
                .map { (dialect: dialect.name, outcome: $0, count: $1) }
        }
    }

    private static func place(_ dialect: Int, _ operation: CountedOperation, _ outcome: CountedOutcome) -> Int {
        let row = CountedOperation.allCases.firstIndex(of: operation) ?? 0
        let column = CountedOutcome.allCases.firstIndex(of: outcome) ?? 0
        return (dialect * CountedOperation.allCases.count + row) * CountedOutcome.allCases.count + column
    }
}
