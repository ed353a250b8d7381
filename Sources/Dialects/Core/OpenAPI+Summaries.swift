// One sentence for each thing that a route can do and for each way in. Exhaustive, so that none can be left without.

extension Operation {
    /// What it does, for readers of the description.
    var summary: String {
        switch self {
        case .register: "Makes an account."
        case .registerWithToken: "Makes an account and hands out its Token."
        case .signIn: "Checks a login, which is the username or the email, and a password, and hands out a credential."
        case .signOut: "Ends the caller's session."
        case .showSelf: "Shows the caller's account."
        case .showAccount: "Shows the account that the path names."
        case .listAccounts: "Lists the accounts that the caller may see: his own."
        case .updateProfile: "Changes the caller's profile; what is required must be sent."
        case .amendProfile: "Changes the caller's profile; everything may be left out."
        case .changePassword: "Changes the caller's password for the current one and ends all his sessions."
        case .refreshAccess: "Hands out a new access token for a refresh token."
        case .deleteAccount: "Deletes the caller's account for the current password."
        }
    }
}

extension Access {
    /// Who may, for readers of the description.
    var summary: String {
        switch self {
        case .open: "Anybody may call it; credentials are not looked at."
        case .anyone: "Anybody may call it, but a credential that is sent must be good."
        case .signedIn: "Needs a signed-in account."
        case .reader: "Needs a signed-in account; whether it may read others' is the installation's decision."
        case .owner: "Needs a signed-in account, and that account only."
        case .secluded: "Needs a signed-in account; other accounts do not exist for it."
        }
    }
}
