// The schema, one step at a time. Steps are only ever appended: what has run somewhere is never edited.

import GRDB

/// The steps from an empty file to today's schema.
enum Migrations {
    /// One step; its SQL ends with the `user_version` that it leads to, which is its place in the list.
    struct Step {
        let name: String
        let sql: String
    }

    /// The newest schema version; kept in SQLite's `user_version`.
    static let version = 5
    /// The least schema version that a program must know to work with what this one writes; raised by a step that takes away or
    /// changes the meaning of something that programs before it use, and by no other (docs/adr/0018).
    static let minimumReader = 5

    static let steps = [
        Step(name: "0001_accounts", sql: accounts),
        Step(name: "0002_picture_removals", sql: pictureRemovals),
        Step(name: "0003_refresh_generations", sql: refreshGenerations),
        Step(name: "0004_audit", sql: audit),
        Step(name: "0005_limits", sql: limits),
    ]

    /// Brings a file to the end of `steps`, all that are missing in one transaction; a newer file that this program can work with
    /// stays as it is.
    ///
    /// `prepare` runs before anything is changed, unless the file is new or nothing is to be done. Throws
    /// `StoreError.schemaTooNew`, and what `prepare` throws.
    static func run(
        on queue: DatabaseQueue, steps: [Step] = steps, prepare: (StoreSchema) throws -> Void = { _ in }
    ) throws {
        let found = try queue.read(StoreSchema.init(in:))
        guard found.isUsable else { throw StoreError.schemaTooNew(found: found.version, known: version) }
        if found.version > 0, found.version < steps.count { try prepare(found) }
        let target = StoreSchema(version: steps.count, minimumReader: minimumReader)
        guard found.version < target.version || found.version == target.version && found != target else { return }
        try queue.inDatabase { database in
            // Foreign keys are checked as the steps go: a check afterwards would read every row there is.
            try database.inTransaction(.immediate) {
                try apply(steps.dropFirst(found.version), in: database)
                try database.execute(sql: target.pragmas)
                return .commit
            }
        }
    }

    // The table has GRDB's name and form, so that its migrator, too, takes the steps for done.
    private static func apply(_ steps: ArraySlice<Step>, in database: Database) throws {
        guard !steps.isEmpty else { return }
        try database.execute(
            sql: "CREATE TABLE IF NOT EXISTS grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)")
        for step in steps {
            try database.execute(sql: step.sql)
            try database.execute(
                sql: "INSERT OR IGNORE INTO grdb_migrations (identifier) VALUES (?)", arguments: [step.name])
        }
    }

    // Points in time (`…_at`) are microseconds since 1970 UTC, because two of the dialects show them to the microsecond.
    // `login_names` holds the folded form of every username and every email in one unique column: so no username can be
    // somebody else's email, and a sign-in is one look-up whichever of the two was typed.
    private static let accounts = """
        CREATE TABLE accounts (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            uuid BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
            username TEXT NOT NULL CHECK (username <> ''),
            email TEXT CHECK (email <> ''),
            password TEXT NOT NULL,
            first_name TEXT,
            last_name TEXT,
            patronymic TEXT,
            full_name TEXT,
            picture TEXT,
            days_count INTEGER NOT NULL DEFAULT 3,
            towns TEXT NOT NULL DEFAULT '',
            is_active INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
            is_staff INTEGER NOT NULL DEFAULT 0 CHECK (is_staff IN (0, 1)),
            is_superuser INTEGER NOT NULL DEFAULT 0 CHECK (is_superuser IN (0, 1)),
            created_at INTEGER NOT NULL,
            last_login_at INTEGER
        ) STRICT;
        CREATE TABLE login_names (
            name_key TEXT NOT NULL PRIMARY KEY CHECK (name_key <> ''),
            account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX login_names_by_account ON login_names (account_id);
        CREATE TABLE sessions (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
            kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 4),
            nonce BLOB NOT NULL CHECK (length(nonce) = 16),
            digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
            created_at INTEGER NOT NULL,
            last_used_at INTEGER NOT NULL,
            expires_at INTEGER,
            network TEXT NOT NULL,
            user_agent TEXT NOT NULL
        ) STRICT;
        CREATE INDEX sessions_by_account ON sessions (account_id);
        CREATE UNIQUE INDEX one_token_per_account ON sessions (account_id) WHERE kind = 2;
        CREATE INDEX sessions_by_expiry ON sessions (expires_at) WHERE expires_at IS NOT NULL;
        PRAGMA user_version = 1;
        """
    // Names of pictures whose files are to go: those that an account had, and those that no account has yet. The triggers see to it
    // that a picture cannot leave an account, by whatever statement, without its files being queued for removal in the same
    // transaction.
    private static let pictureRemovals = """
        CREATE TABLE picture_removals (
            name TEXT NOT NULL PRIMARY KEY CHECK (name <> '')
        ) STRICT, WITHOUT ROWID;
        CREATE TRIGGER picture_replaced AFTER UPDATE OF picture ON accounts
        WHEN old.picture IS NOT NULL AND old.picture IS NOT new.picture
        BEGIN
            INSERT OR IGNORE INTO picture_removals (name) VALUES (old.picture);
        END;
        CREATE TRIGGER picture_owner_deleted AFTER DELETE ON accounts WHEN old.picture IS NOT NULL
        BEGIN
            INSERT OR IGNORE INTO picture_removals (name) VALUES (old.picture);
        END;
        PRAGMA user_version = 2;
        """
    // How often the refresh token of a pair was replaced, and when last: what the present one is made from, so that it need not
    // be kept.
    private static let refreshGenerations = """
        ALTER TABLE sessions ADD COLUMN generation INTEGER NOT NULL DEFAULT 0 CHECK (generation >= 0);
        ALTER TABLE sessions ADD COLUMN rotated_at INTEGER;
        PRAGMA user_version = 3;
        """
    // Security events, each with a code over itself and the code before, and both ends of them (docs/audit.md). No foreign key: an
    // event outlives its account. The triggers are against mistakes; against intent there is the chain. Events can only go from
    // below the anchor, and the anchor only forward.
    private static let audit = """
        CREATE TABLE audit_events (
            id INTEGER PRIMARY KEY CHECK (id > 0),
            recorded_at INTEGER NOT NULL,
            event TEXT NOT NULL,
            account_id INTEGER,
            network TEXT NOT NULL,
            dialect TEXT NOT NULL,
            request_id TEXT NOT NULL,
            detail TEXT NOT NULL,
            count INTEGER NOT NULL,
            key_id BLOB NOT NULL CHECK (length(key_id) = 8),
            chain BLOB NOT NULL CHECK (length(chain) = 32)
        ) STRICT;
        CREATE TABLE audit_marks (
            name TEXT NOT NULL PRIMARY KEY CHECK (name IN ('anchor', 'head')),
            count INTEGER NOT NULL CHECK (count >= 0),
            chain BLOB NOT NULL CHECK (length(chain) = 32),
            key_id BLOB NOT NULL,
            code BLOB NOT NULL
        ) STRICT, WITHOUT ROWID;
        INSERT INTO audit_marks (name, count, chain, key_id, code)
        VALUES ('anchor', 0, zeroblob(32), x'', x''), ('head', 0, zeroblob(32), x'', x'');
        CREATE TRIGGER audit_events_are_never_changed BEFORE UPDATE ON audit_events
        BEGIN
            SELECT RAISE(ABORT, 'audit events are never changed');
        END;
        CREATE TRIGGER audit_events_are_only_pruned BEFORE DELETE ON audit_events
        WHEN old.id > (SELECT count FROM audit_marks WHERE name = 'anchor')
        BEGIN
            SELECT RAISE(ABORT, 'audit events are only pruned');
        END;
        CREATE TRIGGER audit_events_are_only_appended BEFORE INSERT ON audit_events
        WHEN new.id <= (SELECT max(id) FROM audit_events)
        BEGIN
            SELECT RAISE(ABORT, 'audit events are only appended');
        END;
        CREATE TRIGGER audit_marks_are_never_deleted BEFORE DELETE ON audit_marks
        BEGIN
            SELECT RAISE(ABORT, 'audit marks are never deleted');
        END;
        CREATE TRIGGER audit_anchor_only_advances BEFORE UPDATE ON audit_marks
        WHEN new.name <> old.name OR old.name = 'anchor' AND new.count < old.count
        BEGIN
            SELECT RAISE(ABORT, 'the audit anchor only advances');
        END;
        PRAGMA user_version = 4;
        """
    // `limit_buckets` has a row for each bucket that is not full, and when it will be (`Bucket`); its key is a digest, so that no
    // row says whose it is. `known_networks` has where each account signed in from lately, as `NetworkPrefix` has it in text.
    private static let limits = """
        CREATE TABLE limit_buckets (
            key BLOB NOT NULL PRIMARY KEY CHECK (length(key) = 16),
            full_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE known_networks (
            account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
            network TEXT NOT NULL,
            signed_in_at INTEGER NOT NULL,
            PRIMARY KEY (account_id, network)
        ) STRICT, WITHOUT ROWID;
        PRAGMA user_version = 5;
        """
}
