// What Django REST framework answers when a dialect does not say otherwise: the defaults that every dialect departs from.
// Both switches are exhaustive, so a new reason does not compile until it has words here.

import AccountService
public import Accounts
import HTTP

/// The words and shapes of Django REST framework 3.18 on Django 5.2.
public enum RESTFramework {
    /// Headers of every answer (Django's `SecurityMiddleware` and `XFrameOptionsMiddleware`).
    static let securityHeaders: [(String, String)] = [
        ("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "DENY"), ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    ]

    /// The wording of a reason for a dialect that names its inputs with `name`.
    public static func wording(of reason: Reason, _ name: (Field) -> String) -> Wording {
        func field(_ field: Field, _ text: String) -> Wording { Wording(.badRequest, name(field), text) }
        switch reason {
        case .missing(let input): return field(input, "This field is required.")
        case .blank(let input): return field(input, "This field may not be blank.")
        case .null(let input): return field(input, "This field may not be null.")
        case .notText(let input): return field(input, "Not a valid string.")
        case .notList(let input, let got):
            return field(input, "Expected a list of items but got type \"\(typeName(got))\".")
        case .notID(let input, let got):
            return field(input, "Incorrect type. Expected pk value, received \(typeName(got)).")
        case .unknownID(let input, let text): return field(input, "Invalid pk \"\(text)\" - object does not exist.")
        case .tooMany(let input, let maximum):
            return field(input, "Ensure this field has no more than \(maximum) elements.")
        case .tooLong(let input, let maximum):
            return field(input, "Ensure this field has no more than \(maximum) characters.")
        case .hasNull(let input): return field(input, "Null characters are not allowed.")
        case .hasSurrogate(let input, let code):
            return field(input, "Surrogate characters are not allowed: U+\(String(code, radix: 16, uppercase: true)).")
        case .usernameMalformed:
            let allowed = "This value may contain only letters, numbers, and @/./+/-/_ characters."
            return field(.username, "Enter a valid username. \(allowed)")
        case .usernameMixesAlphabets:
            return field(.username, "Enter a valid username. Letters of different alphabets may not be mixed.")
        case .emailMalformed: return field(.email, "Enter a valid email address.")
        case .notFile(let input):
            return field(input, "The submitted data was not a file. Check the encoding type on the form.")
        case .emptyFile(let input): return field(input, "The submitted file is empty.")
        case .fileNameTooLong(let input, let maximum, let count):
            return field(input, "Ensure this filename has at most \(maximum) characters (it has \(count)).")
        case .notPicture(let input):
            return field(
                input, "Upload a valid image. The file you uploaded was either not an image or a corrupted image.")
        case .usernameTaken: return field(.username, "A user with that username already exists.")
        case .emailTaken: return field(.email, "user with this email already exists.")
        case .passwordTooShort(let input, let minimum):
            let characters = minimum == 1 ? "character" : "characters"
            return field(
                input, "This password is too short. It must contain at least \(minimum) \(characters).")
        case .passwordTooCommon(let input): return field(input, "This password is too common.")
        case .passwordNumeric(let input): return field(input, "This password is entirely numeric.")
        case .passwordSimilar(let input, let attribute):
            return field(input, "The password is too similar to the \(text(of: attribute)).")
        case .passwordsDiffer: return field(.passwordRepeat, "Passwords must match")
        case .wrongCurrentPassword: return field(.currentPassword, "Invalid password.")
        case .notEditable: return Wording(.unauthorized, detail: "Invalid signature.")
        case .wrongCredentials:
            return Wording(.badRequest, "non_field_errors", "Unable to log in with provided credentials.")
        case .signInRequired: return Wording(.unauthorized, detail: "Authentication credentials were not provided.")
        case .credential(let fault): return Wording(.unauthorized, detail: text(of: fault))
        case .refreshToken(let fault): return Wording(.unauthorized, detail: text(of: fault))
        case .forbidden: return Wording(.forbidden, detail: "You do not have permission to perform this action.")
        case .noSuchAccount: return Wording(.notFound, detail: "No User matches the given query.")
        case .crossSite(let fault): return Wording(.forbidden, detail: "CSRF Failed: \(text(of: fault))")
        // Source: rest_framework/exceptions.py, `Throttled`.
        case .throttled(let seconds):
            let wait = "\(seconds) second\(seconds == 1 ? "" : "s")"
            return Wording(
                .tooManyRequests, detail: "Request was throttled. Expected available in \(wait).")
        }
    }

    // The `verbose_name` of each, as Django makes it from the name of a model's field.
    private static func text(of attribute: PasswordOwner.Attribute) -> String {
        switch attribute {
        case .username: "username"
        case .firstName: "first name"
        case .lastName: "last name"
        case .email: "email"
        }
    }

    // Source: rest_framework/authentication.py, `TokenAuthentication`.
    private static func text(of fault: CredentialFault) -> String {
        switch fault {
        case .absent: "Invalid token header. No credentials provided."
        case .hasSpaces: "Invalid token header. Token string should not contain spaces."
        case .notText: "Invalid token header. Token string should not contain invalid characters."
        case .accountInactive: "User inactive or deleted."
        case .unknown, .accountGone, .malformed, .refused, .expired, .withoutExpiry, .withoutKind, .withoutID,
            .wrongKind, .withoutAccount:
            "Invalid token."
        }
    }

    // Source: django/middleware/csrf.py, the `REASON_…` constants.
    private static func text(of fault: CrossSiteFault) -> String {
        let header = "CSRF token from the 'X-Csrftoken' HTTP header"
        return switch fault {
        case .cookieMissing: "CSRF cookie not set."
        case .cookieLength: "CSRF cookie has incorrect length."
        case .cookieCharacters: "CSRF cookie has invalid characters."
        case .tokenMissing: "CSRF token missing."
        case .tokenIncorrect: "\(header) incorrect."
        case .tokenLength: "\(header) has incorrect length."
        case .tokenCharacters: "\(header) has invalid characters."
        case .foreignOrigin(let origin): "Origin checking failed - \(origin) does not match any trusted origins."
        case .refererMissing: "Referer checking failed - no Referer."
        case .refererMalformed: "Referer checking failed - Referer is malformed."
        case .refererInsecure: "Referer checking failed - Referer is insecure while host is secure."
        case .foreignReferer(let referer):
            "Referer checking failed - \(referer) does not match any trusted origins."
        }
    }

    /// The name of an input that a dialect never reads, should a refusal ever speak of it.
    static func unused(_ field: Field) -> String { field.rawValue }

    /// The text of a credential that is a single token.
    static func token(_ credential: IssuedCredential?) -> String? {
        switch credential {
        case .token(let text)?, .signedToken(let text)?: text
        case .cookie?, .tokenPair?, nil: nil
        }
    }

    /// The two texts of a credential that is a pair of tokens.
    static func pair(_ credential: IssuedCredential) -> (access: String, refresh: String)? {
        switch credential {
        case .tokenPair(let access, let refresh): (access, refresh)
        case .cookie, .token, .signedToken: nil
        }
    }

    /// The name of a kind of value in Python.
    static func typeName(_ kind: ValueKind) -> String {
        switch kind {
        case .null: "NoneType"
        case .boolean: "bool"
        case .integer: "int"
        case .float: "float"
        case .text: "str"
        case .list: "list"
        case .object: "dict"
        case .file: "InMemoryUploadedFile"
        }
    }
}
