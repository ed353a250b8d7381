"""accountctl user, session, token, ban: beside the running daemon, which keeps writing alone, and on the files while it is stopped."""

import json
import os
import pty
import re
import select
import signal
import subprocess
import threading

import pytest

import accountctl
from client import Client
from dialects import ALL, PASSWORD, djoser, session, token
from running import wait_until
from test_credentials_end import held_by


def ask(server, *arguments, status=0, text=None):
    """What a run printed, as JSON lines where it is that."""
    command = [str(accountctl.PROGRAM), *arguments, "--config", str(server.data / "accountd.conf")]
    result = subprocess.run(command, input=text, capture_output=True, text=True, timeout=60)
    assert result.returncode == status, (arguments, result)
    if status:
        return result.stderr
    assert result.stderr == ""
    return [json.loads(line) for line in result.stdout.splitlines()] if "--json" in arguments else result.stdout


def everything(server):
    """What each subcommand does to one account, told by what it prints and by what clients are answered; ids and times left out."""
    told = []

    def tell(*arguments, **options):
        told.append(ask(server, *arguments, **options))

    def times_apart(value):
        if isinstance(value, dict):
            return {key: times_apart(part) for key, part in value.items() if not key.endswith("_at") and key not in ("id", "uuid")}
        if isinstance(value, str):
            return re.sub(r"id \d+", "id N", value)
        return [times_apart(part) for part in value] if isinstance(value, list) else value

    secret = "correct horse battery"
    server.secrets.add(secret)
    tell("user", "add", "olga", "--email", "olga@example.com", "--password-stdin", "--staff", "--json", text=secret + "\n")
    tell("user", "show", "olga@example.com", "--json")
    tell("user", "set", "olga", "--first-name", "Olga", "--email", "", "--no-staff", "--json")
    tell("user", "list", "--match", "OLGA", "--json")
    tell("user", "passwd", "olga", "--password-stdin", text=secret + "!\n")
    server.secrets.add(secret + "!")
    tell("session", "list", "olga", "--json")
    tell("token", "revoke", "olga", "--json")
    tell("session", "revoke", "olga", "--all", "--json")
    tell("user", "disable", "olga", "--json")
    tell("user", "enable", "olga", "--json")
    exported = ask(server, "user", "export", "olga", "--json")[0]
    told.append(sorted(exported["account"]))
    tell("ban", "list", "--json")
    tell("ban", "lift", "--network", "192.0.2.1")
    tell("user", "add", "OLGA", "--password-stdin", status=65, text="whatever\n")
    tell("user", "show", "nobody", status=66)
    tell("user", "delete", "olga", status=64)
    tell("user", "delete", "olga", "--yes")
    return times_apart(told)


EVENTS = [
    "account.registered", "account.email.changed", "account.changed", "password.changed", "account.disabled", "account.enabled",
    "account.exported", "limits.lifted", "account.deleted",
]


def test_a_running_daemon_and_its_files_are_worked_on_alike(start):
    server = start(limits=True)
    online = everything(server)
    assert "admin.request" in server.log() and "correct horse" not in server.log()
    server.stop()
    assert everything(server) == online
    assert [event["event"] for event in accountctl.shown(server)] == EVENTS * 2
    assert accountctl.verified(server)["events"] == 2 * len(EVENTS)
    # And accountd starts on what was left.
    assert Client(start()).ask("GET", "/-/ready")[0] == 200


def test_what_an_administrator_changes_counts_at_the_next_request_of_every_dialect(start):
    server = start()
    session.have_account(server, "anna", "anna@example.com")
    held = held_by(server, "anna")
    listed = ask(server, "session", "list", "anna", "--json")
    assert sorted({row["kind"] for row in listed}) == ["cookie", "signed-token", "token", "token-pair"]
    assert ask(server, "session", "revoke", "anna", "--all", "--json") == [{"revoked": len(listed)}]
    assert {each.name: each.use()[0] for each in held if each.use()[0] not in (401, 403)} == {}
    assert ask(server, "session", "list", "anna") == ""
    held = held_by(server, "anna")
    ask(server, "user", "passwd", "anna", "--password-stdin", text=PASSWORD + "\n")
    assert {each.name: each.use()[0] for each in held if each.use()[0] not in (401, 403)} == {}
    held = held_by(server, "anna")
    ask(server, "user", "disable", "anna")
    assert {each.name: each.use()[0] for each in held if each.use()[0] not in (401, 403)} == {}
    for dialect in ALL:
        assert dialect.ask_to_sign_in(server, "anna", PASSWORD) == dialect.wrong
    ask(server, "user", "enable", "anna")
    for dialect in ALL:
        dialect.sign_in(server, "anna", PASSWORD)


def test_who_is_over_a_limit_is_listed_and_let_in(start):
    server = start("--set", 'limits.wrong_passwords_per_account_and_network="1/h, burst 2"', limits=True)
    session.have_account(server, "anna", "anna@example.com")
    answers = [Client(server).ask("POST", "/api-token-auth/", {"username": "anna", "password": "wrong"}, allowed=[429])[0] for _ in range(3)]
    assert answers == [400, 400, 429]
    bans = wait_until(lambda: ask(server, "ban", "list", "--json"), "somebody over a limit")
    assert [(ban["limit"], ban["network"], ban["account"]) for ban in bans] == [("wrong_passwords_per_account_and_network", bans[0]["network"], 1)]
    assert bans[0]["network"] in ("127.0.0.1", "::/64") and 0 < bans[0]["seconds"] <= 3600
    assert ask(server, "ban", "lift", "--account", "anna") == "lifted\n" and ask(server, "ban", "list") == ""
    token.sign_in(server, "anna", PASSWORD)


def test_nobody_but_root_and_the_owner_is_answered(start):
    server = start()
    path = server.data / "admin.sock"
    assert path.stat().st_mode & 0o7777 == 0o600
    # Even where somebody opened it up.
    for folder in server.data.parents:
        if str(folder).startswith("/tmp/"):
            os.chmod(folder, folder.stat().st_mode | 0o055)
    os.chmod(server.data, 0o755)
    os.chmod(path, 0o666)
    program = f"""
import os, socket
os.setgid(65534); os.setuid(65534)
s = socket.socket(socket.AF_UNIX); s.connect({str(path)!r}); s.settimeout(20)
try:
    s.sendall(b'{{"listBans":{{}}}}\\n')
    print(s.recv(100))
except (BrokenPipeError, ConnectionResetError):
    print(b"")
"""
    result = subprocess.run(["python3", "-c", program], capture_output=True, text=True, timeout=60)
    assert (result.stdout, result.stderr) == ("b''\n", "")
    server.log_line("admin.forbidden uid=65534")
    assert ask(server, "ban", "list") == ""


def test_accountctl_waits_for_a_daemon_that_starts_and_never_works_beside_it(start):
    server = start()
    session.have_account(server, "anna", "anna@example.com")
    wrong, done = [], threading.Event()

    def look():
        while not done.is_set():
            command = [str(accountctl.PROGRAM), "user", "show", "anna", "--json", "--config", str(server.data / "accountd.conf")]
            result = subprocess.run(command, capture_output=True, text=True, timeout=60)
            if result.returncode not in (0, 75) or result.returncode == 0 and json.loads(result.stdout)["username"] != "anna":
                wrong.append(result)

    threads = [threading.Thread(target=look) for _ in range(2)]
    for each in threads:
        each.start()
    try:
        for _ in range(4):
            before = server.accountd_pid()
            os.kill(before, signal.SIGKILL)
            wait_until(lambda: server.accountd_pid() != before, "another process")
            wait_until(lambda: Client(server).ask("GET", "/-/ready", allowed=[502, 503])[0] == 200, "an answer", 60)
    finally:
        done.set()
        for each in threads:
            each.join()
    assert wrong == []


def typed(server, lines, *arguments):
    """The status and the output of a run on a terminal on which somebody types."""
    command = [str(accountctl.PROGRAM), *arguments, "--config", str(server.data / "accountd.conf")]
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(command[0], command)
    output = b""
    for prompt, line in lines:
        while prompt not in output:
            assert select.select([terminal], [], [], 30)[0], output
            output += os.read(terminal, 4096)
        os.write(terminal, line + b"\n")
    while True:
        try:
            part = os.read(terminal, 4096)
        except OSError:
            break
        if not part:
            break
        output += part
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), output.decode()


@pytest.mark.parametrize("second, status", [(b"a good password", 0), (b"another", 65)])
def test_a_password_is_asked_for_twice_and_never_shown(start, second, status):
    server = start()
    server.secrets.add("a good password")
    found, output = typed(
        server, [(b"New password: ", b"a good password"), (b"Once more: ", second)], "user", "add", "olga")
    assert found == status and "a good password" not in output and "another" not in output
    assert ask(server, "user", "list") == ("" if status else ask(server, "user", "list", "--match", "olga"))
    if not status:
        djoser.sign_in(server, "olga", "a good password")


def test_a_deletion_on_a_terminal_is_confirmed_by_a_whole_word(start):
    server = start()
    session.have_account(server, "anna", "anna@example.com")
    assert typed(server, [(b"Type yes to go on: ", b"y")], "user", "delete", "anna")[0] == 75
    assert len(server.rows("SELECT id FROM accounts")) == 1
    assert typed(server, [(b"Type yes to go on: ", b"yes")], "user", "delete", "anna")[0] == 0
    assert server.rows("SELECT id FROM accounts") == []
