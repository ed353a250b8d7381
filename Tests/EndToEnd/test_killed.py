"""kill -9 in the middle of the work: what was answered is kept, and the service comes back by itself."""

import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor

from client import Client
from dialects import PASSWORD, session, token
from running import wait_until

ACCOUNTS, THREADS, KILLS = 1000, 8, 3


class Registrations:
    """Registers accounts from several threads, and keeps the names of those that were answered 201."""

    def __init__(self, server):
        self.server = server
        self.lock = threading.Lock()
        self.left = list(range(ACCOUNTS))
        self.kept = []
        self.interrupted = 0

    def run(self):
        client = Client(self.server)
        client.allowed = [502]
        while True:
            with self.lock:
                if not self.left:
                    return
                name = f"anna{self.left.pop()}"
            self.register(client, name)

    def register(self, client, name):
        """Tries until there is an answer that counts; one that was interrupted may have been kept or not."""
        was_interrupted = False

        def is_answered():
            nonlocal was_interrupted
            got, expected = session.register(client, name, f"{name}@example.com")
            if got == expected:
                with self.lock:
                    self.kept.append(name)
                return True
            if got[0] == 400:
                assert was_interrupted, got
                return True
            was_interrupted = True
            assert got == (502, {"detail": "Service is restarting. Try again."})
            with self.lock:
                self.interrupted += 1
            return False

        wait_until(is_answered, f"the registration of {name}", 60)

    def wait_for(self, count):
        wait_until(lambda: len(self.kept) >= count, f"{count} registrations", 120)


def kill(server):
    """Kills accountd and waits for another one to answer."""
    before = server.accountd_pid()
    os.kill(before, signal.SIGKILL)
    wait_until(lambda: server.accountd_pid() != before, "another process")
    wait_until(lambda: Client(server).ask("GET", "/-/ready", allowed=[502])[0] == 200, "an answer")


def test_nothing_that_was_answered_is_lost_when_accountd_is_killed(start):
    server = start()
    work = Registrations(server)
    with ThreadPoolExecutor(THREADS) as threads:
        running = [threads.submit(work.run) for _ in range(THREADS)]
        for number in range(1, KILLS + 1):
            work.wait_for(number * ACCOUNTS // (KILLS + 1))
            kill(server)
        for each in running:
            each.result()

    assert len(work.kept) >= ACCOUNTS - work.interrupted and len(set(work.kept)) == len(work.kept)
    assert server.rows("PRAGMA integrity_check") == [("ok",)]
    assert server.rows("PRAGMA foreign_key_check") == []
    found = {username for (username,) in server.rows("SELECT username FROM accounts")}
    assert set(work.kept) <= found
    names = server.rows("SELECT name_key FROM login_names")
    assert len(names) == 2 * len(found)
    for name in work.kept[:: len(work.kept) // 20]:
        assert session.read_profile(session.sign_in(server, name, PASSWORD)) == (
            200, session.profile(name, f"{name}@example.com", None))


def test_tokens_that_were_given_out_are_good_after_a_kill(start):
    server = start()
    made = []
    for number in range(20):
        status, body = Client(server).ask(
            "POST", "/api/v1/users/", {"username": f"anna{number}", "password": PASSWORD})
        assert status == 201
        made.append(body)
    kill(server)
    for body in made:
        client = Client(server, authorization=f"Token {body.pop('auth_token')}")
        assert token.read_profile(client) == (200, body)
