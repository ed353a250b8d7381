"""What script/server promises to whoever starts it and stops it."""

import os
import signal
import socket
import sqlite3
import subprocess

import pytest

from client import Client
from dialects import ALL, PASSWORD, session, token
from running import PROJECT, SCRIPT, free_ports, processes_of_session, wait_until


def register(server):
    session.have_account(server, "anna", "anna@example.com")


def test_a_restart_keeps_accounts_and_tokens_and_fresh_does_not(start):
    first = start()
    register(first)
    clients = {dialect: dialect.sign_in(first, "anna", PASSWORD) for dialect in ALL}
    first.stop()

    second = start(ports=first.ports)
    for dialect, client in clients.items():
        assert dialect.read_profile(client)[0] == 200
        dialect.sign_in(second, "anna", PASSWORD)
    assert token.sign_in(second, "anna", PASSWORD).credential == clients[token].credential
    second.stop()

    third = start("--fresh")
    for dialect in ALL:
        assert dialect.ask_to_sign_in(third, "anna", PASSWORD) == dialect.wrong
    register(third)


def test_fresh_removes_no_folder_that_is_not_its_own(start, tmp_path):
    kept = tmp_path / "own" / "data" / "letter"
    kept.parent.mkdir(parents=True)
    kept.write_text("Dear Anna")
    server = start("--fresh", ready=False)
    assert server.wait_until_ended() == 1
    assert server.log() == f"server: {server.data} was not made by script/server: not removed\n"
    assert kept.read_text() == "Dear Anna"


def assert_nothing_is_left(server):
    assert not (server.data / "accountd.pid").exists()
    assert not os.path.exists(os.path.dirname(server.socket_path()))
    for port in server.ports:
        with socket.socket() as connection:
            assert connection.connect_ex(("127.0.0.1", port)) != 0


@pytest.mark.parametrize("way", ["control C", "a signal to the script alone"])
def test_stopping_leaves_no_process_behind(start, way):
    server = start()
    # What prints the word "ready" is a process too, and may still be ending when the word has been read.
    wait_until(
        lambda: {name for _, name in processes_of_session(server.process.pid)} == {"bash", "accountd", "nginx"},
        "bash, accountd and nginx alone")
    server.press_control_c() if way == "control C" else server.terminate()
    assert server.wait_until_ended() == 0
    assert_nothing_is_left(server)
    assert "daemon.stopped drained=true" in server.log()
    assert "starting it again" not in server.log()


def test_stopping_while_it_starts_leaves_no_process_behind(start):
    for number, name in enumerate(["bash", "accountd", "nginx", "curl"]):
        server = start(ready=False, folder=f"own{number}")
        wait_until(
            lambda: server.process.poll() is not None
            or name in {name for _, name in processes_of_session(server.process.pid)}, name)
        server.press_control_c()
        # Before its traps are set the signal itself ends bash, which Python gives as a negative number.
        assert server.wait_until_ended() in (0, 130, -signal.SIGINT)


def test_an_unfinished_request_does_not_hold_up_the_stop(start):
    server = start()
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(b"\x16\x03\x01")
        server.terminate()
        assert server.process.wait(5) == 0
    assert server.wait_until_ended() == 0


@pytest.mark.parametrize("which", [0, 1], ids=["--port", "--simplejwt-port"])
def test_a_taken_port_is_a_clear_error(start, which):
    ports = free_ports(2)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", ports[which]))
        listener.listen()
        server = start(ports=ports, ready=False)
        assert server.wait_until_ended() == 1
    assert server.log() == (
        f"server: port {ports[which]} is taken; choose another by --port or --simplejwt-port\n")


@pytest.mark.parametrize("options", [[], ["--fresh"]], ids=["as it is", "fresh"])
def test_a_second_server_on_the_same_data_is_refused_and_the_first_goes_on(start, options):
    first = start()
    register(first)
    second = start(*options, ready=False)
    assert second.wait_until_ended() == 1
    assert second.log() == f"server: another script/server uses {first.data}\n"
    assert session.read_profile(session.sign_in(first, "anna", PASSWORD))[0] == 200


@pytest.mark.parametrize(
    "setting, text",
    [
        ("password.passes=0", "--set password.passes: "),
        ("password.pases=2", "--set password.pases: "),
        ("log.level=loud", "--set log.level: "),
        ("server.threads=many", "--set server.threads: "),
        ("nonsense", "--set nonsense: "),
    ])
def test_a_wrong_setting_is_named(start, setting, text):
    server = start("--set", setting, ready=False)
    assert server.wait_until_ended() == 1
    first, last = server.log().splitlines()
    assert first.startswith(text) and len(first) > len(text)
    assert last == "server: accountd did not start"


def test_accountd_does_not_run_with_tables_that_a_client_could_slow_down(start, monkeypatch):
    monkeypatch.setenv("SWIFT_DETERMINISTIC_HASHING", "1")
    server = start(ready=False)
    assert server.wait_until_ended() == 1
    assert server.log().splitlines()[0] == "SWIFT_DETERMINISTIC_HASHING is set: accountd does not run with it"


@pytest.mark.parametrize(
    "arguments, status, text",
    [
        (["--port"], 1, "server: --port needs a value\n"),
        (["--port", "http"], 1, "server: no port number: http\n"),
        (["--port", "70000"], 1, "server: no port number: 70000\n"),
        (["--port", "8010"], 1, "server: the two ports must differ\n"),
        (["--prot", "8443"], 2, "usage: script/server [options]\n"),
    ])
def test_a_wrong_argument_is_explained(arguments, status, text):
    result = subprocess.run([SCRIPT, *arguments], cwd=PROJECT, capture_output=True, text=True, timeout=30)
    assert (result.returncode, result.stdout) == (status, "")
    assert result.stderr.startswith(text)


def test_accountd_that_was_killed_comes_back_and_forgets_nothing(start):
    server = start()
    register(server)
    clients = {dialect: dialect.sign_in(server, "anna", PASSWORD) for dialect in ALL}
    killed = server.accountd_pid()
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: server.accountd_pid() != killed, "another process")
    wait_until(lambda: Client(server).ask("GET", "/-/ready", allowed=[502])[0] == 200, "an answer")
    for dialect, client in clients.items():
        assert dialect.read_profile(client)[0] == 200
    assert "accountd ended with status 137; starting it again\n" in server.log()


def test_another_program_that_writes_to_the_database_costs_no_account(start):
    """SQLite removes the log when the last one closes the database; an accountd without its lock would write on into nothing."""
    server = start()
    register(server)
    for number in range(3):
        with sqlite3.connect(server.database) as connection:
            connection.execute("UPDATE accounts SET days_count = ?", [number])
        connection.close()
        assert (server.data / "accounts.db-wal").exists()
        token.have_account(server, f"boris{number}", None)
    os.kill(server.accountd_pid(), signal.SIGKILL)
    wait_until(lambda: "starting it again" in server.log(), "the next process")
    wait_until(lambda: Client(server).ask("GET", "/-/ready", allowed=[502])[0] == 200, "an answer")
    names = [row[0] for row in server.rows("SELECT username FROM accounts ORDER BY id")]
    assert names == ["anna", "boris0", "boris1", "boris2"]
    for name in names:
        assert token.read_profile(token.sign_in(server, name, PASSWORD))[0] == 200


def test_nginx_that_ended_ends_the_whole_with_an_error(start):
    server = start()
    # In the order of their start: the master, which would replace a worker, goes first.
    for pid in sorted(pid for pid, name in processes_of_session(server.process.pid) if name == "nginx"):
        os.kill(pid, signal.SIGKILL)
    assert server.wait_until_ended() == 1
    assert "server: nginx ended: see " in server.log()
