// Accounts and sign-ins in one line, for tests that are about something else.

package import AccountService
package import Accounts

extension Client {
    /// Some client.
    package static let example = Client(network: "192.0.2.1", userAgent: "test")
}

extension AccountService {
    /// Makes an account with an address at example.com.
    @discardableResult
    package func makeAccount(_ name: String = "anna", password: String = Installation.password) throws -> Account {
        try register(Registration(username: name, email: "\(name)@example.com", password: password)).account
    }

    /// Signs in and gives what the client is to keep.
    @discardableResult
    package func credential(
        _ kind: SessionKind, login: String = "anna", password: String = Installation.password
    ) throws -> IssuedCredential {
        try signIn(login: login, password: password, kind: kind, client: .example).credential
    }

    /// Signs in and comes back with the credential.
    package func caller(
        _ kind: SessionKind, login: String = "anna", password: String = Installation.password
    ) throws -> Caller {
        try authenticate(credential(kind, login: login, password: password).presented)
    }
}

extension AccountService {
    /// What a refresh gives to whoever goes on, with rotation both texts; fails for a token that was used before.
    package func refreshed(_ token: String) throws -> (access: String, refresh: String?) {
        switch try refresh(token) {
        case .access(let access): return (access, nil)
        case .pair(let access, let refresh): return (access, refresh)
        case .reused: throw Missing()
        }
    }
}

extension IssuedCredential {
    /// The credential as a request would bring it; of a pair the access token.
    package var presented: PresentedCredential {
        switch self {
        case .cookie(let text): .cookie(text)
        case .token(let text): .token(text)
        case .signedToken(let text): .signedToken(text)
        case .tokenPair(let access, _): .accessToken(access)
        }
    }

    /// The text that the client keeps; of a pair the access token.
    package var text: String {
        switch self {
        case .cookie(let text), .token(let text), .signedToken(let text), .tokenPair(let text, _): text
        }
    }

    /// The refresh token of a pair, else empty.
    package var refresh: String {
        if case .tokenPair(_, let refresh) = self { refresh } else { "" }
    }
}
