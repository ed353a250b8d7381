// The parts of libcrypto that the Secrets module uses, and the one call whose OSSL_PARAM array Swift cannot hold still.

#ifndef ACCOUNTD_COPENSSL_SHIM_H
#define ACCOUNTD_COPENSSL_SHIM_H

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

/// Gives an HMAC context its key and SHA-256 as its digest. Returns 1 on success.
static inline int copenssl_hmac_sha256_init(EVP_MAC_CTX *context, const unsigned char *key, size_t key_length) {
    char digest[] = "SHA256";
    OSSL_PARAM parameters[2];
    parameters[0] = OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0);
    parameters[1] = OSSL_PARAM_construct_end();
    return EVP_MAC_init(context, key, key_length, parameters);
}

#endif
