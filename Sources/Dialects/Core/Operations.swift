// What each operation does with its inputs: reads them by the dialect's rules and calls the service.

import AccountService
import Accounts
import HTTP

/// One operation of one exchange.
struct Operations {
    let exchange: Exchange
    let route: Route
    let caller: Caller?
    let subject: Account?

    private var service: AccountService { exchange.service }

    /// Does it; nil when the result comes later.
    ///
    /// Throws `Rejection`, `RequestFault`, and whatever else goes wrong on our side.
    func perform() throws -> Answer? {
        do {
            return try performed()
        } catch let rejection as Rejection where rejection.reasons.contains(.wrongCurrentPassword) {
            log(.passwordRefused, .notice, caller.map { [("account", "\($0.account.id)")] } ?? [])
            throw rejection
        }
    }

    private func performed() throws -> Answer? {
        switch route.operation {
        case .register: try register(withToken: false)
        case .registerWithToken: try register(withToken: true)
        case .signIn: try signIn()
        case .signOut: try signOut(known())
        case .showSelf: .profile(try known().account)
        case .showAccount: .account(try subject ?? known().account)
        case .listAccounts: .accounts([try known().account])
        case .updateProfile, .amendProfile: try noticing(known()) { try update($0) }
        case .changePassword: try changePassword(known())
        case .refreshAccess: try refresh()
        case .deleteAccount: try delete(known())
        }
    }

    private func known() throws -> Caller {
        guard let caller else { throw Rejection(.signInRequired) }
        return caller
    }

    /// Runs a part of an operation that is counted; what came of it is counted here only where it throws.
    private func counting<Value>(_ operation: CountedOperation, _ part: () throws -> Value) throws -> Value {
        do {
            return try part()
        } catch {
            exchange.ending.count(operation, CountedOutcome(error))
            throw error
        }
    }

    private func register(withToken: Bool) throws -> Answer {
        let made = try counting(.registration) { try registered(withToken: withToken) }
        exchange.ending.count(.registration, made.isFeigned ? .feigned : .ok)
        if made.isFeigned {
            log(unaudited: "registration.concealed")
        } else {
            log(.registered, .info, [("account", "\(made.account.id)")])
        }
        return .registered(made.account, token: made.token)
    }

    private func registered(withToken: Bool) throws -> Registered {
        // Before anything is read: what is wrong with the inputs, such as a name that is taken, is an answer too.
        try service.admitRegistration(from: exchange.client)
        let values = try inputs()
        let registration = Registration(
            username: values.text(.username), email: values.given(.email), password: try values.required(.password),
            passwordRepeat: values.text(.passwordRepeat), firstName: values.text(.firstName),
            lastName: values.text(.lastName), fullName: values.text(.fullName), towns: values.ids ?? [],
            picture: values.picture ?? nil)
        return try service.register(
            registration, checking: passwordBesideOwner, tokenFor: withToken ? exchange.client : nil,
            by: exchange.client)
    }

    private func signIn() throws -> Answer {
        let values = try inputs()
        guard let login = values.text(.login), let password = values.text(.password) else {
            throw Rejection(.wrongCredentials)
        }
        do {
            let signIn = try counting(.signIn) {
                try service.signIn(
                    login: login, password: password, kind: exchange.dialect.sessionKind, client: exchange.client,
                    replacing: exchange.dialect.sessionKind == .cookie ? caller?.session : nil)
            }
            exchange.ending.count(.signIn, .ok)
            log(.signedIn, .info, [("account", "\(signIn.account.id)")])
            return .signedIn(signIn, login: login, password: password)
        } catch let rejection as Rejection {
            log(.signInFailed, .notice, [])
            throw rejection
        }
    }

    private func signOut(_ caller: Caller) throws -> Answer? {
        let event = event(.signedOut, .info, [("account", "\(caller.account.id)")])
        guard let finish = exchange.finisher(of: route) else {
            try service.signOut(caller, by: exchange.client)
            exchange.report(event)
            return .nothing
        }
        service.signOut(caller, by: exchange.client) { [ending = exchange.ending] result in
            if case .success = result { ending.report(event, ending.head) }
            finish(result.map { .nothing })
        }
        return nil
    }

    /// Runs a change of a profile; who looks for other people's emails by this way leaves a line in the log each time.
    private func noticing(_ caller: Caller, _ update: (Caller) throws -> Answer?) throws -> Answer? {
        do {
            return try update(caller)
        } catch let rejection as Rejection where rejection.reasons.contains(.emailTaken) {
            log(unaudited: "profile.email_taken", [("account", "\(caller.account.id)")])
            throw rejection
        }
    }

    private func update(_ caller: Caller) throws -> Answer? {
        let values = try inputs(besides: caller.account.id)
        var changes = ProfileChanges()
        changes.username = values.text(.username)
        changes.email = values[.email].map { $0.flatMap { $0.isEmpty ? nil : $0 } }
        changes.firstName = values[.firstName]
        changes.lastName = values[.lastName]
        changes.patronymic = values[.patronymic]
        changes.fullName = values[.fullName]
        changes.password = values.text(.password)
        changes.picture = values.picture
        if changes.isTextOnly, let finish = exchange.finisher(of: route) {
            try service.updateTexts(caller, with: changes, by: exchange.client) { finish($0.map { .profile($0) }) }
            return nil
        }
        let account = try service.update(
            caller, with: changes, checking: passwordBesideOwner, by: exchange.client)
        if changes.password != nil { log(.passwordChanged, .notice, [("account", "\(account.id)")]) }
        return .profile(account)
    }

    private func changePassword(_ caller: Caller) throws -> Answer {
        let values = try inputs()
        try service.changePassword(
            of: caller, current: values.required(.currentPassword), to: values.required(.newPassword),
            checking: passwordBesideOwner, by: exchange.client)
        log(.passwordChanged, .notice, [("account", "\(caller.account.id)")])
        return .nothing
    }

    private func refresh() throws -> Answer? {
        let token = try inputs().required(.refreshToken)
        let (ending, name) = (exchange.ending, exchange.dialect.name)
        let answer: @Sendable (Refresh) throws -> Answer = { refresh in
            switch refresh {
            case .access(let access): return .access(access, refresh: nil)
            case .pair(let access, let refresh): return .access(access, refresh: refresh)
            case .reused(let account):
                let facts = [("dialect", name), ("account", "\(account)")]
                ending.report(Event(name: "auth.refresh.reused", level: .warning, facts: facts), ending.head)
                throw Rejection(.refreshToken(.unknown))
            }
        }
        let settle: @Sendable (Result<Refresh, any Error>) -> Result<Answer, any Error> = { result in
            ending.count(.refresh, CountedOutcome(result))
            return Result { try answer(result.get()) }
        }
        guard let finish = exchange.finisher(of: route) else {
            return try settle(Result { try service.refresh(token, from: exchange.client) }).get()
        }
        let known = Result { try service.refresh(token, from: exchange.client) { finish(settle($0)) } }
        switch known {
        case .success(nil): return nil
        case .success(let refresh?): return try settle(.success(refresh)).get()
        case .failure(let error): return try settle(.failure(error)).get()
        }
    }

    private func delete(_ caller: Caller) throws -> Answer {
        try service.delete(caller, current: try inputs().required(.currentPassword), by: exchange.client)
        log(.deleted, .notice, [("account", "\(caller.account.id)")])
        return .nothing
    }

    private var passwordBesideOwner: Field? { exchange.dialect.input(of: route.operation)?.passwordBesideOwner }

    /// The inputs, all of them good.
    ///
    /// Throws `Rejection` with every reason against them, names that are taken included.
    private func inputs(besides accountID: Int64? = nil) throws -> InputValues {
        guard let rule = exchange.dialect.input(of: route.operation) else { return InputValues() }
        let presentation = exchange.presentation
        let input = try Input.read(
            exchange.request,
            limits: Input.Limits(
                text: presentation.bodyLimit, multipart: presentation.multipartLimit,
                picture: rule.file.map { _ in presentation.pictureLimit }),
            // As in Django REST framework's own view for obtaining a Token, the one that is not browsable.
            formsFirst: !exchange.endpoint.isBrowsable, wanted: rule.file.map(exchange.dialect.name),
            receive: { try counting(.picture) { try service.receivePicture(of: caller, from: exchange.client) } })
        let reader = FieldReader(
            rule: rule, name: { exchange.dialect.name(of: $0) }, policy: service.settings.passwordPolicy,
            isPartial: route.operation.isPartial, allowsMixedAlphabets: service.settings.allowsMixedAlphabets,
            judge: judge)
        do {
            let (values, reasons) = try reader.read(input)
            if accountID != nil, let caller {
                try service.admitNames(
                    username: values.text(.username), email: values.given(.email), of: caller, from: exchange.client)
            }
            if reasons.isEmpty { return values }
            let taken = try service.conflicts(
                username: values.text(.username), email: values.given(.email), besides: accountID)
            let shown = rule.fields.contains { $0.kind == .currentPassword } ? values.text(.currentPassword) : nil
            let wrong = try shown.map { try !service.isPassword($0, of: known(), by: exchange.client) } ?? false
            throw Rejection(
                rule.unreadable.map { [$0] } ?? reasons + taken + (wrong ? [.wrongCurrentPassword] : []))
        } catch let fault as RequestFault {
            throw rule.unreadable.map { Rejection($0) as any Error } ?? fault
        }
    }

    private func judge(_ received: ReceivedPicture) throws -> AcceptablePicture? {
        switch try counting(.picture, { try service.check(received) }) {
        case .acceptable(let picture):
            exchange.ending.count(.picture, .ok)
            return picture
        case .refused(let cause):
            exchange.ending.count(.picture, .failed)
            let account = caller.map { [("account", "\($0.account.id)")] } ?? []
            log(.pictureRefused, .notice, account + [("bytes", "\(received.byteCount)"), ("cause", cause)])
            service.note(.pictureRefused, of: caller?.account.id, by: exchange.client, detail: cause)
            return nil
        }
    }

    private func log(_ event: AuditEvent, _ level: Event.Level, _ facts: [(String, String)]) {
        exchange.report(self.event(event, level, facts))
    }

    /// Logs what is no event of the audit trail, since nothing was done.
    private func log(unaudited name: String, _ facts: [(String, String)] = []) {
        exchange.report(Event(name: name, level: .notice, facts: [("dialect", exchange.dialect.name)] + facts))
    }

    private func event(_ event: AuditEvent, _ level: Event.Level, _ facts: [(String, String)]) -> Event {
        Event(name: event.rawValue, level: level, facts: [("dialect", exchange.dialect.name)] + facts)
    }
}

extension InputValues {
    /// The text of an input, nil when it was not sent, null or empty.
    func given(_ field: Field) -> String? {
        text(field).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The text of an input that its rule requires.
    ///
    /// Throws `Rejection` with `missing` should the rule be wrong.
    func required(_ field: Field) throws(Rejection) -> String {
        guard let text = text(field) else { throw Rejection(.missing(field)) }
        return text
    }
}
