/* https://www.sqlite.org/c3ref/c_dbconfig_defensive.html#sqlitedbconfigdefensive: no statement can damage the file on purpose,
   by writing to sqlite_schema or to shadow tables, or by switching the journal off. */

#include "sqlite_defence.h"

#include <sqlite3.h>

int sqlite_defend(void *connection) {
    int is_on = 0;
    int code = sqlite3_db_config(connection, SQLITE_DBCONFIG_DEFENSIVE, 1, &is_on);
    return code != SQLITE_OK ? code : is_on ? SQLITE_OK : SQLITE_ERROR;
}

/* https://www.sqlite.org/c3ref/c_dbconfig_defensive.html#sqlitedbconfignockptonclose */
int sqlite_leave_log(void *connection) {
    int is_on = 0;
    int code = sqlite3_db_config(connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, &is_on);
    return code != SQLITE_OK ? code : is_on ? SQLITE_OK : SQLITE_ERROR;
}
