"""Backups beside a running server under load, the drill of putting one back, and the other subcommands of `accountctl db`."""

import fcntl
import json
import os
import shutil
import sqlite3
import stat
import subprocess
import threading
from pathlib import Path
from uuid import UUID

import pytest

import accountctl
import pictures
from client import Client
from dialects import NEW_PASSWORD, PASSWORD, djoser, session, simplejwt, token
from running import wait_until
from test_pictures import fetch, known, png, stored


def db(server, *arguments, status=0):
    """The JSON that a subcommand of `db` prints, and what it says on the standard error output."""
    got, output, errors = accountctl.run(server, "db", *arguments, "--json")
    assert got == status, (got, output, errors)
    return json.loads(output) if output else None, errors


def content(path):
    """Every row of every table of a database."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    tables = [name for (name,) in connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name")]
    rows = {name: connection.execute(f"SELECT * FROM {name} ORDER BY 1").fetchall() for name in tables}
    connection.close()
    return rows


def files(folder):
    """Every file of a folder of pictures, with its content."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in Path(folder).glob("??/*") if path.is_file()}


def upload(client, colour):
    """Gives the account a picture of one colour."""
    status, body = client.ask("PATCH", "/api/user/update/", files={"profile_pic": ("me.png", png(colour))})
    assert status == 200, body


class Writes:
    """Changes a profile again and again, each time to a higher number, and remembers the last that was answered."""

    def __init__(self, server, client):
        self.client, self.last, self.ends = client, 0, threading.Event()
        ((uuid,),) = server.rows("SELECT uuid FROM accounts WHERE id = 1")
        self.path = f"/api/v1/users/{UUID(bytes=uuid)}/"
        self.thread = threading.Thread(target=self.run)
        self.thread.start()
        wait_until(lambda: self.last > 5, "some writes")

    def run(self):
        while not self.ends.is_set():
            assert self.client.ask("PATCH", self.path, {"first_name": str(self.last + 1)})[0] == 200
            self.last += 1

    def end(self):
        self.ends.set()
        self.thread.join()


@pytest.fixture
def backups(tmp_path):
    return tmp_path / "backups"


def test_a_backup_beside_writes_is_put_back_equal(start, backups):
    server = start()
    djoser.have_account(server, "anna", "anna@example.com")
    simplejwt.have_account(server, "boris@example.com", "boris@example.com")
    anna = djoser.sign_in(server, "anna", PASSWORD)
    boris = simplejwt.sign_in(server, "boris@example.com", PASSWORD)
    upload(boris, (200, 30, 30))
    old = stored(server)

    writes = Writes(server, anna)
    before = writes.last
    made, errors = db(server, "backup", backups)
    after = writes.last
    writes.end()
    assert after > before and "key file" not in errors
    path = Path(made["path"])
    assert made["pictures"] == {"linked": 3, "reused": 0, "copied": 0, "copied_bytes": 0, "recovered": 0}
    assert made["manifest"]["rows"]["accounts"] == 2 and not made["manifest"]["includes_key"]
    for each in [path, *path.rglob("*")]:
        assert each.stat().st_mode & 0o007 == 0 and (not each.is_dir() or stat.S_IMODE(each.stat().st_mode) == 0o700)
    saved, saved_files = content(path / "accounts.db"), files(path / "media")
    # The writes of before the backup are in it; those that came after are not needed there.
    assert before <= int(saved["accounts"][0][5]) <= after + 1

    # What is to be lost, and what is to come back.
    upload(boris, (30, 30, 200))
    assert stored(server) != old
    token.have_account(server, "clara", "clara@example.com")
    djoser.change_password(anna, None, PASSWORD, NEW_PASSWORD)
    assert simplejwt.read_profile(boris)[0] == 200
    newer = stored(server)

    status, _, errors = accountctl.run(server, "db", "restore", path, "--yes")
    assert status == os.EX_TEMPFAIL and "systemctl stop accountd.socket accountd.service" in errors
    server.stop()
    status, _, errors = accountctl.run(server, "db", "restore", path)
    assert status == os.EX_USAGE and "--yes" in errors
    looked, _ = db(server, "restore", path, "--dry-run")
    assert looked["restored"] is False and stored(server) == newer

    done, _ = db(server, "restore", path, "--yes")
    assert done["restored"] and done["pictures_brought"] == 3 and done["pictures_put_aside"] == 3
    assert content(server.database) == saved
    assert files(server.data / "media") == saved_files
    assert stat.S_IMODE(server.database.stat().st_mode) == 0o600
    assert content(done["database_aside"])["accounts"] != saved["accounts"]
    assert sorted(files(done["pictures_aside"])) == newer

    again = start(ports=server.ports)
    # Sessions live as at the backup, and so does the password of that time.
    djoser.sign_in(again, "anna", PASSWORD)
    assert token.ask_to_sign_in(again, "clara", PASSWORD) == token.wrong
    assert known(again) == sorted(files(again.data / "media")) == old
    mine = Client(again, authorization=anna.session.headers["Authorization"])
    assert mine.ask("GET", "/auth/users/me/")[0] == 200
    assert accountctl.verified(again, "--head", made["manifest"]["audit_head"])["compared"] is True
    report, _ = db(again, "check")
    assert report["sound"] and report["orphan_files"] == 0 and report["missing_pictures"] == []


def test_pictures_on_a_mount_of_their_own_are_put_back(start, backups):
    server = start()
    simplejwt.have_account(server, "boris@example.com", "boris@example.com")
    boris = simplejwt.sign_in(server, "boris@example.com", PASSWORD)
    upload(boris, (200, 30, 30))
    made, _ = db(server, "backup", backups)
    saved = files(server.data / "media")
    upload(boris, (30, 30, 200))
    newer = files(server.data / "media")
    server.stop()
    # The kernel renames nothing between two mounts, of one file system neither.
    mount = f'mount --bind "{server.data}/media" "{server.data}/media" && exec "$@"'
    own = [] if os.geteuid() == 0 else ["--map-root-user"]
    command = ["unshare", *own, "--mount", "sh", "-c", mount, "sh", accountctl.PROGRAM, "db", "restore", made["path"], "--yes",
               "--json", "--config", server.data / "accountd.conf"]
    result = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=120)
    assert result.returncode == 0, result.stderr
    assert files(server.data / "media") == saved
    assert files(json.loads(result.stdout)["pictures_aside"]) == newer
    assert known(start(ports=server.ports)) == sorted(saved)


def test_backups_share_pictures_and_the_oldest_go(start, backups):
    server = start()
    simplejwt.have_account(server, "boris@example.com", "boris@example.com")
    upload(simplejwt.sign_in(server, "boris@example.com", PASSWORD), (200, 30, 30))
    made = []

    def make():
        status, output, errors = accountctl.run(server, "db", "backup", backups, "--keep", "2", "--json")
        # Names have seconds.
        assert status in (0, os.EX_TEMPFAIL), errors
        if status == 0:
            made.append(json.loads(output))
        return status == 0

    for _ in range(3):
        wait_until(make, "another second")
    left = sorted(path.name for path in backups.iterdir() if path.name != ".lock")
    assert left == [Path(each["path"]).name for each in made[1:]]
    assert made[2]["removed"] == [made[0]["path"]]
    inodes = {path.stat().st_ino for each in made[1:] for path in Path(each["path"], "media").rglob("??/*")}
    assert inodes == {path.stat().st_ino for path in (server.data / "media").rglob("??/*")} and len(inodes) == 3


def test_lost_pictures_displace_no_backup_that_has_them(start, backups):
    server = start()
    simplejwt.have_account(server, "boris@example.com", "boris@example.com")
    boris = simplejwt.sign_in(server, "boris@example.com", PASSWORD)
    upload(boris, (200, 30, 30))
    good, errors = db(server, "backup", backups)
    assert good["complete"], errors
    saved = files(Path(good["path"]) / "media")
    upload(boris, (30, 30, 200))
    server.stop()
    # As where the volume of the pictures is not mounted, once with and once without its folder.
    (server.data / "media").rename(server.data / "volume")
    ((name,),) = server.rows("SELECT picture FROM accounts")
    for said in ("media is not there", f"the picture {name} is neither"):

        def make():
            status, output, errors = accountctl.run(server, "db", "backup", backups, "--keep", "1", "--json")
            # Names have seconds.
            assert status == os.EX_TEMPFAIL or status == 1 and said in errors, errors
            return status == 1 and json.loads(output)["removed"] == []

        wait_until(make, "another second")
        (server.data / "media").mkdir(exist_ok=True)
    assert files(Path(good["path"]) / "media") == saved
    shutil.rmtree(server.data / "media")
    (server.data / "volume").rename(server.data / "media")


def test_a_backup_and_a_restore_wait_for_each_other(start, backups):
    server = start()
    djoser.have_account(server, "anna", "anna@example.com")
    made, _ = db(server, "backup", backups)
    server.stop()
    with (backups / ".lock").open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for command in (["backup", backups], ["restore", made["path"] + "/", "--yes"]):
            _, errors = db(server, *command, status=os.EX_TEMPFAIL)
            assert "another backup" in errors
    journal = Path(f"{server.database}.restore-journal")
    journal.write_text(json.dumps(
        {"stamp": "../../../etc/x", "backup": made["path"], "pictures": "/etc", "had_database": True}))
    _, errors = db(server, "backup", backups, status=os.EX_TEMPFAIL)
    assert "--finish, or --undo" in errors
    for end in ("--finish", "--undo"):
        _, errors = db(server, "restore", end, status=os.EX_DATAERR)
        assert "is not believed" in errors
    journal.unlink()
    assert db(server, "restore", made["path"], "--yes")[0]["restored"]


def test_check_tells_what_is_wrong(start):
    server = start()
    simplejwt.have_account(server, "boris@example.com", "boris@example.com")
    upload(simplejwt.sign_in(server, "boris@example.com", PASSWORD), (200, 30, 30))
    report, errors = db(server, "check")
    assert (report["sound"], report["rows"]["accounts"], errors) == (True, 1, "")
    first = server.data / "media" / stored(server)[0]
    first.rename(first.with_name("0" * 32 + ".jpg"))
    report, errors = db(server, "check", "--quick", status=1)
    assert not report["sound"] and report["orphan_files"] == 1
    assert report["missing_pictures"] == [name for (name,) in server.rows("SELECT picture FROM accounts")]


def test_what_works_on_the_files_waits_for_the_server_to_stop(start):
    server = start()
    djoser.have_account(server, "anna", "anna@example.com")
    for command in ["vacuum", "migrate"]:
        status, _, errors = accountctl.run(server, "db", command)
        assert status == os.EX_TEMPFAIL and "systemctl stop" in errors, (command, errors)
    assert db(server, "migrate", "--dry-run")[0]["migrated"] is False
    server.stop()
    connection = sqlite3.connect(server.database)
    (head,) = connection.execute("SELECT count FROM audit_marks WHERE name = 'head'").fetchone()
    connection.execute(
        "INSERT INTO sessions (account_id, kind, nonce, digest, created_at, last_used_at, expires_at, network, user_agent) "
        "VALUES (1, 1, zeroblob(16), zeroblob(32), 1, 1, 1, '', '')")
    connection.execute("INSERT INTO limit_buckets VALUES (zeroblob(16), 1)")
    connection.commit()
    connection.close()
    assert db(server, "prune")[0] == {
        "sessions": 1, "audit_events": 0, "limit_buckets": 1, "incomplete_backups": 0}
    report, _ = db(server, "vacuum")
    assert 0 < report["after"] <= report["before"]
    assert db(server, "migrate")[0] == {"from": 5, "to": 5, "migrated": False, "copy": None}
    assert accountctl.verified(server)["events"] == head
    djoser.sign_in(start(ports=server.ports), "anna", PASSWORD)


def test_a_server_after_an_interrupted_restore_says_what_to_do(start, backups):
    server = start()
    djoser.have_account(server, "anna", "anna@example.com")
    made, _ = db(server, "backup", backups)
    server.stop()
    journal = Path(f"{server.database}.restore-journal")
    journal.write_text(json.dumps(
        {"stamp": "20261128T031500Z", "backup": made["path"], "pictures": str(server.data / "media"),
         "had_database": True}))
    again = start(ready=False, ports=server.ports)
    assert again.wait_until_ended() != 0
    assert "accountctl db restore --finish, or --undo" in again.log()
    assert db(server, "restore", "--undo")[0] == {"undone": True}
    djoser.sign_in(start(ports=server.ports), "anna", PASSWORD)
