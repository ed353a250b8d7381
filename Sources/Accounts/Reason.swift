// Why something was refused: a closed list of facts. Status, key and text of each are the dialects' own.

/// A fact that the client may be told about a refused request.
public enum Reason: Sendable, Equatable {
    // What is wrong with one input.
    /// A required input was not sent.
    case missing(Field)
    /// An input was sent empty, or of white space only where that counts as empty.
    case blank(Field)
    /// An input was sent as null.
    case null(Field)
    /// An input that must be text was a boolean, a list or an object.
    case notText(Field)
    /// An input that must be a list was something else, named by its kind.
    case notList(Field, got: ValueKind)
    /// An entry of a list is of a kind that cannot be an id.
    case notID(Field, got: ValueKind)
    /// An entry of a list is no id that can exist; its text as sent.
    case unknownID(Field, text: String)
    /// A list has more entries than allowed.
    case tooMany(Field, maximum: Int)
    /// A text has more characters (Unicode code points) than allowed.
    case tooLong(Field, maximum: Int)
    /// A text has a NUL character.
    case hasNull(Field)
    /// A text has an unpaired surrogate, named by its code.
    case hasSurrogate(Field, code: UInt16)
    /// A username has characters other than letters, digits and `@.+-_`.
    case usernameMalformed
    /// A username has letters of several alphabets.
    case usernameMixesAlphabets
    /// An email address is none (`EmailAddress`).
    case emailMalformed
    /// A picture was sent as something that is no file.
    case notFile(Field)
    /// An uploaded file has nothing in it.
    case emptyFile(Field)
    /// The name of an uploaded file has more characters (Unicode code points) than allowed.
    case fileNameTooLong(Field, maximum: Int, count: Int)
    /// An uploaded file is no picture, or none that is taken.
    case notPicture(Field)
    /// The username is somebody's already, as username or as email.
    case usernameTaken
    /// The email is somebody's already, as email or as username.
    case emailTaken
    /// The password has fewer characters than the policy asks for.
    case passwordTooShort(Field, minimum: Int)
    /// The password is one that many people have chosen.
    case passwordTooCommon(Field)
    /// The password has nothing but digits.
    case passwordNumeric(Field)
    /// The password is too similar to what is known of its owner.
    case passwordSimilar(Field, to: PasswordOwner.Attribute)
    /// The two spellings of the new password differ.
    case passwordsDiffer
    /// The current password is not the one that was typed.
    case wrongCurrentPassword
    /// An input was sent that the dialect refuses to have edited.
    case notEditable

    // What is wrong with who asks.
    /// No account with that login and password may sign in.
    case wrongCredentials
    /// The endpoint needs a signed-in account.
    case signInRequired
    /// The credential that came with the request is not good.
    case credential(CredentialFault)
    /// The refresh token that was sent as an input is not good.
    case refreshToken(CredentialFault)
    /// The account may not do this to that object.
    case forbidden
    /// There is no such account.
    case noSuchAccount
    /// The cross-site request check failed.
    case crossSite(CrossSiteFault)
    /// This was done too often; after so many seconds it may be done again.
    case throttled(seconds: Int)
}

/// Why a credential was not accepted.
public enum CredentialFault: Sendable, Equatable, CaseIterable {
    /// The header names a scheme and nothing else.
    case absent
    /// The header has more than a scheme and a credential.
    case hasSpaces
    /// The credential has bytes that are no text.
    case notText
    /// The credential belongs to no living session.
    case unknown
    /// The account is deactivated.
    case accountInactive
    /// The account is gone.
    case accountGone
    /// The signed token cannot be read, or its signature is not ours.
    case malformed
    /// The signed token is ours in form, but its algorithm or its times are not accepted.
    case refused
    /// The signed token has expired.
    case expired
    /// The signed token has no expiry.
    case withoutExpiry
    /// The signed token does not say of which kind it is.
    case withoutKind
    /// The signed token has no identifier of its own.
    case withoutID
    /// The signed token is of another kind: refresh for access, or the reverse.
    case wrongKind
    /// The signed token names no account.
    case withoutAccount
}

/// Why a request that carries a session cookie was taken for a forged one (Django's `CsrfViewMiddleware`).
public enum CrossSiteFault: Sendable, Equatable {
    /// No CSRF cookie was sent.
    case cookieMissing
    /// The CSRF cookie is of the wrong length.
    case cookieLength
    /// The CSRF cookie has characters that no token has.
    case cookieCharacters
    /// No token was sent beside the cookie.
    case tokenMissing
    /// The token in the header does not belong to the cookie.
    case tokenIncorrect
    /// The token in the header is of the wrong length.
    case tokenLength
    /// The token in the header has characters that no token has.
    case tokenCharacters
    /// `Origin` is another site, as sent.
    case foreignOrigin(String)
    /// Neither `Origin` nor `Referer` was sent over HTTPS.
    case refererMissing
    /// `Referer` is no URL.
    case refererMalformed
    /// `Referer` is not HTTPS though the request is.
    case refererInsecure
    /// `Referer` is another site, as sent.
    case foreignReferer(String)
}

/// What kind of value an input was, where the refusal names it.
public enum ValueKind: Sendable, Equatable {
    /// Null.
    case null
    /// True or false.
    case boolean
    /// A whole number.
    case integer
    /// A number with a fraction or an exponent.
    case float
    /// Text.
    case text
    /// A list.
    case list
    /// An object.
    case object
    /// An uploaded file.
    case file
}

/// A refusal: everything that the client may be told, in the order it is to be told.
public struct Rejection: Error, Sendable, Equatable {
    /// At least one reason.
    public let reasons: [Reason]

    /// A refusal for several reasons.
    public init(_ reasons: [Reason]) {
        self.reasons = reasons
    }

    /// A refusal for one reason.
    public init(_ reason: Reason) {
        reasons = [reason]
    }
}
