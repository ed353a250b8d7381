"""Whose account may be seen and changed by whom, by every API, as docs/access.md has it (OWASP API1)."""

import itertools
import json
import sqlite3

import pytest

from client import Client
from dialects import ALL, PASSWORD, djoser, jwt, session, simplejwt, token
from running import PROJECT

PAGE = PROJECT / "docs" / "access.md"
ACTORS = ["owner", "other", "staff", "anonymous"]
NAMES = {"owner": "anna", "other": "boris", "staff": "clara"}

# Every way to ask about an account or to change one; `{id}` and `{uuid}` are Anna's, `{new}` is another text each time and
# `{password}` the caller's. Where the path names no account, the body or the query tries to.
READING = [
    (session, "GET", "/core/profile/", None), (session, "GET", "/core/profile/?id={id}&username=anna", None),
    (djoser, "GET", "/auth/users/me/", None), (djoser, "GET", "/auth/users/", None),
    (djoser, "GET", "/auth/users/{id}/", None), (djoser, "GET", "/user/{id}/", None),
    (jwt, "GET", "/get_profile/", None), (jwt, "GET", "/get_profile/?uuid={uuid}", None),
    (simplejwt, "GET", "/api/user/me/", None), (simplejwt, "GET", "/api/user/me/?id={uuid}", None),
    (token, "GET", "/api/v1/users/me/", None), (token, "GET", "/api/v1/users/{uuid}/", None),
]
WRITING = [
    (session, "PATCH", "/core/profile/", {"first_name": "{new}"}),
    (session, "PUT", "/core/profile/", {"first_name": "{new}", "id": "{id}"}),
    (djoser, "PATCH", "/auth/users/me/", {"first_name": "{new}", "email": "{new}@example.com", "id": "{id}"}),
    (djoser, "PATCH", "/auth/users/{id}/", {"email": "{new}@example.com"}),
    (djoser, "PUT", "/auth/users/{id}/", {"email": "{new}@example.com", "username": "anna"}),
    (djoser, "DELETE", "/auth/users/{id}/", {"current_password": "{password}"}),
    (djoser, "PATCH", "/user/{id}/", {"email": "{new}@example.com"}),
    (djoser, "DELETE", "/user/{id}/", {"current_password": "{password}"}),
    (jwt, "PUT", "/update_profile/", {"first_name": "{new}"}),
    (jwt, "PUT", "/update_profile/", {"first_name": "{new}", "uuid": "{uuid}"}),
    (simplejwt, "PATCH", "/api/user/update/", {"full_name": "{new}", "id": "{uuid}"}),
    (token, "PATCH", "/api/v1/users/{uuid}/", {"first_name": "{new}"}),
    (token, "PUT", "/api/v1/users/{uuid}/", {"first_name": "{new}", "username": "anna"}),
    (token, "DELETE", "/api/v1/users/{uuid}/", {}),
]


class World:
    """A server with Anna, Boris and Clara, who is staff, and their clients of every API."""

    def __init__(self, server):
        self.server = server
        self.numbers = itertools.count(1)
        for name in NAMES.values():
            session.have_account(server, name, f"{name}@example.com")
        # No API gives this right; the database does.
        with sqlite3.connect(server.database) as connection:
            connection.execute("UPDATE accounts SET is_staff = 1, is_superuser = 1 WHERE username = 'clara'")
        connection.close()
        ((self.id, digits),) = server.rows("SELECT id, lower(hex(uuid)) FROM accounts WHERE username = 'anna'")
        self.uuid = "-".join([digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]])
        self.clients = {
            (dialect, actor): dialect.sign_in(server, NAMES[actor], PASSWORD) if actor in NAMES else Client(server)
            for dialect in ALL for actor in ACTORS}

    def accounts(self):
        """What is stored of each account, by its name; a row is compared as a whole."""
        return {row[0]: row for row in self.server.rows(
            "SELECT username, * FROM accounts ORDER BY id")}

    def ask(self, dialect, method, path, body, actor):
        """The answer to one of the requests above, as (status, body as text)."""
        new = f"New{next(self.numbers)}"

        def filled(text):
            for name, value in [("id", str(self.id)), ("uuid", self.uuid), ("new", new), ("password", PASSWORD)]:
                text = text.replace("{" + name + "}", value)
            return text

        client = self.clients[dialect, actor]
        own = session.own_headers(client) if dialect is session and actor in NAMES else {}
        sent = {name: filled(value) for name, value in body.items()} if body is not None else None
        response = client.send(method, filled(path), sent, headers=own)
        return response.status_code, response.text

    def reading(self, *row):
        """What an actor sees: the status, and whose profile."""
        status, text = self.ask(*row)
        shown = [name for name in NAMES.values() if f"{name}@" in text]
        assert bool(shown) == (status == 200), (row, text)
        return f"{status}{whose(shown, row[-1])}"

    def writing(self, *row):
        """What an actor changes: the status, and whose account."""
        before = self.accounts()
        status, text = self.ask(*row)
        after = self.accounts()
        assert set(after) == set(before), (row, text)
        changed = [name for name in before if after[name] != before[name]]
        assert not changed or status < 300, (row, text)
        return f"{status}{whose(changed, row[-1]) or ', nothing'}"


def whose(names, actor):
    """The accounts as the table has them."""
    words = ["Anna's" if name == "anna" else "own" if name == NAMES.get(actor) else "another's" for name in names]
    return ", " + " and ".join(dict.fromkeys(words)) if words else ""


def table(rows, cell):
    """The Markdown table of all cells."""
    lines = ["| API | request | " + " | ".join(ACTORS) + " |", "|---|---|---|---|---|---|"]
    for dialect, method, path, body in rows:
        cells = [cell(dialect, method, path, body, actor) for actor in ACTORS]
        request = f"`{method} {path}`" + (f" `{json.dumps(body)}`" if body else "")
        lines.append(f"| {dialect!r} | {request} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def on_the_page(heading):
    """The table below a heading of docs/access.md."""
    section = PAGE.read_text().split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return "\n".join(line for line in section.splitlines() if line.startswith("|"))


@pytest.fixture
def world(start):
    return World(start())


def compare(found, heading):
    print(f"\n{heading}\n{found}")
    assert found == on_the_page(heading)


def test_reading_is_as_the_page_says(world):
    compare(table(READING, world.reading), "Reading")


def test_writing_is_as_the_page_says(world):
    compare(table(WRITING, world.writing), "Writing")


def test_reading_is_as_the_page_says_when_accounts_are_kept_to_themselves(start):
    world = World(start("--set", "djoser.users=self"))
    rows = [row for row in READING if row[0] is djoser]
    compare(table(rows, world.reading), 'Reading with djoser.users = "self"')


def test_every_route_that_names_an_account_is_in_the_table():
    routes = (PROJECT / "Tests" / "DialectsTests" / "Snapshots" / "routes.txt").read_text().splitlines()[1:]
    named = {(line.split()[0], line.split()[1], line.split()[2].replace("{number}", "{id}").rstrip("/"))
             for line in routes if "{" in line}
    tested = {(repr(dialect).lower(), method, path.rstrip("/")) for dialect, method, path, _ in READING + WRITING}
    assert named <= tested, named - tested
