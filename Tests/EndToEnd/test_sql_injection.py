"""Texts that would be SQL if they ever became part of a statement, at every place where a client writes."""

import pytest

from client import Client
from dialects import ALL, PASSWORD, djoser, session, token
from running import RunningServer

TEXTS = [
    "' OR '1'='1", "' OR 1=1 --", "anna' --", "anna'/*", "\" OR \"\"=\"", "anna'; DROP TABLE accounts; --",
    "' UNION SELECT 1, password FROM accounts --", "') OR ('a'='a", "anna\\' OR 1=1 --", "%", "_nna", "anna%", "*", "?", ":id", "@id",
    "$1", "x' AND randomblob(1000000000) --", "' || (SELECT password FROM accounts) || '", "anna\u02bc OR 1=1", "1; PRAGMA writable_schema=1",
    "' AND 1=load_extension('/tmp/x') --", "'; ATTACH DATABASE '/tmp/x' AS x; --"]


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """A server of this file's own, with two accounts."""
    server = RunningServer(tmp_path_factory.mktemp("sql")).wait_until_ready()
    for name in ["anna", "boris"]:
        session.have_account(server, name, f"{name}@example.com")
    yield server
    # They are passwords of one test and names of another.
    server.secrets -= set(TEXTS)
    server.stop()


def stored(server):
    """All that the database has of accounts and their sessions."""
    tables = ["sqlite_schema", "accounts", "login_names", "sessions"]
    return {table: server.rows(f"SELECT * FROM {table} ORDER BY 1") for table in tables}


@pytest.mark.parametrize("dialect", ALL, ids=repr)
def test_a_login_name_or_a_password_is_never_part_of_a_statement(own, dialect):
    before = stored(own)
    for text in TEXTS:
        for login, password in [(text, PASSWORD), ("anna", text), (text, text)]:
            status, body = dialect.ask_to_sign_in(own, login, password)
            assert (status, body) == dialect.wrong, text
    assert stored(own) == before


def test_neither_is_a_credential_or_a_part_of_a_path(own):
    clients = {dialect: dialect.sign_in(own, "anna", PASSWORD) for dialect in ALL}
    before = stored(own)
    for text in TEXTS:
        bare = text.encode("ascii", "replace").decode()
        for dialect in ALL:
            headers = {"Authorization": f"Token {bare}", "Cookie": f"sessionid={bare}"}
            assert Client(own).send("GET", dialect.profile_path, headers=headers).status_code in (401, 403)
        for dialect, path in [(djoser, "/user/{}/"), (djoser, "/auth/users/{}/"), (token, "/api/v1/users/{}/")]:
            quoted = "".join(f"%{byte:02x}" for byte in text.encode())
            assert clients[dialect].ask("GET", path.format(quoted)) == (404, {"detail": "Not found."})
    assert stored(own) == before


def test_a_text_that_is_stored_is_what_was_sent(own):
    client = token.sign_in(own, "boris", PASSWORD)
    for text in TEXTS:
        status, body = client.ask("PATCH", "/api/v1/users/me/", {"first_name": text, "last_name": text})
        assert (status, body["first_name"], body["last_name"]) == (200, text, text)
    assert [row[0] for row in own.rows("SELECT username FROM accounts ORDER BY id")] == ["anna", "boris"]
    assert own.rows("SELECT first_name FROM accounts WHERE username = 'anna'") == [(None,)]
