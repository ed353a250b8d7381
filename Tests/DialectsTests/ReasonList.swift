// Every reason there is, in a list that does not compile without a new one.

import Accounts

/// One of each reason, with every fault and every field inside.
enum ReasonList {
    static func all(fields: [Field]) -> [Reason] {
        let ofFields = fields.flatMap { field -> [Reason] in
            [
                .missing(field), .blank(field), .null(field), .notText(field), .notList(field, got: .text),
                .notID(field, got: .list), .unknownID(field, text: "0"), .tooMany(field, maximum: 100),
                .tooLong(field, maximum: 150), .hasNull(field), .hasSurrogate(field, code: 0xD800), .notFile(field),
                .emptyFile(field), .fileNameTooLong(field, maximum: 100, count: 150), .notPicture(field),
                .passwordTooShort(field, minimum: 1), .passwordTooShort(field, minimum: 4), .passwordTooCommon(field),
                .passwordNumeric(field),
            ] + PasswordOwner.Attribute.allCases.map { .passwordSimilar(field, to: $0) }
        }
        let faults = CredentialFault.allCases
        return ofFields + faults.map(Reason.credential) + faults.map(Reason.refreshToken) + crossSite + [
            .usernameMalformed, .usernameMixesAlphabets, .emailMalformed, .usernameTaken, .emailTaken, .passwordsDiffer,
            .wrongCurrentPassword, .notEditable, .wrongCredentials, .signInRequired, .forbidden, .noSuchAccount,
            .throttled(seconds: 1), .throttled(seconds: 2),
        ]
    }

    private static let crossSite: [Reason] = [
        .cookieMissing, .cookieLength, .cookieCharacters, .tokenMissing, .tokenIncorrect, .tokenLength,
        .tokenCharacters, .foreignOrigin("https://other.example"), .refererMissing, .refererMalformed,
        .refererInsecure, .foreignReferer("https://other.example/"),
    ].map(Reason.crossSite)

    /// The number of a case; a new case has none, so that this file is opened and the list above grows.
    static func number(_ reason: Reason) -> Int {
        switch reason {
        case .missing: 0
        case .blank: 1
        case .null: 2
        case .notText: 3
        case .notList: 4
        case .notID: 5
        case .unknownID: 6
        case .tooMany: 7
        case .tooLong: 8
        case .hasNull: 9
        case .hasSurrogate: 10
        case .usernameMalformed: 11
        case .emailMalformed: 12
        case .notFile: 13
        case .emptyFile: 14
        case .usernameTaken: 15
        case .emailTaken: 16
        case .passwordTooShort: 17
        case .passwordsDiffer: 18
        case .wrongCurrentPassword: 19
        case .notEditable: 20
        case .wrongCredentials: 21
        case .signInRequired: 22
        case .credential: 23
        case .refreshToken: 24
        case .forbidden: 25
        case .noSuchAccount: 26
        case .passwordTooCommon: 27
        case .passwordNumeric: 28
        case .passwordSimilar: 29
        case .fileNameTooLong: 30
        case .notPicture: 31
        case .usernameMixesAlphabets: 32
        case .crossSite(let fault): 33 + number(fault)
        case .throttled: 45
        }
    }

    private static func number(_ fault: CrossSiteFault) -> Int {
        switch fault {
        case .cookieMissing: 0
        case .cookieLength: 1
        case .cookieCharacters: 2
        case .tokenMissing: 3
        case .tokenIncorrect: 4
        case .tokenLength: 5
        case .tokenCharacters: 6
        case .foreignOrigin: 7
        case .refererMissing: 8
        case .refererMalformed: 9
        case .refererInsecure: 10
        case .foreignReferer: 11
        }
    }

    /// How many numbers there are.
    static let count = 46
}
