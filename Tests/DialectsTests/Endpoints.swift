// A good request for every route of every dialect, made from the tables.

import Accounts
import HTTP
import ServiceFixtures

@testable import Dialects

/// One row of one dialect's route table.
struct RouteRow: Sendable, CustomStringConvertible {
    let dialect: any Dialect.Type
    let route: Route

    static let all = dialects.flatMap { dialect in dialect.routes.map { RouteRow(dialect: dialect, route: $0) } }
    static let readingBody = all.filter { $0.rule != nil }

    var rule: InputRule? { dialect.input(of: route.operation) }
    var description: String { "\(dialect.name) \(route.method) \(route.path)" }

    /// The path about an account.
    func path(about account: Account) -> String {
        route.path.replacing(/{id}|{number}/, with: "\(account.id)").replacing(
            "{uuid}", with: account.uuid.description)
    }

    /// Inputs that are all good: of a newcomer called Vera for new accounts, of Anna for her own; files are left out.
    func body(refreshToken: String = "x") -> JSON {
        var object = JSON.Object()
        for field in rule?.fields ?? [] {
            guard let value = value(of: field.field, refreshToken) else { continue }
            object.set(dialect.name(of: field.field), value)
        }
        return .object(object)
    }

    private func value(of field: Field, _ refreshToken: String) -> JSON? {
        let isNew = route.operation == .register || route.operation == .registerWithToken
        return switch field {
        case .username: isNew ? "vera" : "anna"
        case .email: isNew ? "vera@example.com" : "anna@example.com"
        case .login: "anna"
        case .password where route.operation == .signIn: .string(Installation.password)
        case .currentPassword: .string(Installation.password)
        case .password, .passwordRepeat, .newPassword: "battery staple"
        case .firstName, .lastName, .patronymic, .fullName: "Vera"
        case .towns: [1, 2]
        case .refreshToken: .string(refreshToken)
        case .picture: nil
        }
    }
}
