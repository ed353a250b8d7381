// Extended attributes, which Swift's Glibc module leaves out: the key file's access control list is one.

#ifndef ACCOUNTD_CXATTR_SHIM_H
#define ACCOUNTD_CXATTR_SHIM_H

#include <sys/xattr.h>

#endif
