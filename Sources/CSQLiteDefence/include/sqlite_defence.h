/* What SQLite offers by a variadic call only, which Swift cannot make. */
#ifndef ACCOUNTD_SQLITE_DEFENCE_H
#define ACCOUNTD_SQLITE_DEFENCE_H

/* Switches SQLITE_DBCONFIG_DEFENSIVE on for a connection (sqlite3 *); an SQLite result code, 0 when it is on. */
int sqlite_defend(void *connection);

/* Keeps a connection (sqlite3 *) from moving the log into the file when it closes; an SQLite result code, 0 when it will not. */
int sqlite_leave_log(void *connection);

#endif
