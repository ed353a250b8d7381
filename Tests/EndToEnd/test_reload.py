"""SIGHUP: what changes, what stays, and that no request notices."""

import os
import re
import signal
import socket
import sqlite3
import threading

import accountctl
from client import Client
from dialects import ALL, PASSWORD, session, token
from running import processes_of_session, wait_until


def configure(server, *changes):
    """Adds lines such as `[log]` and `level = "debug"` to the configuration file of a server that runs."""
    path = server.data / "accountd.conf"
    path.write_text(path.read_text() + "".join(f"{line}\n" for line in changes))


def hang_up(server, event="daemon.reloaded"):
    """Sends SIGHUP and gives the line that says what came of it."""

    def lines():
        return [line for line in server.log().splitlines() if "daemon.reloaded " in line or "daemon.not_reloaded " in line]

    before = len(lines())
    os.kill(server.accountd_pid(), signal.SIGHUP)
    wait_until(lambda: len(lines()) > before, "a line about the reload")
    line = lines()[before]
    assert event in line, line
    return line


def reload_nginx(server):
    """SIGHUP to nginx's master, which is the first of its processes; returns when new workers have taken over."""
    workers = [pid for pid, name in sorted(processes_of_session(server.process.pid)) if name == "nginx"]
    os.kill(workers[0], signal.SIGHUP)

    def is_over():
        now = [pid for pid, name in sorted(processes_of_session(server.process.pid)) if name == "nginx"]
        return now[0] == workers[0] and len(now) > 1 and not set(now[1:]) & set(workers[1:])

    wait_until(is_over, "new workers of nginx")


class Load:
    """Requests on several connections at once until it ends; every answer must be as expected."""

    def __init__(self, server, ask, count=4, token=None):
        self.answers, self.wrong, self.is_ending = 0, [], False
        self.threads = [
            threading.Thread(target=self.work, args=[Client(server, authorization=token and f"Token {token}"), ask])
            for _ in range(count)]
        for thread in self.threads:
            thread.start()

    def work(self, client, ask):
        while not self.is_ending:
            try:
                answer = ask(client)
            except Exception as error:
                answer = repr(error)
            self.answers += 1
            if answer != 200:
                self.wrong.append(answer)

    def go_on(self, count=40):
        target = self.answers + count
        wait_until(lambda: self.answers >= target or self.wrong, "more answers")

    def end(self):
        self.is_ending = True
        for thread in self.threads:
            thread.join()
        assert self.wrong == []
        return self.answers


def test_reloads_under_load_cost_no_request(start):
    server = start()
    session.have_account(server, "anna", "anna@example.com")
    signed_in = {dialect: dialect.sign_in(server, "anna", PASSWORD) for dialect in ALL}
    load = Load(server, lambda client: client.ask("GET", "/auth/users/me/")[0], 8, signed_in[token].credential)
    file = server.data / "accountd.conf"
    text = file.read_text()
    for number in range(1, 101):
        # With other costs of hashes and other rates everything is made anew.
        file.write_text(f"{text}[password]\npasses = {2 + number % 2}\n[token]\nidle_lifetime = {1000 + number}\n")
        hang_up(server)
        load.go_on(20)
    answers = load.end()
    assert answers > 2000
    print(f"100 reloads, {answers} requests, 0 failed")
    for dialect, client in signed_in.items():
        assert dialect.read_profile(client)[0] == 200


def test_the_gateway_key_is_exchanged_without_one_refused_request(start):
    server = start()
    # A connection for each request: nginx, when it reloads, closes those that wait for another, as HTTP allows it to.
    load = Load(server, lambda client: client.ask("GET", "/-/ready", headers={"Connection": "close"})[0])
    load.go_on()
    file, old, new = server.data / "gateway.key", server.gateway_key(), "n3w-" * 16
    file.write_text(f"{new}\n{old}\n")
    assert hang_up(server).endswith("changed=gateway-key keys=1")
    load.go_on()
    (server.data / "nginx-gateway-key.conf").write_text(f"fastcgi_param ACCOUNTD_GATEWAY_KEY {new};\n")
    reload_nginx(server)
    load.go_on()
    file.write_text(f"{new}\n")
    hang_up(server)
    load.go_on()
    assert load.end() > 160
    assert "gateway.refused" not in server.log()
    # The old key is nobody's now.
    (server.data / "nginx-gateway-key.conf").write_text(f"fastcgi_param ACCOUNTD_GATEWAY_KEY {old};\n")
    reload_nginx(server)
    assert Client(server).ask("GET", "/-/ready")[0] == 403


def test_a_wrong_file_changes_nothing_and_is_named_with_its_line(start):
    server = start()
    session.have_account(server, "anna", "anna@example.com")
    good = (server.data / "accountd.conf").read_text()
    configure(server, "[openapi]", "enabled = true", "[token]", "lifetime = -1")
    line = hang_up(server, "daemon.not_reloaded")
    place = f"{server.data}/accountd.conf:{len(good.splitlines()) + 4}:1: token.lifetime"
    assert " error daemon.not_reloaded " in line and place in line, line
    assert server.log().count("daemon.not_reloaded") == 1
    assert Client(server).ask("GET", "/-/openapi/token.json")[0] == 404
    session.sign_in(server, "anna", PASSWORD)
    (server.data / "accountd.conf").write_text(good + "[openapi]\nenabled = true\n")
    assert hang_up(server).endswith("changed=openapi.enabled keys=1")
    assert Client(server).ask("GET", "/-/openapi/token.json")[0] == 200


def test_options_that_need_a_restart_are_named_and_wait_for_it(start):
    server = start()
    path = server.data / "accountd.conf"
    path.write_text(path.read_text().replace("[store]", "threads = 2\nhash_queue = 7\n[store]"))
    hang_up(server)
    assert "daemon.restart_needed options=server.threads,server.hash_queue\n" in server.log()


def test_what_the_command_line_sets_stays_above_the_file(start):
    server = start("--set", "openapi.enabled=true")
    configure(server, "[openapi]", "enabled = false", "[djoser]", 'users = "self"')
    assert hang_up(server).endswith("changed=djoser.users keys=1")
    assert Client(server).ask("GET", "/-/openapi/token.json")[0] == 200


def test_a_rotated_key_signs_after_a_reload_and_everything_earlier_stays_good(start):
    server = start()
    session.have_account(server, "anna", "anna@example.com")
    clients = {dialect: dialect.sign_in(server, "anna", PASSWORD) for dialect in ALL}
    status, _, errors = accountctl.run(server, "key", "rotate")
    assert status == 0 and "systemctl reload accountd" in errors
    assert hang_up(server).endswith("changed=secret-key keys=2")
    for dialect, client in clients.items():
        assert dialect.read_profile(client)[0] == 200
        assert dialect.read_profile(dialect.sign_in(server, "anna", PASSWORD))[0] == 200
    report = accountctl.verified(server)
    assert report["events"] == accountctl.verify_by_hand(server)


def test_a_reload_keeps_sqlites_locks_on_the_database(start):
    """A file of the database that is opened and closed would give them up, and the next program to close it take the log away."""
    server = start()
    token.have_account(server, "anna", None)
    hang_up(server)
    with sqlite3.connect(server.database) as connection:
        connection.execute("UPDATE accounts SET days_count = 1")
    connection.close()
    assert (server.data / "accounts.db-wal").exists()
    token.have_account(server, "boris", None)
    assert [name for (name,) in server.rows("SELECT username FROM accounts ORDER BY id")] == ["anna", "boris"]


def test_systemd_hears_when_a_reload_begins_and_ends(start, tmp_path, monkeypatch):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(30)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        server = start()
        answering = rb"READY=1\nSTATUS=Answering; [\d,]+ requests?, \d+ signing in, \d+ waiting"
        assert re.fullmatch(answering, manager.recv(4096))
        path = server.data / "accountd.conf"
        path.write_text(path.read_text().replace("[store]", "threads = 2\n[store]"))
        hang_up(server)
        assert re.fullmatch(rb"RELOADING=1\nMONOTONIC_USEC=\d+", manager.recv(4096))
        assert re.fullmatch(answering + rb"; a restart is needed for server\.threads", manager.recv(4096))
        configure(server, "[log]", "level = 1")
        hang_up(server, "daemon.not_reloaded")
        assert manager.recv(4096).startswith(b"RELOADING=1\n")
        assert re.match(answering + rb"; the configuration is wrong, and the earlier one in force: \S+:\d+:1: ", manager.recv(4096))
