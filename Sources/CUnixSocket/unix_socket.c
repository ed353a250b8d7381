#define _GNU_SOURCE
#include "unix_socket.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

int unix_socket_accept(int listener) { return accept4(listener, NULL, NULL, SOCK_CLOEXEC); }

int unix_socket_pipe(int descriptors[2]) { return pipe2(descriptors, O_CLOEXEC); }

int unix_socket_peer(int connection, uid_t *user) {
    struct ucred credentials;
    socklen_t size = sizeof credentials;
    if (getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) return -1;
    *user = credentials.uid;
    return 0;
}
