/* What SQLite offers by a variadic call only, which Swift cannot make. */
#ifndef ACCOUNTD_SQLITE_DEFENCE_H
#define ACCOUNTD_SQLITE_DEFENCE_H

/* Switches SQLITE_DBCONFIG_DEFENSIVE on for a connection (sqlite3 *); an SQLite result code, 0 when it is on. */
int sqlite_defend(void *connection);

#endif
