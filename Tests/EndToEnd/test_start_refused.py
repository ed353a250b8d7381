"""A start that cannot succeed: what the service manager learns from it, and that it leaves nothing behind."""

import os
import sqlite3
import subprocess
import time

import pytest

from running import PROJECT


@pytest.fixture
def accountd(tmp_path):
    """Runs accountd on a store of its own until it ends."""

    def run(**environment):
        store = tmp_path / "accounts.db"
        options = [
            f"server.listen=unix:{tmp_path}/accountd.sock", f"store.path={store}",
            f"secrets.key_file={tmp_path}/secret.key", f"pictures.path={tmp_path}/media"]
        words = [word for option in options for word in ("--set", option)]
        begun = time.monotonic()
        result = subprocess.run(
            [PROJECT / ".build/debug/accountd", *words], env={**os.environ, **environment}, capture_output=True, text=True,
            timeout=60)
        return result, time.monotonic() - begun

    return run


def test_a_start_that_systemd_tries_again_at_once_ends_after_a_second(accountd, tmp_path):
    (tmp_path / "accounts.db").write_text("no database" * 100)
    result, _ = accountd()
    assert result.returncode == 69 and "daemon.not_started" in result.stderr, result.stderr
    result, seconds = accountd(NOTIFY_SOCKET=f"{tmp_path}/notify")
    assert result.returncode == 69 and "daemon.not_started" in result.stderr, result.stderr
    assert seconds >= 1


def test_a_migration_that_fails_is_not_tried_again_and_leaves_no_copy(accountd, tmp_path):
    database = tmp_path / "accounts.db"
    with sqlite3.connect(database) as connection:
        # As an accountd of schema 4 could not have left it: the next step makes a table of this name.
        connection.executescript("CREATE TABLE limit_buckets (x); PRAGMA user_version = 4")
    connection.close()
    for _ in range(3):
        result, _ = accountd(NOTIFY_SOCKET=f"{tmp_path}/notify")
        assert result.returncode == 78, result.stderr
        assert "could not be brought from schema 4" in result.stderr and "limit_buckets" in result.stderr, result.stderr
    assert [path.name for path in tmp_path.glob("*schema*")] == []
    with sqlite3.connect(database) as connection:
        assert connection.execute("PRAGMA user_version").fetchall() == [(4,)]
