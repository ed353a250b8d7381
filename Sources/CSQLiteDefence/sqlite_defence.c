/* https://www.sqlite.org/c3ref/c_dbconfig_defensive.html#sqlitedbconfigdefensive: no statement can damage the file on purpose,
   by writing to sqlite_schema or to shadow tables, or by switching the journal off. */

#include "sqlite_defence.h"

#include <sqlite3.h>
#include <stddef.h>

int sqlite_defend(void *connection) {
    int is_on = 0;
    int code = sqlite3_db_config(connection, SQLITE_DBCONFIG_DEFENSIVE, 1, &is_on);
    return code != SQLITE_OK ? code : is_on ? SQLITE_OK : SQLITE_ERROR;
}

/* https://www.sqlite.org/c3ref/c_fcntl_begin_atomic_write.html#sqlitefcntlpersistwal */
int sqlite_keep_log_files(void *connection) {
    int is_on = 1;
    return sqlite3_file_control(connection, "main", SQLITE_FCNTL_PERSIST_WAL, &is_on);
}

/* sqlite3_system_errno() alone does not know of a COMMIT that failed. The log is what a commit writes. */
int sqlite_system_error(void *connection) {
    sqlite3_file *log = NULL;
    int error = 0;
    sqlite3_file_control(connection, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
    if (log != NULL && log->pMethods != NULL) log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &error);
    return error != 0 ? error : sqlite3_system_errno(connection);
}

/* https://www.sqlite.org/c3ref/c_dbconfig_defensive.html#sqlitedbconfignockptonclose */
int sqlite_leave_log(void *connection) {
    int is_on = 0;
    int code = sqlite3_db_config(connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, &is_on);
    return code != SQLITE_OK ? code : is_on ? SQLITE_OK : SQLITE_ERROR;
}
