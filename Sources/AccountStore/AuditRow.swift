// One row of `audit_events`: how it is read byte for byte, and which of its bytes are authenticated.

import Accounts
import Foundation
import GRDB

/// A row but for its code.
struct AuditRow {
    var id: Int64
    var recordedAt: Int64
    var event: [UInt8]
    var accountID: Int64?
    var network: [UInt8]
    var dialect: [UInt8]
    var requestID: [UInt8]
    var detail: [UInt8]
    var count: Int64
    var keyID: [UInt8]

    init(id: Int64, at time: Timestamp, _ record: AuditRecord, keyID: [UInt8]) {
        self.id = id
        recordedAt = time.microseconds
        event = Array(record.event.rawValue.utf8)
        accountID = record.accountID
        network = Array(record.network.utf8)
        dialect = Array(record.dialect.utf8)
        requestID = Array(record.requestID.utf8)
        detail = Array(record.detail.utf8)
        count = record.count
        self.keyID = keyID
    }

    /// The message that the row's code authenticates; `previous` is the code of the row before, or 32 zeros.
    func message(after previous: [UInt8]) -> [UInt8] {
        var message = AuditMessage("accountd audit event v1")
        message.append(previous)
        message.append(id)
        message.append(recordedAt)
        message.append(event)
        message.append(accountID)
        message.append(network)
        message.append(dialect)
        message.append(requestID)
        message.append(detail)
        message.append(count)
        message.append(keyID)
        return message.bytes
    }
}

/// A row as it is found in the file, whoever wrote it.
struct FoundAuditRow {
    let id: Int64
    /// The row, or nil when a column is not of its type.
    let row: AuditRow?
    let chain: [UInt8]

    // Texts are read as bytes, because GRDB reads a text to its first NUL only, and their types are asked for, because a text and
    // the same bytes as a blob are not the same row.
    static let columns = """
        id, recorded_at, CAST(event AS BLOB), account_id, CAST(network AS BLOB), CAST(dialect AS BLOB), \
        CAST(request_id AS BLOB), CAST(detail AS BLOB), count, key_id, chain, \
        typeof(event) = 'text' AND typeof(network) = 'text' AND typeof(dialect) = 'text' \
        AND typeof(request_id) = 'text' AND typeof(detail) = 'text'
        """

    init(_ found: Row) {
        id = found[0]
        chain = Self.bytes(found, 10) ?? []
        guard let recordedAt = Self.number(found, 1), let event = Self.bytes(found, 2),
            let network = Self.bytes(found, 4), let dialect = Self.bytes(found, 5),
            let requestID = Self.bytes(found, 6),
            let detail = Self.bytes(found, 7), let count = Self.number(found, 8), let keyID = Self.bytes(found, 9),
            !chain.isEmpty, Self.number(found, 11) == 1
        else {
            row = nil
            return
        }
        let accountID = Self.number(found, 3)
        guard accountID != nil || (found[3] as DatabaseValue).isNull else {
            row = nil
            return
        }
        row = AuditRow(
            id: id, recordedAt: recordedAt, event: event, accountID: accountID, network: network, dialect: dialect,
            requestID: requestID, detail: detail, count: count, keyID: keyID)
    }

    private static func number(_ row: Row, _ index: Int) -> Int64? {
        if case .int64(let number) = (row[index] as DatabaseValue).storage { number } else { nil }
    }

    private static func bytes(_ row: Row, _ index: Int) -> [UInt8]? {
        if case .blob(let data) = (row[index] as DatabaseValue).storage { Array(data) } else { nil }
    }
}

extension AuditRow {
    fileprivate init(
        id: Int64, recordedAt: Int64, event: [UInt8], accountID: Int64?, network: [UInt8], dialect: [UInt8],
        requestID: [UInt8], detail: [UInt8], count: Int64, keyID: [UInt8]
    ) {
        self.id = id
        self.recordedAt = recordedAt
        self.event = event
        self.accountID = accountID
        self.network = network
        self.dialect = dialect
        self.requestID = requestID
        self.detail = detail
        self.count = count
        self.keyID = keyID
    }
}
