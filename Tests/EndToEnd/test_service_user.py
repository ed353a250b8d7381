"""Root's accountctl in folders of accountd's user: it has that user's rights there and no more, and what it makes is that user's."""

import grp
import json
import os
import shutil
import stat
import tempfile
from pathlib import Path

import pytest

import accountctl
from dialects import PASSWORD, simplejwt
from test_backup import files, upload

NOBODY = 65534
pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root has rights to give up")


class Store:
    """A store of accountd's user, with one account and its picture, and beside it what is root's alone."""

    def __init__(self, server):
        self.server = server
        simplejwt.have_account(server, "boris@example.com", "boris@example.com")
        upload(simplejwt.sign_in(server, "boris@example.com", PASSWORD), (200, 30, 30))
        server.stop()
        # Where accountd's user may come, unlike pytest's folders.
        self.place = Path(tempfile.mkdtemp())
        self.place.chmod(0o755)
        self.folder, self.media = self.place / "store", self.place / "store" / "media"
        self.folder.mkdir()
        shutil.copytree(server.data / "media", self.media)
        for path in server.data.glob("accounts.db*"):
            shutil.copy(path, self.folder)
        for path in [self.folder, *self.folder.rglob("*")]:
            os.chown(path, NOBODY, NOBODY)
        for path in [self.media, *self.media.rglob("*")]:
            os.chown(path, NOBODY, grp.getgrnam("www-data").gr_gid)
        self.media.chmod(0o2750)
        (self.media / ".incoming").chmod(0o2700)
        self.backups = self.make("backups", NOBODY)
        self.private = self.make("private", 0)
        (self.private / "file.jpg").write_bytes(b"root's")

    def make(self, name, owner):
        folder = self.place / name
        folder.mkdir(mode=0o700)
        os.chown(folder, owner, owner)
        return folder

    def run(self, *words, status=0, database="store/accounts.db"):
        """What a subcommand printed as JSON, and its messages."""
        got, output, errors = accountctl.run(
            self.server, *words, "--set", f"store.path={self.place}/{database}", "--set", f"pictures.path={self.media}",
            "--set", f"backup.path={self.backups}")
        assert got == status, (words, got, output, errors)
        return json.loads(output) if output and "--json" in words else output, errors

    def assert_untouched(self):
        assert [path.name for path in self.private.iterdir()] == ["file.jpg"]
        assert (self.private / "file.jpg").read_bytes() == b"root's"


@pytest.fixture
def store(start):
    one = Store(start())
    yield one
    one.assert_untouched()
    shutil.rmtree(one.place)


def test_what_root_makes_is_the_service_users(store):
    saved = files(store.media)
    for words in ["db check --json", "db migrate --json", "db vacuum --json", "db prune --json", "audit show", "audit verify"]:
        store.run(*words.split())
    made, _ = store.run("db", "backup", "--include-key", "--json")
    backup = Path(made["path"])
    assert (backup / "secret.key").read_bytes() == (store.server.data / "secret.key").read_bytes()
    for path in [backup, *backup.rglob("*")]:
        assert path.stat().st_uid == NOBODY and path.stat().st_mode & 0o077 & ~0o050 == 0, path
    for path in store.folder.glob("accounts.db*"):
        path.unlink()
    shutil.rmtree(store.media / ".incoming")
    for folder in store.media.iterdir():
        shutil.rmtree(folder)
    store.run("db", "restore", "latest", "--yes", "--json")
    assert files(store.media) == saved
    assert store.run("db", "check", "--json")[0]["sound"]
    for path in store.folder.rglob("*"):
        assert path.stat().st_uid == NOBODY, path
    shared = grp.getgrnam("www-data").gr_gid
    for path in store.media.rglob("*"):
        assert path.stat().st_gid == shared, path
        if path.name != ".incoming":
            assert stat.S_IMODE(path.stat().st_mode) == (0o750 if path.is_dir() else 0o640), path
    # New files there will have the web server's group as well.
    assert stat.S_IMODE((store.media / ".incoming").stat().st_mode) == 0o2700


def test_root_uses_no_folder_that_the_service_user_may_not_use(store):
    _, errors = store.run("db", "backup", store.private, status=os.EX_NOPERM)
    assert "install -d -o accountd -m 700 DIR" in errors
    made, _ = store.run("db", "backup", "--json")
    closed = store.make("closed", 0) / "accountd-20260101T000000Z"
    shutil.move(made["path"], closed)
    _, errors = store.run("db", "restore", closed, "--yes", status=os.EX_NOPERM)
    assert "chown -R accountd DIR" in errors


def test_links_of_the_service_user_lead_root_nowhere(store):
    shutil.copy(store.folder / "accounts.db", store.private / "theirs")
    (store.folder / "linked.db").symlink_to(store.private / "theirs")
    try:
        _, errors = store.run("db", "check", status=os.EX_NOPERM, database="store/linked.db")
        assert "may not be read" in errors
    finally:
        (store.private / "theirs").unlink()
    (store.media / "zz").symlink_to(store.private)
    made, _ = store.run("db", "backup", "--json")
    assert not (Path(made["path"]) / "media" / "zz").exists()
    for folder in [path for path in store.media.glob("??") if not path.is_symlink()]:
        shutil.rmtree(folder)
    shutil.rmtree(store.media / ".incoming")
    (store.media / ".incoming").symlink_to(store.private)
    _, errors = store.run("db", "restore", "latest", "--yes", status=os.EX_UNAVAILABLE)
    assert ".incoming" in errors
    store.assert_untouched()
