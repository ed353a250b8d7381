// A whole service in this process: a real store in a temporary folder, cheap password hashes, every dialect.

import AccountService
import AccountStore
import Accounts
import Dialects
import Foundation
import HTTP
import Pictures
import Secrets

/// A service with accounts that rows need.
final class Installation {
    let service: AccountService
    let keys: KeyRing
    private let folder: URL
    private let writer: AccountWriter
    private let interpreter: Interpreter

    /// The recorded libraries had no rules for passwords but Django's validators in some rows, so without those nearly
    /// every password is one.
    init(rules: PasswordPolicy.Rules) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("contract-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        let clock: Clock = { Timestamp(microseconds: 1_717_243_200_123_456) }
        let file = StoreFile(path: folder.appendingPathComponent("accounts.db").path)
        guard let key = SecretKey([UInt8](repeating: 7, count: 32)), let keys = KeyRing(keys: [key]) else {
            throw Refused()
        }
        self.keys = keys
        writer = try AccountWriter(file: file, seal: AuditSeal(keys: keys), clock: clock)
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let program = (tests as NSString).deletingLastPathComponent + "/accountd-picture"
        let pictures = PictureStore(
            folder: PictureFolder(path: folder.appendingPathComponent("media").path),
            program: PictureProgram(path: program))
        try pictures.folder.prepare()
        guard let parameters = PasswordParameters(memoryKiB: 8, passes: 1, lanes: 1) else { throw Refused() }
        var settings = AccountService.Settings()
        settings.passwordPolicy = PasswordPolicy(minimumLength: 1, maximumBytes: 4096, rules: rules)
        service = try AccountService(
            reader: AccountReader(file: file), writer: writer, hasher: PasswordHasher(parameters), keys: keys,
            pictures: pictures, settings: settings, clock: clock)
        var presentation = Presentation()
        presentation.publicURL = Bindings.origin
        interpreter = Interpreter(
            router: Router(allDialects),
            service: service,
            presentation: presentation, report: { _, _ in })
    }

    deinit {
        writer.close()
        try? FileManager.default.removeItem(at: folder)
    }

    /// A step before a row that the service refused.
    struct Refused: Error {}

    var now: Int { service.now }

    func answer(_ request: Request) -> Response { interpreter.respond(to: request) }

    /// The JSON and the headers of the answer to a POST of JSON.
    ///
    /// Throws when the service refuses it.
    func post(_ path: String, _ body: JSON) throws -> (json: JSON, headers: Headers) {
        let head = Request.Head(method: .post, path: path, headers: ["Content-Type": "application/json"])
        let response = answer(Request(head: head, body: Body(body.bytes)))
        guard response.status.rawValue < 300 else { throw Refused() }
        return (try JSON(parsing: response.body), response.headers)
    }

    func deactivate(_ person: Person) throws {
        let id = person.id
        try writer.write { transaction in try transaction.setActive(false, accountID: id) }
    }

    func delete(_ person: Person) throws {
        let id = person.id
        try writer.write { transaction in try transaction.delete(accountID: id) }
    }
}

/// An account that a row's request comes from or is about, with its credentials; each is fetched when first asked for.
final class Person {
    static let password = "Corr3ct-horse"

    let id: Int64
    let uuid: String
    let username: String
    /// What stands before `@example.com` in its email; nil when it has none.
    var mailbox: String?
    let token: String
    private let installation: Installation
    private let password: String
    private var cookies: (session: String, csrf: String)?
    private var signedToken: String?
    private var pair: (access: String, refresh: String)?

    /// Registers an account whose names are random where the caller does not choose them.
    init(
        in installation: Installation, hasEmail: Bool = true, firstName: String? = nil, lastName: String? = nil,
        fullName: String? = nil, towns: [Int] = [], hasUUIDForName: Bool = false
    ) throws {
        let (name, mailbox) = (RandomName.random(length: 10), hasEmail ? RandomName.random(length: 10) : nil)
        let registration = Registration(
            username: hasUUIDForName ? nil : name, email: mailbox.map { "\($0)@example.com" }, password: Self.password,
            firstName: firstName, lastName: lastName, fullName: fullName, towns: towns)
        let client = Client(network: "127.0.0.1", userAgent: "")
        let made = try installation.service.register(registration, tokenFor: client)
        let (account, credential) = (made.account, made.token)
        guard case .token(let token) = credential else { throw Installation.Refused() }
        (id, uuid, username) = (account.id, account.uuid.description, account.username)
        self.mailbox = mailbox
        self.token = token
        self.installation = installation
        password = Self.password
    }

    /// The values of a session's two cookies.
    func session() throws -> (session: String, csrf: String) {
        if let cookies { return cookies }
        let headers = try installation.post(
            "/core/login/", ["username": .string(username), "password": .string(password)]
        ).headers
        let values = headers.values("Set-Cookie").reduce(into: [String: String]()) { values, line in
            let parts = line.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1)
            if parts.count == 2 { values[String(parts[0])] = String(parts[1]) }
        }
        guard let session = values["sessionid"], let csrf = values["csrftoken"] else { throw Installation.Refused() }
        cookies = (session, csrf)
        return (session, csrf)
    }

    /// A single signed token.
    func single() throws -> String {
        if let signedToken { return signedToken }
        let json = try installation.post("/obtain_token/", ["login": .string(username), "password": .string(password)])
            .json
        let token = json["token"]?.string ?? ""
        signedToken = token
        return token
    }

    /// An access and a refresh token.
    func tokens() throws -> (access: String, refresh: String) {
        if let pair { return pair }
        let json = try installation.post(
            "/api/user/login/", ["email": .string(username), "password": .string(password)]
        ).json
        let tokens = (
            access: json["tokens"]?["access"]?.string ?? "", refresh: json["tokens"]?["refresh"]?.string ?? ""
        )
        pair = tokens
        return tokens
    }

    /// Signs in through `/auth/`, which dates the last sign-in.
    func signInForToken() throws {
        _ = try installation.post("/auth/token/login/", ["username": .string(username), "password": .string(password)])
    }
}
