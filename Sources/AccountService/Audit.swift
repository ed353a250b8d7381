// What the operations record of themselves (docs/audit.md): success in the transaction of the change, refusals beside it.

public import AccountStore
public import Accounts
public import Secrets

extension AuditSeal {
    /// The seal of an installation's audit trail.
    ///
    /// Throws `CryptographyFailure`.
    public init(keys: KeyRing) throws {
        let seal = try MessageSeal(ring: keys, purpose: .auditTrail)
        self.init(
            keyID: seal.keyID, seal: { try seal.seal($0) },
            isValid: { code, message, keyID in try seal.isValid(code, for: message, keyID: keyID) })
    }
}

extension AccountService {
    /// Records a refusal, and waits for nothing; of a flood the first are recorded, and how many more there were.
    public func note(_ event: AuditEvent, of accountID: Int64? = nil, by client: Client, detail: String = "") {
        writer.note(AuditRecord(event, accountID: accountID, client, detail: detail, count: 1))
    }
}

extension Transaction {
    /// Records an event that is part of this write.
    func record(
        _ event: AuditEvent, of accountID: Int64, by client: Client, detail: String = "", count: Int = 1
    ) throws {
        try record(AuditRecord(event, accountID: accountID, client, detail: detail, count: count))
    }

    /// Ends a session for another reason than that its owner wants it, and records that it ended.
    func revoke(_ session: Session, by client: Client, because reason: String) throws {
        try end(sessionID: session.id)
        if changedRows > 0 { try record(.sessionsRevoked, of: session.accountID, by: client, detail: reason) }
    }

    /// Replaces an account's password and ends every session but one, which it records.
    func changePassword(of id: Int64, to passwordHash: String, keeping kept: Int64?, by client: Client) throws {
        try setPassword(of: id, to: passwordHash)
        try endSessions(of: id, except: kept)
        let ended = changedRows
        try record(.passwordChanged, of: id, by: client)
        if ended > 0 { try record(.sessionsRevoked, of: id, by: client, detail: "password", count: ended) }
    }
}

extension AuditRecord {
    fileprivate init(_ event: AuditEvent, accountID: Int64?, _ client: Client, detail: String, count: Int) {
        self.init(
            event, accountID: accountID, network: client.network, dialect: client.dialect, requestID: client.requestID,
            detail: detail, count: Int64(count))
    }
}
