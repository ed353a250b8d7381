/* Calls about unix sockets that glibc declares for _GNU_SOURCE only, which Swift's module of it is not made with. */

#ifndef UNIX_SOCKET_H
#define UNIX_SOCKET_H

#include <sys/types.h>

/* accept4(2) with SOCK_CLOEXEC. */
int unix_socket_accept(int listener);
/* pipe2(2) with O_CLOEXEC. */
int unix_socket_pipe(int descriptors[2]);
/* The user id of who is connected (unix(7), SO_PEERCRED); 0, or -1 with errno. */
int unix_socket_peer(int connection, uid_t *user);

#endif
