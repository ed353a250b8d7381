/* Waiting for a child with a deadline, which Swift's Glibc module leaves out. The prototype is spelled out, because a header
   included here would hide its names from that module. */
#ifndef ACCOUNTD_CSPAWN_SHIM_H
#define ACCOUNTD_CSPAWN_SHIM_H

int pidfd_open(int pid, unsigned int flags);
int posix_spawn_file_actions_addclosefrom_np(void *actions, int from);

#endif
