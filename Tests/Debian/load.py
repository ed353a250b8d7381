"""Clients that keep accountd busy over HTTPS, through nginx, and remember what was acknowledged to them."""

import http.client
import json
import ssl
import threading
import time
from dataclasses import dataclass

PASSWORD = "Corr3ct-horse"
# Of each second, and of this machine alone: nginx, as it is shipped, lets 20 tries of a password pass from one address.
REGISTRATIONS = 10


@dataclass
class Exchange:
    """One request: when it began and ended on the monotonic clock, and its status, or the name of what broke it."""

    begin: float
    end: float
    method: str
    status: int | str


class Caller:
    """One client with one connection that stays open."""

    def __init__(self, certificate, exchanges):
        self.context = ssl.create_default_context(cafile=certificate)
        self.exchanges = exchanges
        self.connection = None
        self.token = None

    def ask(self, method, path, body=None):
        """Status and JSON; the status is the name of an exception when there was no answer."""
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Token {self.token}"
        begin = time.monotonic()
        try:
            if self.connection is None:
                self.connection = http.client.HTTPSConnection("localhost", context=self.context, timeout=30)
            self.connection.request(method, path, json.dumps(body) if body is not None else None, headers)
            response = self.connection.getresponse()
            status, answer = response.status, response.read()
        except (OSError, http.client.HTTPException) as failure:
            self.connection = None
            status, answer = type(failure).__name__, b""
        self.exchanges.append(Exchange(begin, time.monotonic(), method, status))
        try:
            return status, json.loads(answer) if answer else None
        except ValueError:
            return status, None


class Load:
    """Writers that count in their own profiles, each write followed by a read, and one client that registers accounts. Entering
    it starts them, leaving it waits for their last answers."""

    names = iter(range(1_000_000))

    def __init__(self, container, writers=4):
        self.container = container
        # Every exchange since the accounts were made.
        self.exchanges = []
        # Usernames whose registration was acknowledged.
        self.registered = []
        # What a read found missing: (acknowledged, found).
        self.lost = []
        self._stop = threading.Event()
        number = next(self.names)
        self._prefix = f"load{number}x"
        self._writers = [self._new_writer(f"writer{number}x{each}") for each in range(writers)]
        self._threads = [threading.Thread(target=self._write, args=(caller,)) for caller in self._writers]
        self._threads.append(threading.Thread(target=self._register))

    def _new_writer(self, name):
        caller = Caller(self.container.certificate, [])
        status, answer = caller.ask("POST", "/api/v1/users/", {"username": name, "password": PASSWORD})
        assert status == 201, (status, answer)
        caller.token, caller.exchanges = answer["auth_token"], self.exchanges
        return caller

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        self.wait_for(5)
        return self

    def __exit__(self, *_):
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def wait_for(self, count):
        """Waits until so many more requests have been answered well."""
        self.wait_until(lambda each: each.status in (200, 201), count, "good answers")

    def wait_until(self, is_wanted, count, what, seconds=30.0):
        """Waits until so many more requests ended as is wanted."""
        seen, found = len(self.exchanges), 0
        deadline = time.monotonic() + seconds
        while True:
            new = self.exchanges[seen:]
            seen += len(new)
            found += sum(map(is_wanted, new))
            if found >= count:
                return
            assert time.monotonic() < deadline, f"{found} of {count} {what} after {seconds} s, last ones {self.exchanges[-4:]}"
            self._stop.wait(0.005)

    def failures(self):
        return [each for each in list(self.exchanges) if each.status not in (200, 201)]

    def longest(self, method=None):
        """The longest time that a good answer took, in milliseconds."""
        return 1000 * max(
            each.end - each.begin for each in self.exchanges if each.status in (200, 201) and method in (None, each.method))

    def missing(self):
        """Acknowledged registrations that the database does not have."""
        there = {name for (name,) in self.container.rows("SELECT username FROM accounts")}
        return [name for name in self.registered if name not in there]

    def _write(self, caller):
        acknowledged = number = 0
        while not self._stop.is_set():
            number += 1
            status, _ = caller.ask("PATCH", "/api/v1/users/me/", {"first_name": str(number)})
            if status == 200:
                acknowledged = number
            acknowledged = self._check(caller, acknowledged, number)

    def _check(self, caller, acknowledged, sent):
        """Reads until there is an answer: it has the last write that was acknowledged, or the one that was under way."""
        while True:
            status, account = caller.ask("GET", "/api/v1/users/me/")
            if status == 200:
                found = int(account["first_name"] or 0)
                if found not in (acknowledged, sent):
                    self.lost.append((acknowledged, found))
                return found
            if self._stop.is_set():
                return acknowledged

    def _register(self):
        caller = Caller(self.container.certificate, self.exchanges)
        number = 0
        while not self._stop.wait(1 / REGISTRATIONS):
            number += 1
            name = f"{self._prefix}{number}"
            status, _ = caller.ask("POST", "/api/v1/users/", {"username": name, "password": PASSWORD})
            if status == 201:
                self.registered.append(name)
