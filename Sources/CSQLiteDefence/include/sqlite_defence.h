/* What SQLite offers by a variadic call only, which Swift cannot make, or by one that GRDB does not pass on. */
#ifndef ACCOUNTD_SQLITE_DEFENCE_H
#define ACCOUNTD_SQLITE_DEFENCE_H

/* Switches SQLITE_DBCONFIG_DEFENSIVE on for a connection (sqlite3 *); an SQLite result code, 0 when it is on. */
int sqlite_defend(void *connection);

/* Keeps a connection (sqlite3 *), when it is the last that closes, from removing the log and its index, which are then written over;
   an SQLite result code. */
int sqlite_keep_log_files(void *connection);

/* The errno of the system call because of which a connection (sqlite3 *) last failed to write, or 0. */
int sqlite_system_error(void *connection);

/* Keeps a connection (sqlite3 *) from moving the log into the file when it closes; an SQLite result code, 0 when it will not. */
int sqlite_leave_log(void *connection);

#endif
