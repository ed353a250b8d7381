// Which file holds the secret key, and which the gateway keys: systemd's credential or the configured path. Reading or making
// one is the business of the module Secrets.

import Glibc

extension Configuration {
    /// Path of the secret key file: `$CREDENTIALS_DIRECTORY/secret-key` when that exists, else `secrets.key_file`.
    ///
    /// The variable is set by systemd for a unit with `LoadCredential=` (systemd.exec(5)); a relative value is ignored,
    /// since systemd only gives absolute ones.
    public func secretKeyFile(environment: [String: String]) -> String {
        credential("secret-key", environment) ?? secrets.keyFile
    }

    /// Path of the file with the gateway keys: `$CREDENTIALS_DIRECTORY/gateway-key` when that exists, else
    /// `server.gateway_key_file`; nil when neither is there.
    public func gatewayKeyFile(environment: [String: String]) -> String? {
        credential("gateway-key", environment) ?? (server.gatewayKeyFile.isEmpty ? nil : server.gatewayKeyFile)
    }

    private func credential(_ name: String, _ environment: [String: String]) -> String? {
        guard let directory = environment["CREDENTIALS_DIRECTORY"], directory.hasPrefix("/") else { return nil }
        let path = "\(directory)/\(name)"
        // Existence, not readability: a credential that cannot be read must be an error, not a silent second key.
        return access(path, F_OK) == 0 ? path : nil
    }
}
