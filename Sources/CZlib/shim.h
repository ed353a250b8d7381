// zlib's public header, for accountd-picture alone: the checks of PNG chunks.

#ifndef ACCOUNTD_CZLIB_SHIM_H
#define ACCOUNTD_CZLIB_SHIM_H

#include <zlib.h>

#endif
