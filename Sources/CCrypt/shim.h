// libcrypt's public header, for the Secrets module alone.

#ifndef ACCOUNTD_CCRYPT_SHIM_H
#define ACCOUNTD_CCRYPT_SHIM_H

#include <crypt.h>

/// The bytes of `struct crypt_data`, which is too large for Swift to see as a struct.
enum { ccrypt_data_size = sizeof(struct crypt_data) };

#endif
