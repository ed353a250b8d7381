"""The rows of the table: which requests, on how many connections, held against what."""

import json
from dataclasses import dataclass
from typing import Callable

from accounts import PASSWORD

ITSELF = "itself"


@dataclass(frozen=True)
class Row:
    key: str
    title: str
    # A function of (accounts, account number) that gives method, path, headers and body; None where nothing is asked.
    ask: Callable | None
    programs: tuple = ("accountd", "floor", "django")
    connections: int = 32
    # What a program is compared with: (program, row). ITSELF is the same program in another row.
    against: tuple | None = None
    # What is asked of accountd: its rate at least so much of the other's, p99 and CPU at most so many times the other's.
    rate: float | None = None
    p99: float | None = None
    cpu: float | None = None
    is_paced: bool = False
    # While so many other connections sign in as fast as they can.
    flood: int = 0
    is_growth: bool = False

    def reference(self, program):
        """The program and the row that a program is compared with here, or None."""
        name, key = self.against or ("floor", self.key)
        if name == ITSELF:
            return program, key
        return None if program == name else (name, key)


def constant(accounts, number):
    return "GET", "/-/live", {}, None


def by_token(accounts, number):
    return "GET", "/auth/users/me/", {"Authorization": f"Token {accounts.token(number)}"}, None


def by_signed_token(accounts, number):
    return "GET", "/get_profile/", {"Authorization": f"JWT {accounts.signed_token(number)}"}, None


def by_cookie(accounts, number):
    return "GET", "/core/profile/", {"Cookie": f"sessionid={accounts.cookie(number)}"}, None


# \1 becomes a number that no other request of the run has (load.lua).
def write(accounts, number):
    body = {"first_name": "R\1", "last_name": "Hendricks"}
    return "PATCH", f"/api/v1/users/{accounts.uuid(number)}/", {
        "Authorization": f"Token {accounts.token(number)}"}, body


def login(accounts, number):
    return "POST", "/auth/token/login/", {}, {"username": accounts.username(number), "password": PASSWORD}


def registration(accounts, number):
    return "POST", "/auth/users/", {}, {"username": "new\1", "password": PASSWORD}


ROWS = [
    Row("constant", "constant answer", constant, ("accountd", "floor")),
    Row("token-32", "profile by Token, 32 connections", by_token, rate=0.80, p99=1.5, cpu=2),
    Row("token-256", "profile by Token, 256 connections", by_token, connections=256, rate=0.80, p99=1.5, cpu=2),
    Row("jwt-32", "profile by JWT", by_signed_token, ("accountd",), against=("floor", "token-32"), rate=0.70),
    Row("cookie-32", "profile by session cookie", by_cookie, ("accountd",), against=("floor", "token-32"), rate=0.70),
    Row("write-32", "durable profile write", write, rate=0.60),
    Row("login", "login", login, rate=1.25),
    Row("register", "registration", registration, ("accountd", "django"), against=(ITSELF, "login"), rate=0.95),
    Row("paced-alone", "4 paced reads, alone", by_token, connections=4, is_paced=True),
    Row(
        "paced-flood", "4 paced reads, while 64 sign in", by_token, connections=4, is_paced=True, flood=64,
        against=(ITSELF, "paced-alone"), rate=0.80, p99=4),
    Row("growth-read", "profile by Token, as accounts grow", by_token, ("accountd", "floor"), is_growth=True),
    Row("growth-write", "durable profile write, as accounts grow", write, ("accountd", "floor"), is_growth=True),
    Row("memory", "memory idle and peak", None),
    Row("start", "start to the first 200", None),
]


def message(request, port):
    """The bytes of a request."""
    method, path, headers, body = request
    content = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
    lines = [f"{method} {path} HTTP/1.1", f"Host: localhost:{port}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body is not None:
        # JSON writes the mark as \u0001.
        content = content.replace(b"\\u0001", b"\1")
        length = len(content) + 11 * content.count(b"\1")
        lines += ["Content-Type: application/json", f"Content-Length: {length}"]
    return "\r\n".join([*lines, "", ""]).encode() + content
