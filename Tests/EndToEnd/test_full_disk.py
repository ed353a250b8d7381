"""A full disk: a store on a small file system of its own, which only accountd and nginx of this test see. Reads go on, writes are
refused with words, what was answered is kept, and all is well again as soon as there is room, without a restart."""

import os
import shutil
import sqlite3
import subprocess
from pathlib import Path
from uuid import UUID

import pytest

from client import Client
from dialects import PASSWORD, djoser, session, token
from running import PROJECT, wait_until

# It is there for as long as its standard input is open.
SMALL = """
mount -t tmpfs -o size=3m,mode=700 tmpfs "$1" && echo ready && exec cat
"""
FULL = {"detail": "Service cannot store anything now. Try again later."}


class SmallDisk:
    """The file system, from outside: a process that lives on it shows it in /proc, and servers are started in its place."""

    def __init__(self, start, folder):
        folder.mkdir()
        # Who is not root may mount in a user namespace of his own.
        own = os.geteuid() != 0
        self.holder = subprocess.Popen(
            ["unshare", "--mount", *(["--map-root-user"] if own else []), "sh", "-c", SMALL, "sh", str(folder)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self.holder.stdout.readline() == b"ready\n"
        prefix = ["nsenter", f"--target={self.holder.pid}", "--mount", f"--wdns={PROJECT}"]
        prefix += ["--user", "--preserve-credentials"] if own else []
        self.options = ["--set", f"store.path={folder / 'accounts.db'}"]
        self.start = lambda **how: start(*self.options, prefix=prefix, **how)
        self.folder = f"/proc/{self.holder.pid}/root{folder}"
        self.copy = folder.with_name("copy.db")
        self.run()

    def run(self, **how):
        """Starts the server, for the first time or again."""
        self.server = self.start(**how)
        self.server.rows = self.rows

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

    def end(self):
        self.holder.communicate()


@pytest.fixture
def disk(start, tmp_path):
    """A server with its store on a small file system."""
    assert shutil.which("unshare")
    disk = SmallDisk(start, tmp_path / "small")
    yield disk
    disk.end()


def own_id(server):
    """The UUID of the first account."""
    ((uuid,),) = server.rows("SELECT uuid FROM accounts WHERE id = 1")
    return UUID(bytes=uuid)


def write(client, name):
    """One change of a profile, which is a write and nothing else."""
    return client.send("PATCH", client.own, {"first_name": name}, allowed=(503,)).status_code


def test_a_full_disk_refuses_writes_keeps_reads_and_passes_without_a_restart(disk):
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


def test_a_restart_on_a_full_disk_goes_on_with_reads_and_with_all_once_there_is_room(disk):
    token.have_account(disk.server, "anna", "anna@example.com")
    anna = token.sign_in(disk.server, "anna", PASSWORD)
    disk.server.stop()
    disk.fill()
    disk.run(ports=disk.server.ports)
    server = disk.server
    assert "daemon.not_started" not in server.log()
    visitor = Client(server)
    anna.own = f"/api/v1/users/{own_id(server)}/"
    for number in range(2000):
        status = write(anna, str(number))
        if status == 503:
            break
    assert status == 503
    for _ in range(20):
        assert anna.ask("GET", anna.own)[0] == 200
    disk.empty()
    wait_until(lambda: visitor.ask("GET", "/-/ready", allowed=(503,))[0] == 200, "readiness")
    assert write(anna, "again") == 200
    assert disk.rows("PRAGMA integrity_check") == [("ok",)]


@pytest.mark.parametrize("call", ["write", "fsync"])
def test_a_quota_that_is_used_up_is_a_full_disk(start, tmp_path, call):
    library, flag = tmp_path / "no_room.so", tmp_path / "no-room"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, Path(__file__).with_name("no_room.c"), "-ldl"], check=True)
    server = start(prefix=["env", f"LD_PRELOAD={library}", f"NO_ROOM={flag}", f"NO_ROOM_CALL={call}"])
    token.have_account(server, "anna", "anna@example.com")
    anna = token.sign_in(server, "anna", PASSWORD)
    anna.own = f"/api/v1/users/{own_id(server)}/"
    visitor = Client(server)
    flag.touch()
    for number in range(3):
        assert write(anna, str(number)) == 503
        assert anna.ask("GET", anna.own)[0] == 200
    assert visitor.ask("GET", "/-/ready", allowed=(503,))[0] == 503
    flag.unlink()
    wait_until(lambda: visitor.ask("GET", "/-/ready", allowed=(503,))[0] == 200, "readiness")
    assert write(anna, "again") == 200
    log = server.log()
    assert (log.count("store.full"), log.count("store.has_room")) == (1, 1), log
    assert "request.failed" not in log and "store.unhealthy" not in log
