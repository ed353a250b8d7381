/* Digests, derived tokens and password checks, by OpenSSL and libargon2. Contexts are made once and kept, because the one-shot
   calls cost several times as much. */
#ifndef FLOOR_SECRETS_H
#define FLOOR_SECRETS_H

#include <stdbool.h>
#include <stddef.h>

enum { DIGEST_SIZE = 32, NONCE_SIZE = 16, TOKEN_LENGTH = 40 };

/* The contexts of one thread. */
struct secrets;

/* Reads accountd's key file, from which every Token is derived; ends the process when it cannot. */
void secrets_load_key(const char *path);

struct secrets *secrets_new(void);

/* The SHA-256 of a text. */
void secrets_digest(struct secrets *secrets, const char *text, size_t length, unsigned char digest[DIGEST_SIZE]);

/* The Token of the session with this nonce, as accountd derives it. */
void secrets_token(struct secrets *secrets, const unsigned char nonce[NONCE_SIZE], char token[TOKEN_LENGTH + 1]);

/* Whether this is the password of the stored Argon2id hash. */
bool secrets_password_matches(const char *stored, const char *password);

#endif
