"""What an upload leaves when it is cut off: accountd killed at each of its steps, and the program that decodes killed by itself."""

import os
import signal
import subprocess
import threading
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from PIL import Image

import pictures
from dialects import PASSWORD, jwt, token
from running import wait_until
from test_pictures import agree, children, fetch, png, refusal, stored, update

# Every call by which an upload leaves a mark on the disk.
MARKS = (
    "openat", "write", "pwrite64", "fsync", "fdatasync", "unlink", "rename", "mkdir", "chmod", "fchmod", "clone3",
    "pidfd_open", "wait4")


# strace by a user other than root needs it.
DEBUGGABLE = ["--set", "server.debuggable=true"]


@contextmanager
def traced(threads, *options, log):
    """strace on running threads, by their ids, or with -f on what they start as well."""
    command = ["strace", "-qq", "-o", str(log), *options]
    for thread in threads:
        command += ["-p", str(thread)]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as tracer:
        try:
            mark = f"TracerPid:\t{tracer.pid}\n"
            wait_until(lambda: all(mark in status(thread) or not status(thread) for thread in threads), "strace")
            yield
        finally:
            tracer.terminate()


def status(task):
    """What the kernel tells of a thread, empty when it has ended."""
    try:
        return Path(f"/proc/{task}/status").read_text()
    except OSError:
        return ""


def threads(server, name):
    """The ids of accountd's threads whose names start so, or that have not got a name of their own."""
    main = server.accountd_pid()
    tasks = [task for task in Path(f"/proc/{main}/task").glob("*") if task.name != str(main)]
    return [int(task.name) for task in tasks if name_of(task).startswith((name, "accountd"))]


def name_of(task):
    """The name of a thread, empty when it has ended."""
    try:
        return (task / "comm").read_text()
    except OSError:
        return ""


# Each with the calls that it must have been killed at; whether a folder
# is made (mkdir, chmod, one more rename) depends on the picture's random name.
@pytest.mark.parametrize("name, least", [
    ("picture-", {"openat": 6, "write": 3, "fchmod": 5, "fsync": 5, "rename": 3, "unlink": 5, "clone3": 1, "wait4": 1}),
    ("writer", {"pwrite64": 2, "fdatasync": 2})])
def test_accountd_killed_at_each_step(start, tmp_path, name, least):
    """Whatever a kill leaves, the next start sweeps; the account has its old picture or its new one, whole."""
    server = start(*DEBUGGABLE)
    token.have_account(server, "anna", "anna@example.com")
    client = jwt.sign_in(server, "anna", PASSWORD)
    link = update(client, png((0, 0, 1)))[1]["avatar"]
    kills = []
    for call in MARKS:
        while True:
            # What follows an answer may be killed as well, after the answer was given.
            ids = wait_until(lambda: fetch(server, "/-/ready").status_code == 200 and threads(server, name), "accountd")
            pid, count = server.accountd_pid(), 1 + kills.count(call)
            options = "-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={count}"
            with traced(ids, *options, log=tmp_path / "trace"):
                response = client.send(
                    "PUT", "/update_profile/", files={"avatar": ("a.png", png((0, 1, len(kills))))}, allowed=(502,))
            if response.status_code == 200:
                link = response.json()["avatar"]
                break
            assert response.status_code == 502
            kills.append(call)
            wait_until(lambda: server.accountd_pid() != pid, "the next accountd")
            wait_until(lambda: fetch(server, "/-/ready").status_code == 200, "the next accountd's answer")
            wait_until(lambda: agree(server), f"one sweep after the kill at {call} {count}")
            status, profile = client.ask("GET", "/get_profile/")
            assert status == 200
            if profile["avatar"] != link:
                assert fetch(server, link).status_code == 404
                link = profile["avatar"]
            assert fetch(server, link).status_code == 200
    assert not [call for call, count in least.items() if kills.count(call) < count], kills
    folders = [path for path in (server.data / "media").iterdir() if path.name != ".incoming"]
    assert {path.stat().st_mode & 0o777 for path in folders} == {0o750}
    assert server.rows("PRAGMA integrity_check") == [("ok",)]
    wait_until(lambda: agree(server), "the last upload's end")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV])
def test_program_killed_in_the_middle(start, number):
    """For another try when the kill came from outside, else refused; nothing is left."""
    server = start(*DEBUGGABLE)
    token.have_account(server, "anna", "anna@example.com")
    client = jwt.sign_in(server, "anna", PASSWORD)
    files = stored(server)
    answers, large = [], slow()
    upload = threading.Thread(target=lambda: answers.append(
        client.send("PUT", "/update_profile/", files={"avatar": ("a.png", large)}, allowed=(503,))))
    upload.start()
    (child,) = wait_until(lambda: working(server), "the program")
    os.kill(child, number)
    upload.join(30)
    (answer,) = answers
    if number == signal.SIGSEGV:
        assert (answer.status_code, answer.json()) == refusal(b"x")
    else:
        assert (answer.status_code, answer.json()) == (503, {"detail": "Service is busy. Try again later."})
        assert answer.headers["Retry-After"] == "1"
    assert stored(server) == files and agree(server) and children(server) == []
    assert update(client, png())[0] == 200


@cache
def slow():
    """A good picture that takes a while: so many pixels in an interlaced one."""
    return pictures.interlaced_png(Image.new("L", (6000, 6000)))


def working(server):
    """The ids of accountd's children that are the program already, and no copy of accountd that is about to be."""
    return [pid for pid in child_ids(server) if Path(f"/proc/{pid}/comm").read_text().startswith("accountd-pict")]


def child_ids(server):
    tasks = Path(f"/proc/{server.accountd_pid()}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


def test_program_dies_with_accountd(start):
    """The program that decodes for an accountd that is gone does not stay behind."""
    server = start(*DEBUGGABLE)
    token.have_account(server, "anna", "anna@example.com")
    client = jwt.sign_in(server, "anna", PASSWORD)
    large = slow()
    upload = threading.Thread(target=lambda: client.send(
        "PUT", "/update_profile/", files={"avatar": ("a.png", large)}, allowed=(502,)))
    upload.start()
    ids = wait_until(lambda: child_ids(server), "the program")
    os.kill(server.accountd_pid(), signal.SIGKILL)
    upload.join(30)
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in ids), "the program's end")
