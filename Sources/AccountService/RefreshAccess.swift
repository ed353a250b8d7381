// A new access token for a refresh token, which stays valid (SimpleJWT's default).

import Accounts

extension AccountService {
    /// A new access token of the pair that the refresh token belongs to.
    ///
    /// Throws `Rejection` with a `refreshToken` reason.
    public func refresh(_ token: String) throws -> String {
        do {
            let caller = try authenticate(pair: token, type: "refresh")
            return try mint.access(of: caller.session, account: caller.account, now: clock())
        } catch let fault as CredentialFault {
            throw Rejection(.refreshToken(fault))
        }
    }
}
