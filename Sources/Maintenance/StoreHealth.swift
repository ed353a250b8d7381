// Whether database and pictures are sound and agree.

public import AccountStore

/// What a check of a store found, beside a running daemon as well.
public struct StoreHealth: Sendable {
    /// What was found of the database.
    public let database: StoreInspection
    /// Names of pictures that accounts have and of which a file is not there, at most 100.
    public let missingPictures: [String]
    /// How many files of pictures belong to nobody.
    public let orphans: Int

    /// Whether nothing is wrong; files that belong to nobody are not.
    public var isSound: Bool { database.isSound && missingPictures.isEmpty }

    /// Checks a database and its pictures.
    ///
    /// Of a damaged database the pictures are not asked for. Throws `StoreError` and GRDB's `DatabaseError`.
    public init(store: StoreFile, pictures: String, _ depth: StoreInspection.Depth) throws {
        database = try StoreInspection.inspect(store, depth)
        guard database.isSound, database.schema.version > 1 else {
            (missingPictures, orphans) = ([], 0)
            return
        }
        let tree = PictureTree(path: pictures)
        var missing = try tree.missing(of: store)
        // One that was replaced while they were looked for is not asked for again.
        if !missing.isEmpty { missing = try tree.missing(of: store).filter { missing.contains($0) } }
        missingPictures = missing
        orphans = try tree.orphans(of: store).count
    }
}
