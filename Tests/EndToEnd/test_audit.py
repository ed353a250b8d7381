"""The audit trail as an administrator sees it, while accountd runs, after it was killed, and after its key was rotated."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

import accountctl
from client import Client
from dialects import ALL, NEW_PASSWORD, PASSWORD, jwt, session, token
from running import wait_until

HEAD = re.compile(r"\d+:[0-9a-f]{64}")


def test_what_happens_is_listed_and_verifies_by_accountctl_and_by_another_program(start):
    server = start()
    session.have_account(server, "anna", "anna@example.com")
    clients = {dialect: dialect.sign_in(server, "anna", PASSWORD) for dialect in ALL}
    for dialect in ALL:
        assert dialect.ask_to_sign_in(server, "anna", "wrong") == dialect.wrong
    picture = clients[jwt].send("PUT", "/update_profile/", files={"avatar": ("me.png", b"no picture", "image/png")})
    assert picture.status_code == 400
    session.change_password(clients[session], "anna@example.com", PASSWORD, NEW_PASSWORD)

    wait_until(lambda: len(accountctl.shown(server)) == 14, "14 events")
    events = accountctl.shown(server)
    names = [dialect.__class__.__name__.lower() for dialect in ALL]
    expected = [("account.registered", "session", "", 1)]
    expected += [("auth.login.ok", name, "", 1) for name in names]
    expected += [("auth.login.failed", name, "", 1) for name in names]
    found = [(event["event"], event["dialect"], event["detail"], event["count"]) for event in events]
    assert found[:11] == expected
    assert found[11][:2] == ("picture.refused", "jwt")
    assert found[12:] == [("password.changed", "session", "", 1), ("session.revoked", "session", "password", 4)]
    assert [event["id"] for event in events] == list(range(1, 15))
    assert {event["account"] for event in events} == {1} and {event["ip"] for event in events} <= {"127.0.0.1", "::1"}
    # The request's id is the log's, and no two requests have one.
    for event in events[:11]:
        server.log_line(f"{event['event']} ip={event['ip']}", f"id={event['request_id']}")
    assert len({event["request_id"] for event in events}) == 13

    report = accountctl.verified(server)
    assert report["events"] == 14 == accountctl.verify_by_hand(server)
    assert accountctl.verified(server, "--head", report["head"])["compared"] is True
    status, output, _ = accountctl.run(server, "audit", "show", "--event", "password.changed", "--account", "1")
    line = rf"13 \d{{4}}-\d\d-\d\dT\S+Z password.changed account=1 ip=\S+ dialect=session id={events[12]['request_id']}\n"
    assert status == 0 and re.fullmatch(line, output)
    assert accountctl.shown(server, "--since", "1h") == events
    assert accountctl.shown(server, "--until", "1h") == accountctl.shown(server, "--since", "2100-01-01") == []
    status, output, _ = accountctl.run(server, "audit", "show", "--limit", "2")
    assert status == 0 and [line.split()[0] for line in output.splitlines()] == ["13", "14"]

    server.stop()
    heads = re.findall(r"audit\.head head=(\S+)", server.log())
    assert heads == ["0:" + "0" * 64, report["head"]]
    # And without a daemon, leaving nothing behind that would keep one from starting.
    assert accountctl.verified(server)["head"] == report["head"]


def test_the_trail_verifies_while_accountd_writes_and_after_it_was_killed(start):
    server = start()
    enough = threading.Event()

    def register(thread):
        client, number = Client(server), 0
        client.allowed = [502]
        while not enough.is_set():
            session.register(client, f"anna{thread}x{number}", None)
            client.ask("POST", "/api-token-auth/", {"username": "nobody", "password": "wrong"})
            number += 1

    with ThreadPoolExecutor(4) as threads:
        running = [threads.submit(register, number) for number in range(4)]
        try:
            reports = []
            for kill in range(2):
                start_count = reports[-1]["events"] if reports else 0
                wait_until(lambda: len(accountctl.shown(server)) > start_count + 20, "events")
                reports += [accountctl.verified(server) for _ in range(5)]
                assert accountctl.verify_by_hand(server) >= reports[-1]["events"]
                before = server.accountd_pid()
                os.kill(before, signal.SIGKILL)
                wait_until(lambda: server.accountd_pid() != before, "another process")
                wait_until(lambda: Client(server).ask("GET", "/-/ready", allowed=[502])[0] == 200, "an answer")
        finally:
            enough.set()
        for each in running:
            each.result()
    last = accountctl.verified(server, "--head", reports[0]["head"])
    assert [report["events"] for report in reports] == sorted(report["events"] for report in reports)
    assert last["compared"] is True and last["events"] > reports[0]["events"]
    # An account is there exactly when its event is.
    accounts = {identity for (identity,) in server.rows("SELECT id FROM accounts")}
    assert accounts == {event["account"] for event in accountctl.shown(server, "--event", "account.registered")}
    assert "audit.broken" not in server.log()


def test_a_new_key_signs_after_a_restart_and_everything_earlier_stays_good(start):
    server = start()
    key = server.data / "secret.key"
    session.have_account(server, "anna", "anna@example.com")
    clients = {dialect: dialect.sign_in(server, "anna", PASSWORD) for dialect in ALL}
    first = key.read_text()
    _, listed, _ = accountctl.run(server, "key", "list")
    assert re.fullmatch(r"[0-9a-f]{16}  signs\n", listed)
    status, output, errors = accountctl.run(server, "key", "rotate")
    assert status == 0 and errors.startswith("accountctl: a running accountd signs with the new key after systemctl reload accountd")
    ids = [line.split()[0] for line in output.splitlines()]
    assert output == f"{ids[0]}  signs\n{listed.split()[0]}  verifies\n"
    assert set(first.splitlines()) < set(key.read_text().splitlines()) and key.stat().st_mode & 0o7777 == 0o600
    # No byte of a key in what was said.
    assert not any(line in output + listed + errors for line in key.read_text().splitlines() if len(line) == 64)
    server.stop()

    second = start(ports=server.ports)
    for dialect, client in clients.items():
        assert dialect.read_profile(client)[0] == 200
        dialect.sign_in(second, "anna", PASSWORD)
    assert token.sign_in(second, "anna", PASSWORD).credential == clients[token].credential
    assert accountctl.verified(second)["events"] == 12 == accountctl.verify_by_hand(second)
    used = [bytes(value).hex() for (value,) in second.rows("SELECT key_id FROM audit_events ORDER BY id")]
    assert used == [ids[1]] * 6 + [ids[0]] * 6


@pytest.fixture(scope="module")
def stopped(tmp_path_factory):
    """A server that has stopped, with some events."""
    from running import RunningServer

    server = RunningServer(tmp_path_factory.mktemp("stopped"))
    try:
        server.wait_until_ready()
        session.have_account(server, "anna", None)
        for _ in range(3):
            session.sign_in(server, "anna", PASSWORD)
    finally:
        server.stop()
    return server


@pytest.mark.parametrize(
    "sql, event, text",
    [
        ("UPDATE audit_events SET network = '192.0.2.9' WHERE id = 2", 2, "event 2 was changed"),
        ("DELETE FROM audit_events WHERE id = 3", 3, "event 3 is missing"),
        ("DELETE FROM audit_events WHERE id > 2", 3, "events 3 to 4 are missing"),
        ("DELETE FROM audit_marks WHERE name = 'head'", None, "the head is missing"),
    ])
def test_what_was_tampered_with_is_told_with_its_place_and_status_1(stopped, tmp_path, sql, event, text):
    copy = tmp_path / "accounts.db"
    copy.write_bytes(stopped.database.read_bytes())
    connection = sqlite3.connect(copy)
    for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND name LIKE 'audit%'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute(sql)
    connection.commit()
    connection.close()
    status, _, errors = accountctl.run(stopped, "audit", "verify", "--set", f"store.path={copy}")
    assert status == 1 and errors.startswith(f"accountctl: the audit trail is not as accountd left it: {text}")
    status, output, _ = accountctl.run(stopped, "audit", "verify", "--json", "--set", f"store.path={copy}")
    report = json.loads(output)
    assert (status, report["good"], report["event"]) == (1, False, event) and report["fault"].startswith(text)


def test_a_database_that_is_damaged_is_not_vouched_for(stopped, tmp_path):
    copy = tmp_path / "accounts.db"
    content = bytearray(stopped.database.read_bytes())
    page = content.rindex(b"auth.login.ok") // 4096 * 4096
    content[page : page + 8] = b"\xff" * 8
    copy.write_bytes(content)
    status, output, errors = accountctl.run(stopped, "audit", "verify", "--set", f"store.path={copy}")
    assert (status, output) == (1, "") and errors.startswith("accountctl: the database cannot be read to its end: ")


@pytest.mark.parametrize(
    "arguments, status, text",
    [
        (["audit", "show", "--set", "store.path=/nonexistent/a.db"], 66, "no database at /nonexistent/a.db: "),
        (["audit", "show", "--set", "store.path=/etc/passwd"], 65, "/etc/passwd is no SQLite database"),
        (["audit", "show", "--set", "log.level=loud"], 78, "the configuration is wrong:\n--set log.level: "),
        (["audit", "verify", "--key-file", "/nonexistent/key"], 66, "no key file at /nonexistent/key; where systemd "),
        (["key", "rotate", "--key-file", "/nonexistent/key"], 66, "no key file at /nonexistent/key; where systemd "),
        (["key", "list", "--key-file", "/etc/passwd"], 77, "/etc/passwd may be touched by others (mode 644): chmod 600 "),
        (["key", "rotate", "--key-file", "/run/credentials/accountd.service/secret-key"], 77,
         "/run/credentials/accountd.service/secret-key is systemd's copy of the key, which cannot be changed; "),
    ])
def test_what_keeps_accountctl_from_working_is_explained(stopped, arguments, status, text):
    found, output, errors = accountctl.run(stopped, *arguments)
    assert (found, output) == (status, "") and errors.startswith(f"accountctl: {text}"), errors


def test_a_credential_of_systemd_is_not_rotated(stopped, tmp_path):
    credential = tmp_path / "secret-key"
    credential.write_bytes((stopped.data / "secret.key").read_bytes())
    credential.chmod(0o400)
    environment = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    status, output, errors = accountctl.run(stopped, "key", "rotate", **environment)
    assert (status, output) == (77, "") and "LoadCredential=secret-key:FILE" in errors
    assert credential.read_bytes() == (stopped.data / "secret.key").read_bytes()
    # But read it is, as accountd does.
    status, output, _ = accountctl.run(stopped, "audit", "verify", "--json", **environment)
    assert status == 0 and json.loads(output)["good"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["audit", "show", "--event", "auth.login"], ["audit", "show", "--since", "yesterday"],
        ["audit", "show", "--since", "2026-02-30"], ["audit", "show", "--limit", "-1"], ["audit", "show", "--account", "x"],
        ["audit", "verify", "--head", "12"], ["audit", "verify", "--head", "1:00"], ["key", "burn"], ["--nonsense"],
    ])
def test_a_wrong_command_line_is_status_64(arguments):
    result = subprocess.run([str(accountctl.PROGRAM), *arguments], capture_output=True, text=True, timeout=30)
    assert result.returncode == 64 and result.stdout == "" and "Usage: accountctl" in result.stderr
