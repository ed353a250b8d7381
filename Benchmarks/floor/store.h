/* accountd's database file by prepared statements: each thread reads by a connection of its own, one thread writes. */
#ifndef FLOOR_STORE_H
#define FLOOR_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "secrets.h"

enum { TEXT_SIZE = 256, UUID_SIZE = 16 };

struct account {
    int64_t id;
    unsigned char uuid[UUID_SIZE];
    char username[TEXT_SIZE];
    char email[TEXT_SIZE];
};

/* A sign-in that waits for its password to be checked. */
struct login {
    int64_t account_id;
    int64_t session_id;
    unsigned char nonce[NONCE_SIZE];
    char password_hash[TEXT_SIZE];
};

enum write_kind { WRITE_NAMES, WRITE_LOGIN };

/* A write in the queue. The writer fills in `is_written`, and for names `account`. */
struct write {
    enum write_kind kind;
    struct account account;
    int64_t session_id;
    char first_name[TEXT_SIZE];
    char last_name[TEXT_SIZE];
    bool is_written;
    /* Called on the writer's thread once the write is on the disk, or was refused. */
    void (*done)(struct write *write);
    struct write *next;
};

struct reader;
struct reader *reader_new(const char *path);

/* The account whose Token has this SHA-256; false when there is none. */
bool reader_account(struct reader *reader, const unsigned char digest[DIGEST_SIZE], struct account *account);

/* The account with this name or email, and its Token's session. */
bool reader_login(struct reader *reader, const char *name, struct login *login);

/* Starts the writer's thread and the one that moves the log into the file. */
void writer_start(const char *path);

/* Leaves a write in the queue and returns at once. */
void writer_submit(struct write *write);

/* Writes what waits, and closes the file. */
void writer_stop(void);

#endif
