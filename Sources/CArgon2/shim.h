// libargon2's public header, for the Secrets module alone.

#ifndef ACCOUNTD_CARGON2_SHIM_H
#define ACCOUNTD_CARGON2_SHIM_H

#include <argon2.h>

#endif
