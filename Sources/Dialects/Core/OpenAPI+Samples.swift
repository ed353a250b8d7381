// The results of each operation, once with all that an account can lack and once with all that it can have: what a dialect
// makes of them is what it can answer.

import AccountService
import Accounts
import HTTP

extension OpenAPI {
    /// Results of an operation that between them show every shape of its answer.
    func samples(of operation: Operation) -> [Answer] {
        let accounts = Self.sampleAccounts
        return switch operation {
        case .register: accounts.map { .registered($0, token: nil) }
        case .registerWithToken: accounts.map { .registered($0, token: Self.credential(.token)) }
        case .signIn:
            accounts.map {
                let signIn = SignIn(account: $0, credential: Self.credential(dialect.sessionKind))
                return .signedIn(signIn, login: $0.username, password: "password")
            }
        case .signOut, .changePassword, .deleteAccount: [.nothing]
        case .showSelf, .updateProfile, .amendProfile: accounts.map(Answer.profile)
        case .showAccount: accounts.map(Answer.account)
        case .listAccounts: [.accounts(accounts)]
        case .refreshAccess: [.access("access", refresh: presentation.rotatesRefresh ? "refresh" : nil)]
        }
    }

    private static func credential(_ kind: SessionKind) -> IssuedCredential {
        switch kind {
        case .cookie: .cookie("cookie")
        case .token: .token("token")
        case .signedToken: .signedToken("token")
        case .tokenPair: .tokenPair(access: "access", refresh: "refresh")
        }
    }

    /// A time with and one without a fraction.
    static let sampleTimes = [Timestamp(microseconds: 0), Timestamp(microseconds: 1)]

    private static var sampleAccounts: [Account] {
        [UInt8(0), 1].compactMap { AccountUUID(random: Array(repeating: $0, count: 16)) }.enumerated().map {
            place, uuid in
            func given<Value>(_ value: Value) -> Value? { place == 0 ? nil : value }
            return Account(
                id: 1, uuid: uuid, username: "anna", email: given("anna@example.org"), firstName: given("Anna"),
                lastName: given("Maier"), patronymic: given("Ivanovna"), fullName: given("Anna Maier"),
                picture: given("picture.webp"), daysCount: 3, towns: given([1]) ?? [], isActive: true, isStaff: false,
                isSuperuser: false, createdAt: sampleTimes[place], lastLoginAt: given(sampleTimes[1]))
        }
    }
}
