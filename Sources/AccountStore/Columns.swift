// Rows read straight from SQLite. GRDB's `Row` asks for the name of every column and makes a dictionary of them each time a statement
// runs, which was 6 % of the instructions of a profile write.

import GRDB

/// The columns of the row at which a statement stands, by their place.
struct Columns {
    /// A column that has no value of the wanted type.
    struct Mismatch: Error {
        let index: Int
    }

    private let statement: SQLiteStatement

    fileprivate init(_ statement: SQLiteStatement) {
        self.statement = statement
    }

    /// The value of a column; NULL is one of an optional type only.
    ///
    /// Throws `Mismatch`.
    func value<Value: StatementColumnConvertible>(_ index: Int) throws -> Value {
        guard let value = Value.fromStatement(statement, atUncheckedIndex: CInt(index)) else {
            throw Mismatch(index: index)
        }
        return value
    }
}

/// What a row can be read as.
protocol ColumnReadable {
    /// Throws where the row has no such value.
    init(_ columns: Columns) throws
}

/// A value read from a row, in the form in which GRDB's cursors give single columns: the first must not be NULL.
private struct ReadRow<Value: ColumnReadable>: DatabaseValueConvertible, StatementColumnConvertible {
    // A failure of ours, since GRDB's own tells the row and the arguments, which no log may have.
    let value: Result<Value, any Error>

    init?(sqliteStatement: SQLiteStatement, index: CInt) {
        value = Result { try Value(Columns(sqliteStatement)) }
    }

    // Only rows are read as this: it is neither bound to a statement nor found in a column.
    var databaseValue: DatabaseValue { .null }
    static func fromDatabaseValue(_ value: DatabaseValue) -> Self? { nil }
}

extension Statement {
    /// The first row, or nil when there is none.
    ///
    /// Throws `Columns.Mismatch` when it cannot be read as what is wanted.
    func first<Value: ColumnReadable>(_ arguments: StatementArguments) throws -> Value? {
        try ReadRow<Value>.fetchOne(self, arguments: arguments)?.value.get()
    }

    /// Every row; throws as `first` does.
    func all<Value: ColumnReadable>(_ arguments: StatementArguments) throws -> [Value] {
        try ReadRow<Value>.fetchAll(self, arguments: arguments).map { try $0.value.get() }
    }
}
