"""A database of a version to come: this one goes on with it where the file says that it can, and else says what helps."""

import os
import sqlite3
import subprocess

from dialects import PASSWORD, djoser, token
from running import PROJECT

MARK = 0x6163 << 16
EXPANDED = """
CREATE TABLE devices (id INTEGER PRIMARY KEY, account_id INTEGER NOT NULL REFERENCES accounts (id)) STRICT;
ALTER TABLE accounts ADD COLUMN phone TEXT;
INSERT INTO grdb_migrations VALUES ('0098_devices'), ('0099_phones');
PRAGMA user_version = 99;
"""


def change(server, sql):
    connection = sqlite3.connect(server.database)
    connection.executescript(sql)
    connection.close()


def numbers(server):
    return server.rows("PRAGMA user_version") + server.rows("PRAGMA application_id")


def test_the_previous_version_still_runs_on_the_new_schema(start):
    server = start()
    djoser.have_account(server, "anna", "anna@example.com")
    (version,), (identity,) = numbers(server)
    assert identity & ~0xFFFF == MARK and identity & 0xFFFF <= version
    server.stop()
    change(server, EXPANDED)

    again = start(ports=server.ports)
    djoser.sign_in(again, "anna", PASSWORD)
    token.have_account(again, "boris", "boris@example.com")
    assert numbers(again) == [(99,), (identity,)]
    again.stop()
    assert numbers(again) == [(99,), (identity,)]
    assert not list(again.data.glob("accounts.db.schema-*"))

    change(server, f"UPDATE accounts SET phone = '1'; PRAGMA application_id = {MARK | 99}")
    before = server.database.read_bytes()
    command = [PROJECT / ".build" / "debug" / "accountd", "--config", server.data / "accountd.conf"]
    command += ["--set", f"server.listen=unix:{server.data}/s"]
    for more, status in [([], os.EX_CONFIG), (["--check-config"], 1)]:
        result = subprocess.run([*command, *more], capture_output=True, text=True, timeout=30)
        assert result.returncode == status, result.stderr
        assert "schema 99" in result.stderr and "accountctl db restore latest" in result.stderr
    assert server.database.read_bytes() == before
