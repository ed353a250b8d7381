#include "secrets.h"

#include <argon2.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trouble.h"

enum { KEY_SIZE = 32 };

struct secrets {
    EVP_MD *sha256;
    EVP_MD_CTX *digest;
    EVP_MAC_CTX *hmac;
};

static unsigned char token_key[KEY_SIZE];

static bool read_hexadecimal(const char *text, unsigned char *bytes, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (sscanf(text + 2 * i, "%2hhx", &bytes[i]) != 1) return false;
    }
    return true;
}

void secrets_load_key(const char *path) {
    FILE *file = fopen(path, "re");
    if (!file) die("cannot read the key file");
    char line[256];
    unsigned char key[KEY_SIZE];
    bool found = false;
    while (!found && fgets(line, sizeof line, file)) found = line[0] != '#' && read_hexadecimal(line, key, KEY_SIZE);
    fclose(file);
    if (!found) die("no key in the key file");

    EVP_KDF *algorithm = EVP_KDF_fetch(NULL, "HKDF", NULL);
    EVP_KDF_CTX *context = EVP_KDF_CTX_new(algorithm);
    char label[] = "accountd opaque-token v1";
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, "SHA256", 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, key, KEY_SIZE),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, label, strlen(label)),
        OSSL_PARAM_construct_end(),
    };
    if (EVP_KDF_derive(context, token_key, KEY_SIZE, parameters) != 1) die("HKDF failed");
    EVP_KDF_CTX_free(context);
    EVP_KDF_free(algorithm);
}

struct secrets *secrets_new(void) {
    struct secrets *secrets = calloc(1, sizeof *secrets);
    if (!secrets) die("no memory");
    secrets->sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    secrets->digest = EVP_MD_CTX_new();
    EVP_MAC *algorithm = EVP_MAC_fetch(NULL, "HMAC", NULL);
    secrets->hmac = EVP_MAC_CTX_new(algorithm);
    EVP_MAC_free(algorithm);
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, "SHA256", 0), OSSL_PARAM_construct_end()};
    if (!secrets->sha256 || !secrets->digest || EVP_MAC_init(secrets->hmac, token_key, KEY_SIZE, parameters) != 1) {
        die("OpenSSL has no SHA-256");
    }
    return secrets;
}

void secrets_digest(struct secrets *secrets, const char *text, size_t length, unsigned char digest[DIGEST_SIZE]) {
    EVP_DigestInit_ex(secrets->digest, secrets->sha256, NULL);
    EVP_DigestUpdate(secrets->digest, text, length);
    EVP_DigestFinal_ex(secrets->digest, digest, NULL);
}

void secrets_token(struct secrets *secrets, const unsigned char nonce[NONCE_SIZE], char token[TOKEN_LENGTH + 1]) {
    static const char label[] = "opaque token:";
    unsigned char code[DIGEST_SIZE];
    size_t written;
    /* Without a key it keeps the one that it was made with. */
    EVP_MAC_init(secrets->hmac, NULL, 0, NULL);
    EVP_MAC_update(secrets->hmac, (const unsigned char *)label, sizeof label - 1);
    EVP_MAC_update(secrets->hmac, nonce, NONCE_SIZE);
    EVP_MAC_final(secrets->hmac, code, &written, sizeof code);
    for (size_t i = 0; i < TOKEN_LENGTH / 2; i++) snprintf(token + 2 * i, 3, "%02x", code[i]);
}

bool secrets_password_matches(const char *stored, const char *password) {
    return argon2id_verify(stored, password, strlen(password)) == ARGON2_OK;
}
