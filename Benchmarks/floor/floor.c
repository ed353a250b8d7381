/* The floor: the fastest reasonable program for the few requests that script/bench measures, on the same libraries as accountd.
   It does what durability and a password hash demand and nothing else: no dialects, no rules, hardly any checks. What
   accountd costs beyond it is the price of everything else.

   usage: floor SOCKET DATABASE KEYFILE

   Four threads wait on one epoll set; who is woken lets libfcgi read the request and answers it. Logins go to as many
   hash threads as there are cores, at the lowest priority; writes go to one writer, which commits all that wait at once and
   answers them. Neither holds a thread of the four. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcgi_config.h>
#include <fcgiapp.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "secrets.h"
#include "store.h"
#include "trouble.h"

enum { FAST_THREADS = 4, BODY_SIZE = 4096, ANSWER_SIZE = 4096 };

/* A connection of nginx with the one request that it carries at a time. Whoever works on it owns it: EPOLLONESHOT keeps the
   others from hearing of it. */
struct connection {
    int descriptor;
    FCGX_Request request;
    struct write write;
    char name[TEXT_SIZE];
    char password[TEXT_SIZE];
    char token[TOKEN_LENGTH + 1];
    struct connection *next;
};

/* What each thread has for itself. */
struct worker {
    struct reader *reader;
    struct secrets *secrets;
};

static int epoll_set;
static int listener;
static const char *database_path;

static struct {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct connection *first, *last;
} logins = {.lock = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER};

static struct worker new_worker(void) {
    return (struct worker){.reader = reader_new(database_path), .secrets = secrets_new()};
}

/* JSON */

struct text {
    char bytes[ANSWER_SIZE];
    size_t length;
};

static void put(struct text *text, const char *bytes, size_t length) {
    if (length > sizeof text->bytes - text->length) return;
    memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
}

static void put_string(struct text *text, const char *string) {
    put(text, "\"", 1);
    for (; *string; string++) {
        char escaped[8];
        if (*string == '"' || *string == '\\') put(text, "\\", 1);
        if ((unsigned char)*string >= 0x20) put(text, string, 1);
        else put(text, escaped, (size_t)snprintf(escaped, sizeof escaped, "\\u%04x", *string));
    }
    put(text, "\"", 1);
}

/* `label` is all that stands before the value. */
static void put_member(struct text *text, const char *label, const char *value) {
    put(text, label, strlen(label));
    put_string(text, value);
}

static void format_uuid(const unsigned char uuid[UUID_SIZE], char written[37]) {
    for (int i = 0; i < UUID_SIZE; i++) {
        bool has_dash = i == 4 || i == 6 || i == 8 || i == 10;
        written += sprintf(written, has_dash ? "-%02x" : "%02x", uuid[i]);
    }
}

/* The text of a member that is a string without escapes, which is all that the bench sends. */
static bool member(const char *json, const char *name, char value[TEXT_SIZE]) {
    char quoted[64];
    snprintf(quoted, sizeof quoted, "\"%s\"", name);
    const char *found = strstr(json, quoted);
    if (!found) return false;
    found += strlen(quoted);
    found += strspn(found, " :");
    if (*found++ != '"') return false;
    size_t length = strcspn(found, "\"\\");
    if (found[length] != '"' || length >= TEXT_SIZE) return false;
    memcpy(value, found, length);
    value[length] = '\0';
    return true;
}

/* Connections */

static void watch(struct connection *connection, int operation) {
    struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP | EPOLLONESHOT, .data.ptr = connection};
    if (epoll_ctl(epoll_set, operation, connection->descriptor, &event) != 0) die("epoll_ctl");
}

static void answer(struct connection *connection, const char *status, const char *body, size_t length) {
    struct text head = {.length = 0};
    head.length = (size_t)snprintf(
        head.bytes, sizeof head.bytes, "Status: %s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n", status,
        length);
    put(&head, body, length);
    FCGX_PutStr(head.bytes, (int)head.length, connection->request.out);
    FCGX_Finish_r(&connection->request);
    if (connection->request.ipcFd < 0) free(connection);
    else watch(connection, EPOLL_CTL_MOD);
}

static void answer_text(struct connection *connection, const char *status, const char *body) {
    answer(connection, status, body, strlen(body));
}

static void refuse(struct connection *connection, const char *status) {
    answer_text(connection, status, "{\"detail\":\"Refused.\"}");
}

static void accept_connections(void) {
    for (;;) {
        int descriptor = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        if (descriptor < 0 && (errno == EINTR || errno == ECONNABORTED)) continue;
        if (descriptor < 0) return;
        /* libfcgi waits for the rest of a request that it has begun to read. */
        struct timeval patience = {.tv_sec = 10};
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
        struct connection *connection = calloc(1, sizeof *connection);
        if (!connection) die("no memory");
        connection->descriptor = descriptor;
        /* libfcgi shall never accept by itself. */
        FCGX_InitRequest(&connection->request, -1, 0);
        connection->request.ipcFd = descriptor;
        watch(connection, EPOLL_CTL_ADD);
    }
}

/* Requests */

static const char *read_body(struct connection *connection, char body[BODY_SIZE]) {
    int length = FCGX_GetStr(body, BODY_SIZE - 1, connection->request.in);
    body[length > 0 ? length : 0] = '\0';
    return body;
}

static bool authenticate(struct worker *worker, struct connection *connection, struct account *account) {
    static const char scheme[] = "Token ";
    const char *header = FCGX_GetParam("HTTP_AUTHORIZATION", connection->request.envp);
    if (!header || strncmp(header, scheme, sizeof scheme - 1) != 0) return false;
    const char *token = header + sizeof scheme - 1;
    unsigned char digest[DIGEST_SIZE];
    if (strlen(token) != TOKEN_LENGTH) return false;
    secrets_digest(worker->secrets, token, TOKEN_LENGTH, digest);
    return reader_account(worker->reader, digest, account);
}

static void show_profile(struct worker *worker, struct connection *connection) {
    struct account account;
    if (!authenticate(worker, connection, &account)) {
        refuse(connection, "401 Unauthorized");
        return;
    }
    struct text body = {.length = 0};
    char id[32];
    put_member(&body, "{\"email\":", account.email);
    put_member(&body, ",\"username\":", account.username);
    put(&body, id, (size_t)snprintf(id, sizeof id, ",\"id\":%lld}", (long long)account.id));
    answer(connection, "200 OK", body.bytes, body.length);
}

static struct connection *connection_of(struct write *write) {
    return (struct connection *)((char *)write - offsetof(struct connection, write));
}

static void names_written(struct write *write) {
    struct connection *connection = connection_of(write);
    if (!write->is_written) {
        refuse(connection, "500 Internal Server Error");
        return;
    }
    struct text body = {.length = 0};
    char uuid[37];
    format_uuid(write->account.uuid, uuid);
    put_member(&body, "{\"id\":", uuid);
    put_member(&body, ",\"username\":", write->account.username);
    put_member(&body, ",\"first_name\":", write->first_name);
    put_member(&body, ",\"last_name\":", write->last_name);
    put_member(&body, ",\"email\":", write->account.email);
    put(&body, "}", 1);
    answer(connection, "200 OK", body.bytes, body.length);
}

static void change_names(struct worker *worker, struct connection *connection) {
    struct write *write = &connection->write;
    char body[BODY_SIZE];
    read_body(connection, body);
    if (!authenticate(worker, connection, &write->account)) {
        refuse(connection, "401 Unauthorized");
    } else if (!member(body, "first_name", write->first_name) || !member(body, "last_name", write->last_name)) {
        refuse(connection, "400 Bad Request");
    } else {
        write->kind = WRITE_NAMES;
        write->done = names_written;
        writer_submit(write);
    }
}

static void login_written(struct write *write) {
    struct connection *connection = connection_of(write);
    char body[128];
    snprintf(body, sizeof body, "{\"auth_token\":\"%s\"}", connection->token);
    if (write->is_written) answer_text(connection, "200 OK", body);
    else refuse(connection, "500 Internal Server Error");
}

static void check_password(struct worker *worker, struct connection *connection) {
    struct login login;
    if (!reader_login(worker->reader, connection->name, &login)
        || !secrets_password_matches(login.password_hash, connection->password)) {
        refuse(connection, "400 Bad Request");
        return;
    }
    secrets_token(worker->secrets, login.nonce, connection->token);
    connection->write.kind = WRITE_LOGIN;
    connection->write.account.id = login.account_id;
    connection->write.session_id = login.session_id;
    connection->write.done = login_written;
    writer_submit(&connection->write);
}

static void *hash_run(void *unused) {
    (void)unused;
    /* Linux sets the calling thread's own value, so that a flood of logins leaves the cores to the others. */
    setpriority(PRIO_PROCESS, 0, 19);
    struct worker worker = new_worker();
    for (;;) {
        pthread_mutex_lock(&logins.lock);
        while (!logins.first) pthread_cond_wait(&logins.wake, &logins.lock);
        struct connection *connection = logins.first;
        logins.first = connection->next;
        pthread_mutex_unlock(&logins.lock);
        check_password(&worker, connection);
    }
    return NULL;
}

/* The queue is bounded by the connections of nginx. */
static void sign_in(struct connection *connection) {
    char body[BODY_SIZE];
    read_body(connection, body);
    if (!member(body, "username", connection->name) || !member(body, "password", connection->password)) {
        refuse(connection, "400 Bad Request");
        return;
    }
    connection->next = NULL;
    pthread_mutex_lock(&logins.lock);
    if (logins.first) logins.last->next = connection;
    else logins.first = connection;
    logins.last = connection;
    pthread_mutex_unlock(&logins.lock);
    pthread_cond_signal(&logins.wake);
}

static void route(struct worker *worker, struct connection *connection) {
    const char *path = FCGX_GetParam("DOCUMENT_URI", connection->request.envp);
    if (!path) refuse(connection, "400 Bad Request");
    else if (strcmp(path, "/auth/users/me/") == 0) show_profile(worker, connection);
    else if (strncmp(path, "/api/v1/users/", 14) == 0) change_names(worker, connection);
    else if (strcmp(path, "/auth/token/login/") == 0) sign_in(connection);
    else if (strcmp(path, "/-/live") == 0) answer_text(connection, "200 OK", "{\"detail\":\"OK\"}");
    else refuse(connection, "404 Not Found");
}

static void *fast_run(void *unused) {
    (void)unused;
    struct worker worker = new_worker();
    for (;;) {
        struct epoll_event event;
        /* One at a time: a second event would wait behind the first one's request. */
        if (epoll_wait(epoll_set, &event, 1, -1) != 1) continue;
        struct connection *connection = event.data.ptr;
        if (!connection) {
            accept_connections();
            continue;
        }
        if (event.events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) {
            /* nginx has gone; libfcgi's own close would linger. */
            close(connection->descriptor);
            free(connection);
            continue;
        }
        /* Else libfcgi closes the descriptor that it is to read. */
        connection->request.keepConnection = 1;
        if (FCGX_Accept_r(&connection->request) == 0) route(&worker, connection);
        else free(connection);
    }
    return NULL;
}

static void listen_at(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    unlink(path);
    listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 4096) != 0) die(path);
    epoll_set = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.ptr = NULL};
    if (epoll_ctl(epoll_set, EPOLL_CTL_ADD, listener, &event) != 0) die("epoll_ctl");
}

static void start(void *(*run)(void *)) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, run, NULL) != 0) die("cannot start a thread");
}

int main(int count, char **arguments) {
    if (count != 4) {
        fprintf(stderr, "usage: %s SOCKET DATABASE KEYFILE\n", arguments[0]);
        return 64;
    }
    /* Blocked, so that the handlers which FCGX_Init installs never run. */
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    pthread_sigmask(SIG_BLOCK, &ends, NULL);
    FCGX_Init();
    signal(SIGPIPE, SIG_IGN);

    database_path = arguments[2];
    secrets_load_key(arguments[3]);
    writer_start(database_path);
    listen_at(arguments[1]);
    for (int i = 0; i < FAST_THREADS; i++) start(fast_run);
    for (long i = 0; i < sysconf(_SC_NPROCESSORS_ONLN); i++) start(hash_run);

    int signal_number;
    sigwait(&ends, &signal_number);
    writer_stop();
    unlink(arguments[1]);
    return 0;
}
