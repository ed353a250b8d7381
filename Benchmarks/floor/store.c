#define _GNU_SOURCE
#include "store.h"

#include <pthread.h>
#include <semaphore.h>
#include <sqlite3.h>
#include <string.h>
#include <time.h>

#include "trouble.h"

/* Pages of the log after which they are moved into the file, beside the writer and not by it. */
enum { CHECKPOINT_PAGES = 4000 };

struct reader {
    sqlite3 *database;
    sqlite3_stmt *by_digest;
    sqlite3_stmt *by_name;
};

static sqlite3 *open_database(const char *path, int flags, const char *settings) {
    sqlite3 *database;
    /* No mutex: a connection stays on its thread. */
    if (sqlite3_open_v2(path, &database, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) die("cannot open the database");
    sqlite3_busy_timeout(database, 5000);
    if (sqlite3_exec(database, settings, NULL, NULL, NULL) != SQLITE_OK) die(sqlite3_errmsg(database));
    return database;
}

static sqlite3_stmt *prepare(sqlite3 *database, const char *sql) {
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v3(database, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) != SQLITE_OK) {
        die(sqlite3_errmsg(database));
    }
    return statement;
}

static int64_t now_microseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void copy_text(char target[TEXT_SIZE], sqlite3_stmt *statement, int column) {
    const char *text = (const char *)sqlite3_column_text(statement, column);
    snprintf(target, TEXT_SIZE, "%s", text ? text : "");
}

static void copy_account(struct account *account, sqlite3_stmt *statement) {
    account->id = sqlite3_column_int64(statement, 0);
    memcpy(account->uuid, sqlite3_column_blob(statement, 1), UUID_SIZE);
    copy_text(account->username, statement, 2);
    copy_text(account->email, statement, 3);
}

struct reader *reader_new(const char *path) {
    struct reader *reader = calloc(1, sizeof *reader);
    if (!reader) die("no memory");
    reader->database = open_database(path, SQLITE_OPEN_READONLY, "PRAGMA cache_size = -4096");
    reader->by_digest = prepare(
        reader->database,
        "SELECT a.id, a.uuid, a.username, a.email FROM sessions s JOIN accounts a ON a.id = s.account_id "
        "WHERE s.digest = ? AND s.kind = 2 AND a.is_active AND (s.expires_at IS NULL OR s.expires_at > ?)");
    reader->by_name = prepare(
        reader->database,
        "SELECT a.id, s.id, s.nonce, a.password FROM login_names n JOIN accounts a ON a.id = n.account_id "
        "JOIN sessions s ON s.account_id = a.id AND s.kind = 2 WHERE n.name_key = ? AND a.is_active");
    return reader;
}

bool reader_account(struct reader *reader, const unsigned char digest[DIGEST_SIZE], struct account *account) {
    sqlite3_bind_blob(reader->by_digest, 1, digest, DIGEST_SIZE, SQLITE_STATIC);
    sqlite3_bind_int64(reader->by_digest, 2, now_microseconds());
    bool is_found = sqlite3_step(reader->by_digest) == SQLITE_ROW;
    if (is_found) copy_account(account, reader->by_digest);
    sqlite3_reset(reader->by_digest);
    return is_found;
}

bool reader_login(struct reader *reader, const char *name, struct login *login) {
    sqlite3_bind_text(reader->by_name, 1, name, -1, SQLITE_STATIC);
    bool is_found = sqlite3_step(reader->by_name) == SQLITE_ROW;
    if (is_found) {
        login->account_id = sqlite3_column_int64(reader->by_name, 0);
        login->session_id = sqlite3_column_int64(reader->by_name, 1);
        memcpy(login->nonce, sqlite3_column_blob(reader->by_name, 2), NONCE_SIZE);
        copy_text(login->password_hash, reader->by_name, 3);
    }
    sqlite3_reset(reader->by_name);
    return is_found;
}

static struct {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct write *first, *last;
    bool is_stopping;
    sqlite3 *database;
    sqlite3_stmt *begin, *commit, *rollback, *names, *sign_in, *touch;
    sem_t checkpoint_due;
} writer = {.lock = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER};

static bool run(sqlite3_stmt *statement) {
    int code = sqlite3_step(statement);
    sqlite3_reset(statement);
    return code == SQLITE_DONE || code == SQLITE_ROW;
}

static bool write_names(struct write *write) {
    sqlite3_bind_text(writer.names, 1, write->first_name, -1, SQLITE_STATIC);
    sqlite3_bind_text(writer.names, 2, write->last_name, -1, SQLITE_STATIC);
    sqlite3_bind_int64(writer.names, 3, write->account.id);
    bool is_written = sqlite3_step(writer.names) == SQLITE_ROW;
    if (is_written) copy_account(&write->account, writer.names);
    sqlite3_reset(writer.names);
    return is_written;
}

static bool write_login(struct write *write, int64_t now) {
    sqlite3_bind_int64(writer.sign_in, 1, now);
    sqlite3_bind_int64(writer.sign_in, 2, write->account.id);
    sqlite3_bind_int64(writer.touch, 1, now);
    sqlite3_bind_int64(writer.touch, 2, write->session_id);
    return run(writer.sign_in) && run(writer.touch);
}

/* One transaction for all that wait; when it is lost, so is every write of it. */
static void commit_batch(struct write *batch) {
    int64_t now = now_microseconds();
    bool is_committed = run(writer.begin);
    for (struct write *write = batch; write && is_committed; write = write->next) {
        write->is_written = write->kind == WRITE_NAMES ? write_names(write) : write_login(write, now);
    }
    is_committed = is_committed && run(writer.commit);
    if (!is_committed) run(writer.rollback);
    while (batch) {
        struct write *write = batch;
        /* Whoever is told may use the write again at once. */
        batch = write->next;
        write->is_written = write->is_written && is_committed;
        write->done(write);
    }
}

static void *writer_run(void *unused) {
    (void)unused;
    pthread_mutex_lock(&writer.lock);
    while (writer.first || !writer.is_stopping) {
        if (!writer.first) {
            pthread_cond_wait(&writer.wake, &writer.lock);
            continue;
        }
        struct write *batch = writer.first;
        writer.first = writer.last = NULL;
        pthread_mutex_unlock(&writer.lock);
        commit_batch(batch);
        pthread_mutex_lock(&writer.lock);
    }
    pthread_mutex_unlock(&writer.lock);
    return NULL;
}

static int count_log(void *unused, sqlite3 *database, const char *name, int pages) {
    (void)unused, (void)database, (void)name;
    int due;
    sem_getvalue(&writer.checkpoint_due, &due);
    if (pages >= CHECKPOINT_PAGES && due == 0) sem_post(&writer.checkpoint_due);
    return SQLITE_OK;
}

static void *checkpoint_run(void *path) {
    sqlite3 *database = open_database(path, SQLITE_OPEN_READWRITE, "PRAGMA synchronous = FULL");
    for (;;) {
        sem_wait(&writer.checkpoint_due);
        sqlite3_wal_checkpoint_v2(database, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    }
    return NULL;
}

void writer_start(const char *path) {
    writer.database = open_database(
        path, SQLITE_OPEN_READWRITE, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0");
    sqlite3_wal_hook(writer.database, count_log, NULL);
    writer.begin = prepare(writer.database, "BEGIN IMMEDIATE");
    writer.commit = prepare(writer.database, "COMMIT");
    writer.rollback = prepare(writer.database, "ROLLBACK");
    writer.names = prepare(
        writer.database,
        "UPDATE accounts SET first_name = ?, last_name = ? WHERE id = ? RETURNING id, uuid, username, email");
    writer.sign_in = prepare(writer.database, "UPDATE accounts SET last_login_at = ? WHERE id = ?");
    writer.touch = prepare(writer.database, "UPDATE sessions SET last_used_at = ? WHERE id = ?");
    sem_init(&writer.checkpoint_due, 0, 0);
    pthread_t checkpoint;
    if (pthread_create(&writer.thread, NULL, writer_run, NULL)
        || pthread_create(&checkpoint, NULL, checkpoint_run, (void *)path)) {
        die("cannot start a thread");
    }
}

void writer_submit(struct write *write) {
    write->next = NULL;
    pthread_mutex_lock(&writer.lock);
    bool was_empty = !writer.first;
    if (was_empty) writer.first = write;
    else writer.last->next = write;
    writer.last = write;
    pthread_mutex_unlock(&writer.lock);
    if (was_empty) pthread_cond_signal(&writer.wake);
}

void writer_stop(void) {
    pthread_mutex_lock(&writer.lock);
    writer.is_stopping = true;
    pthread_mutex_unlock(&writer.lock);
    pthread_cond_signal(&writer.wake);
    pthread_join(writer.thread, NULL);
}
