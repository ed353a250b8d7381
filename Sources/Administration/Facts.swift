// From the values of the service to those that an administrator is told.

import AccountService
import AccountStore
import Accounts

extension UserFacts {
    init(_ account: Account) {
        id = account.id
        uuid = account.uuid.description
        username = account.username
        email = account.email
        firstName = account.firstName
        lastName = account.lastName
        patronymic = account.patronymic
        fullName = account.fullName
        picture = account.picture
        towns = account.towns
        isActive = account.isActive
        isStaff = account.isStaff
        isSuperuser = account.isSuperuser
        createdAt = account.createdAt.text
        lastLoginAt = account.lastLoginAt?.text
    }
}

extension SessionFacts {
    init(_ session: SessionRecord) {
        id = session.id
        kind =
            switch session.kind {
            case .cookie: "cookie"
            case .token: "token"
            case .signedToken: "signed-token"
            case .tokenPair: "token-pair"
            }
        createdAt = session.createdAt.text
        lastUsedAt = session.lastUsedAt.text
        expiresAt = session.expiresAt?.text
        network = session.network
        userAgent = session.userAgent
    }
}

extension EventFacts {
    init(_ entry: AuditEntry) {
        id = entry.id
        recordedAt = entry.recordedAt.text
        event = entry.event
        network = entry.network
        dialect = entry.dialect
        requestId = entry.requestID
        detail = entry.detail
        count = entry.count
    }
}

extension Dossier {
    init(_ dossier: AccountDossier) {
        account = UserFacts(dossier.account)
        sessions = dossier.sessions.map(SessionFacts.init)
        networks = dossier.networks.map { NetworkFacts(network: $0.network, signedInAt: $0.signedInAt.text) }
        events = dossier.events.map(EventFacts.init)
    }
}

extension BanFacts {
    init(_ spent: SpentLimit) {
        limit = spent.limit.rawValue
        network = spent.network
        account = spent.accountID
        seconds = spent.seconds
    }
}

extension Refusal {
    /// Everything that speaks against what was given, one sentence each.
    init(_ rejection: Rejection) {
        self.init(.invalid, rejection.reasons.map(Self.sentence).joined(separator: " "))
    }

    private static func sentence(_ reason: Reason) -> String {
        switch reason {
        case .usernameMalformed: "A username has letters, digits and @ . + - _ only, and at least one."
        case .usernameMixesAlphabets: "The username mixes alphabets (registration.mixed_alphabets)."
        case .emailMalformed: "The email is no address."
        case .usernameTaken: "The username is another account's username or email."
        case .emailTaken: "The email is another account's email or username."
        case .tooLong(let field, let maximum):
            "The \(word(field)) is longer than \(maximum) \(field == .password ? "bytes" : "characters")."
        case .hasNull(let field): "The \(word(field)) has a NUL character."
        case .passwordTooShort(_, let minimum): "The password has fewer than \(minimum) characters."
        case .passwordTooCommon: "Many people have chosen this password."
        case .passwordNumeric: "The password has nothing but digits."
        case .passwordSimilar(_, let attribute): "The password is too similar to the \(word(attribute))."
        case .credential(.accountGone): "The account was deleted meanwhile."
        default: "Refused: \(reason)."
        }
    }

    private static func word(_ field: Field) -> String {
        switch field {
        case .firstName: "first name"
        case .lastName: "last name"
        case .fullName: "full name"
        default: field.rawValue
        }
    }

    private static func word(_ attribute: PasswordOwner.Attribute) -> String {
        switch attribute {
        case .username: "username"
        case .firstName: "first name"
        case .lastName: "last name"
        case .email: "email"
        }
    }
}
