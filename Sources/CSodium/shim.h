// libsodium's public header, for the Secrets module alone.

#ifndef ACCOUNTD_CSODIUM_SHIM_H
#define ACCOUNTD_CSODIUM_SHIM_H

#include <sodium.h>

#endif
