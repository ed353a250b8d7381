// Deriving keys from keys. The labels of accountd's own sub-keys are in KeyRing.swift.

import COpenSSL

/// HKDF with SHA-256 (RFC 5869), by libcrypto.
public enum HKDF {
    /// `count` bytes (1 to 8160) derived from `key` for the use that `label` names (RFC 5869 `info`), without a salt.
    public static func derive(from key: SecretKey, label: String, count: Int) throws(CryptographyFailure) -> [UInt8] {
        try expand(inputKey: key.bytes, salt: [], info: Array(label.utf8), count: count)
    }

    /// Extract and expand (RFC 5869 sections 2.2 and 2.3).
    static func expand(
        inputKey: [UInt8], salt: [UInt8], info: [UInt8], count: Int
    ) throws(CryptographyFailure) -> [UInt8] {
        guard let context = EVP_PKEY_CTX_new_id(EVP_PKEY_HKDF, nil) else { throw .openSSL(call: "EVP_PKEY_CTX_new_id") }
        defer { EVP_PKEY_CTX_free(context) }
        guard EVP_PKEY_derive_init(context) == 1 else { throw .openSSL(call: "EVP_PKEY_derive_init") }
        guard EVP_PKEY_CTX_set_hkdf_md(context, EVP_sha256()) == 1 else {
            throw .openSSL(call: "EVP_PKEY_CTX_set_hkdf_md")
        }
        // An absent salt is 32 zero bytes (RFC 5869 section 2.2), which is also what libcrypto assumes.
        if !salt.isEmpty {
            guard EVP_PKEY_CTX_set1_hkdf_salt(context, salt, Int32(clamping: salt.count)) == 1 else {
                throw .openSSL(call: "EVP_PKEY_CTX_set1_hkdf_salt")
            }
        }
        guard EVP_PKEY_CTX_set1_hkdf_key(context, inputKey, Int32(clamping: inputKey.count)) == 1 else {
            throw .openSSL(call: "EVP_PKEY_CTX_set1_hkdf_key")
        }
        if !info.isEmpty {
            guard EVP_PKEY_CTX_add1_hkdf_info(context, info, Int32(clamping: info.count)) == 1 else {
                throw .openSSL(call: "EVP_PKEY_CTX_add1_hkdf_info")
            }
        }
        var output = [UInt8](repeating: 0, count: max(count, 0))
        var written = output.count
        guard EVP_PKEY_derive(context, &output, &written) == 1, written == output.count else {
            throw .openSSL(call: "EVP_PKEY_derive")
        }
        return output
    }
}
