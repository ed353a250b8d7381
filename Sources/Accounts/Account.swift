// What an account is. No I/O, no wire words: each dialect decides which of these facts it shows, and under which name.

/// One account, as every dialect sees it.
public struct Account: Sendable, Equatable {
    /// The integer id, from 1.
    public var id: Int64
    /// The UUID.
    public var uuid: AccountUUID
    /// The username in the spelling its owner chose.
    public var username: String
    /// The email address, or nil when none was given.
    public var email: String?
    /// The given name, or nil when never given (which is not the same as given empty).
    public var firstName: String?
    /// The family name, or nil when never given.
    public var lastName: String?
    /// The patronymic, or nil when never given.
    public var patronymic: String?
    /// The full name as typed, or nil when never given.
    public var fullName: String?
    /// The picture's name below the media root, or nil for none.
    public var picture: String?
    /// A stored preference of one front end; 3 unless imported otherwise.
    public var daysCount: Int
    /// Ids of towns in another service, ascending, without repeats.
    public var towns: [Int]
    /// Whether the account may sign in; a deactivated account's credentials are all refused.
    public var isActive: Bool
    /// Whether the account belongs to the staff.
    public var isStaff: Bool
    /// Whether the account has every permission.
    public var isSuperuser: Bool
    /// When the account was made.
    public var createdAt: Timestamp
    /// When it last signed in, through any dialect.
    public var lastLoginAt: Timestamp?

    /// An account with all its facts.
    public init(
        id: Int64, uuid: AccountUUID, username: String, email: String?, firstName: String?, lastName: String?,
        patronymic: String?, fullName: String?, picture: String?, daysCount: Int, towns: [Int], isActive: Bool,
        isStaff: Bool, isSuperuser: Bool, createdAt: Timestamp, lastLoginAt: Timestamp?
    ) {
        self.id = id
        self.uuid = uuid
        self.username = username
        self.email = email
        self.firstName = firstName
        self.lastName = lastName
        self.patronymic = patronymic
        self.fullName = fullName
        self.picture = picture
        self.daysCount = daysCount
        self.towns = towns
        self.isActive = isActive
        self.isStaff = isStaff
        self.isSuperuser = isSuperuser
        self.createdAt = createdAt
        self.lastLoginAt = lastLoginAt
    }
}
