// Who may have signed a token, and what its header may say.

import AccountService
import Accounts
import HTTP
import ServiceFixtures
import Testing

@Suite struct SignatureTests {
    private let service: AccountService
    private let payload: String

    init() throws {
        service = try Installation().service()
        try service.makeAccount("anna")
        payload = try JSON.object(Forge.claims(of: service.credential(.signedToken).text)).text
    }

    @Test(
        "the header chooses nothing",
        arguments: [
            (#"{"alg":"HS256","typ":"JWT"}"#, nil), (#"{"alg":"HS256"}"#, nil),
            (#"{"alg":"HS256","typ":"JWT","kid":"../../dev/null"}"#, .malformed),
            (#"{"alg":"none","typ":"JWT"}"#, .refused), (#"{"alg":"None"}"#, .refused), (#"{"alg":"HS512"}"#, .refused),
            (#"{"alg":"RS256"}"#, .refused), (#"{"alg":"hs256"}"#, .refused), (#"{"typ":"JWT"}"#, .refused),
            (#"{"alg":"HS256","jku":"https://attacker.example"}"#, .malformed),
            (#"{"alg":"HS256","alg":"HS256"}"#, .malformed), (#"{"alg":"HS256","crit":["exp"]}"#, .malformed),
            ("[]", .malformed), ("", .malformed),
        ] as [(String, CredentialFault?)])
    func headers(header: String, fault: CredentialFault?) throws {
        let token = try Forge().token(header: header, payload: payload)
        if let fault {
            #expect(throws: Rejection(.credential(fault))) { try service.authenticate(.signedToken(token)) }
        } else {
            #expect(try service.authenticate(.signedToken(token)).account.username == "anna")
        }
    }

    @Test(
        "a payload that is no object is no token",
        arguments: ["", "[]", "1", "null", "{", "\u{FEFF}{}", #"{"exp":NaN}"#])
    func payloads(payload: String) throws {
        let token = try Forge().token(header: #"{"alg":"HS256","typ":"JWT"}"#, payload: payload)
        for credential in [PresentedCredential.signedToken(token), .accessToken(token)] {
            #expect(throws: Rejection(.credential(.malformed))) { try service.authenticate(credential) }
        }
    }

    @Test("another key's signature, none, a cut one and a changed payload are refused")
    func signatures() throws {
        let header = #"{"alg":"HS256","typ":"JWT"}"#
        let good = try Forge().token(header: header, payload: payload)
        let parts = good.split(separator: ".").map(String.init)
        let staff = try Forge(key: 7).token(header: header, payload: #"{"username":"boris"}"#).split(separator: ".")[1]
        let tokens = [
            try Forge(key: 2).token(header: header, payload: payload), "\(parts[0]).\(parts[1]).",
            String(good.dropLast(2)), "\(parts[0]).\(staff).\(parts[2])", "\(parts[0]).\(parts[1])", good + ".",
            good + "=",
            good + String(repeating: "A", count: 5000),
        ]
        #expect(throws: Never.self) { try service.authenticate(.signedToken(good)) }
        for token in tokens {
            #expect(throws: Rejection(.credential(.malformed))) { try service.authenticate(.signedToken(token)) }
        }
    }

    @Test("the claims of both kinds are those of the documents, and ours")
    func claims() throws {
        let single = try Forge.claims(of: service.credential(.signedToken).text)
        #expect(single.keys == ["user_id", "username", "exp", "email", "sid"])
        let credential = try service.credential(.tokenPair)
        let access = try Forge.claims(of: credential.text)
        let refresh = try Forge.claims(of: credential.refresh)
        #expect(access.keys == ["token_type", "exp", "iat", "jti", "user_id", "sid"])
        #expect(access["token_type"] == "access")
        #expect(refresh["token_type"] == "refresh")
        #expect(access["jti"] != refresh["jti"])
        #expect(access["sid"] == refresh["sid"])
        #expect(access["exp"] == .integer(1_646_803_997 + 300))
        #expect(refresh["exp"] == .integer(1_646_803_997 + 86_400))
    }
}
