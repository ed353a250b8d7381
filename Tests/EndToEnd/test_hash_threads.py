"""How the threads that hash passwords leave the cores to others: the lowest priority, and a timer each that makes them yield."""

import os
import re
import signal
from pathlib import Path

import pytest

from dialects import PASSWORD, session, token
from running import wait_until


def threads(server):
    """Name by id."""
    tasks = Path(f"/proc/{server.accountd_pid()}/task").iterdir()
    return {int(task.name): (task / "comm").read_text().strip() for task in tasks}


def nice(server, thread):
    fields = Path(f"/proc/{server.accountd_pid()}/task/{thread}/stat").read_text().rpartition(")")[2].split()
    return int(fields[16])


def owners_of_timers(server):
    return sorted(map(int, re.findall(r"^notify: signal/tid\.(\d+)$", timers(server).read_text(), re.MULTILINE)))


def timers(server):
    return Path(f"/proc/{server.accountd_pid()}/timers")


def test_hash_threads_have_the_lowest_priority_and_no_other_that_answers_has_it(start):
    server = start("--set", "server.hash_threads=3")
    session.have_account(server, "anna", "anna@example.com")
    by_nice = {name: nice(server, thread) for thread, name in threads(server).items()}
    assert {name for name, value in by_nice.items() if name.startswith("hash-") and value == 19} == {
        "hash-0", "hash-1", "hash-2"}
    assert {value for name, value in by_nice.items() if name.startswith(("fast-", "writer"))} == {0}


def hashing(server):
    """Those on which passwords are hashed: a form that might bring a picture is read by a picture thread."""
    return sorted(thread for thread, name in threads(server).items() if name.startswith(("hash-", "picture-")))


def test_each_hash_and_picture_thread_has_one_timer_also_after_sign_ins_and_a_reload(start):
    server = start("--set", "server.hash_threads=3", "--set", "server.picture_threads=2")
    if not timers(server).exists():
        pytest.skip("this kernel does not show timers")
    expected = hashing(server)
    assert len(expected) == 5 and owners_of_timers(server) == expected
    session.have_account(server, "anna", "anna@example.com")
    os.kill(server.accountd_pid(), signal.SIGHUP)
    wait_until(lambda: "daemon.reloaded " in server.log(), "a reload")
    for _ in range(4):
        token.sign_in(server, "anna", PASSWORD)
    assert owners_of_timers(server) == expected
    assert "hash.keeps_core" not in server.log()


def test_without_timers_each_such_thread_says_so_and_passwords_are_hashed_all_the_same(start):
    server = start(
        "--set", "server.hash_threads=3", "--set", "server.picture_threads=2", prefix=("prlimit", "--sigpending=0"))
    assert server.log().count("hash.keeps_core") == 5
    session.have_account(server, "anna", "anna@example.com")
    token.sign_in(server, "anna", PASSWORD)
    assert token.ask_to_sign_in(server, "anna", "wrong" + PASSWORD) == token.wrong
