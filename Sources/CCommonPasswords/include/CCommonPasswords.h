// Passwords that many people have chosen, as read-only data of the program.

#ifndef CCOMMONPASSWORDS_H
#define CCOMMONPASSWORDS_H

#include <stddef.h>

/// The passwords in UTF-8, ascending by their bytes and each followed by a newline.
const unsigned char *common_passwords(void);

/// The number of bytes of `common_passwords()`.
size_t common_passwords_size(void);

#endif
