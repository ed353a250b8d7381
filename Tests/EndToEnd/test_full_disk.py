"""A full disk: a store on a small file system of its own, which only accountd and nginx of this test see. Reads go on, writes are
refused with words, what was answered is kept, and all is well again as soon as there is room, without a restart."""

import os
import shutil
import sqlite3
from uuid import UUID

from client import Client
from dialects import PASSWORD, djoser, session, token
from running import wait_until

SMALL = """
mount -t tmpfs -o size=3m,mode=700 tmpfs "$1" && shift && exec "$@"
"""
FULL = {"detail": "Service cannot store anything now. Try again later."}


class SmallDisk:
    """The file system, from outside: a process that lives on it shows it in /proc."""

    def __init__(self, start, folder):
        folder.mkdir()
        # Who is not root may mount in a user namespace of his own.
        own = [] if os.geteuid() == 0 else ["--map-root-user"]
        prefix = ["unshare", "--mount", *own, "sh", "-c", SMALL, "sh", folder]
        self.server = start("--set", f"store.path={folder / 'accounts.db'}", prefix=prefix)
        self.folder = f"/proc/{self.server.accountd_pid()}/root{folder}"
        self.server.rows = self.rows
        self.copy = folder.with_name("copy.db")

    def rows(self, sql):
        """What a query finds in a copy made while nothing is written: SQLite itself takes such a path for another."""
        for suffix in ["", "-wal"]:
            shutil.copyfile(f"{self.folder}/accounts.db{suffix}", f"{self.copy}{suffix}")
        connection = sqlite3.connect(self.copy)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def fill(self):
        """Leaves no byte free, as a log that grows would."""
        with open(f"{self.folder}/filler", "ab", buffering=0) as filler:
            for size in [65_536, 1]:
                try:
                    while True:
                        filler.write(bytes(size))
                except OSError:
                    continue

    def empty(self):
        os.unlink(f"{self.folder}/filler")


def own_id(server):
    """The UUID of the first account."""
    ((uuid,),) = server.rows("SELECT uuid FROM accounts WHERE id = 1")
    return UUID(bytes=uuid)


def write(client, name):
    """One change of a profile, which is a write and nothing else."""
    return client.send("PATCH", client.own, {"first_name": name}, allowed=(503,)).status_code


def test_a_full_disk_refuses_writes_keeps_reads_and_passes_without_a_restart(start, tmp_path):
    assert shutil.which("unshare")
    disk = SmallDisk(start, tmp_path / "small")
    server = disk.server
    pid = server.accountd_pid()
    token.have_account(server, "anna", "anna@example.com")
    djoser.have_account(server, "boris", "boris@example.com")
    anna = token.sign_in(server, "anna", PASSWORD)
    anna.own = f"/api/v1/users/{own_id(server)}/"
    boris = session.sign_in(server, "boris", PASSWORD)
    visitor = Client(server)

    for round in range(2):
        disk.fill()
        # The log has some room within itself, so that the first few may still be stored.
        kept = None
        for number in range(2000):
            status = write(anna, f"{round}-{number}")
            if status == 503:
                break
            kept = f"{round}-{number}"
        assert status == 503

        # Everything that writes is told so in the same words, with the time after which to try again.
        refused = [
            anna.send("PATCH", anna.own, {"first_name": "never"}, allowed=(503,)),
            visitor.send("POST", "/auth/users/", {"username": "dora", "password": PASSWORD}, allowed=(503,)),
            visitor.send(
                "POST", "/api-token-auth/", {"username": "boris", "password": PASSWORD}, allowed=(503,)),
            visitor.send("POST", "/core/login/", {"username": "anna", "password": PASSWORD}, allowed=(503,)),
        ]
        for response in refused:
            assert (response.status_code, response.json()) == (503, FULL), response.text
            assert response.headers["Retry-After"] == "10"

        # Reads go on, and have what was answered last.
        for _ in range(20):
            assert anna.ask("GET", anna.own)[0] == 200
            assert session.read_profile(boris)[0] == 200
        assert visitor.ask("GET", "/-/live") == (200, {"detail": "ok"})
        assert visitor.ask("GET", "/-/ready", allowed=(503,))[0] == 503
        if kept:
            assert disk.rows("SELECT first_name FROM accounts WHERE username = 'anna'") == [(kept,)]

        disk.empty()
        wait_until(lambda: visitor.ask("GET", "/-/ready", allowed=(503,))[0] == 200, "readiness")
        assert write(anna, f"again{round}") == 200
        djoser.have_account(server, f"clara{round}", f"clara{round}@example.com")
        session.sign_in(server, "boris", PASSWORD)

    assert server.accountd_pid() == pid
    assert disk.rows("PRAGMA integrity_check") == [("ok",)]
    assert {name for (name,) in disk.rows("SELECT username FROM accounts")} == {"anna", "boris", "clara0", "clara1"}
    # Once when it begins and once when it ends, however many requests there are.
    log = server.log()
    assert (log.count("store.full"), log.count("store.has_room")) == (2, 2), log
    assert "request.failed" not in log and "store.unready" not in log
