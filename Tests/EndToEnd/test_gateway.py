"""Only nginx is let in: a process that reaches accountd's socket without nginx's key is nobody, and a client cannot send it."""

import grp
import json
import os
import re
import signal
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

import fastcgi
from client import Client
from dialects import ALL, NEW_PASSWORD, PASSWORD, session, token
from fastcgi import request
from running import PROJECT, RunningServer, processes_of_session, wait_until

REFUSED = {"detail": "Not from the gateway."}
NOBODY = 65534


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """A server of this file's own, with an account, whose socket belongs to a group that others are in."""
    group = ["--set", "server.socket_group=www-data"] if os.geteuid() == 0 else []
    server = RunningServer(tmp_path_factory.mktemp("gateway"), *group).wait_until_ready()
    session.have_account(server, "anna", "anna@example.com")
    server.token = token.sign_in(server, "anna", PASSWORD).credential
    yield server
    server.stop()


def dump(server):
    """All that the database says."""
    connection = sqlite3.connect(f"file:{server.database}?mode=ro", uri=True)
    try:
        # A forged request is itself worth an event; whoever floods makes no more than one a second.
        return [line for line in connection.iterdump() if "audit_" not in line]
    finally:
        connection.close()


def requests_of_an_intruder(server):
    """What somebody would send who wants in, each with an address that is not his."""
    by_token = {"HTTP_AUTHORIZATION": f"Token {server.token}"}
    anna = {"username": "anna", "password": PASSWORD}
    wrong = {"username": "anna", "password": "wrong-pass-1"}
    new = {"username": "mallory", "password": NEW_PASSWORD, "password_repeat": NEW_PASSWORD}
    for method, path, body, more in [
        ("GET", "/-/ready", None, {}), ("GET", "/auth/users/me/", None, by_token),
        ("POST", "/core/login/", anna, {}), ("POST", "/core/login/", wrong, {}),
        ("POST", "/api-token-auth/", anna, {}), ("POST", "/core/signup/", new, {}),
        ("POST", "/api/v1/users/", new, {}), ("PATCH", "/api/v1/users/me/", {"first_name": "Mallory"}, by_token),
        ("POST", "/auth/token/logout/", {}, by_token), ("DELETE", "/auth/users/me/", {"current_password": PASSWORD}, by_token),
    ]:
        text = json.dumps(body).encode() if body is not None else b""
        for address in ["127.0.0.1", "192.0.2.7", "2001:db8::7"]:
            yield request(method, path, text, REMOTE_ADDR=address, **more)


KEYS = [{}, {"ACCOUNTD_GATEWAY_KEY": ""}, {"ACCOUNTD_GATEWAY_KEY": "0" * 64}, {"HTTP_ACCOUNTD_GATEWAY_KEY": None}]


@pytest.mark.parametrize("forged", KEYS, ids=["none", "empty", "another", "as a header"])
def test_a_peer_without_the_key_is_answered_403_as_json(own, forged):
    forged = {name: own.gateway_key() if value is None else value for name, value in forged.items()}
    for method, path in [("GET", "/core/profile/"), ("POST", "/core/login/"), ("GET", "/-/live"), ("OPTIONS", "/x")]:
        status, head, body = fastcgi.answer(own, method, path, b"{}" if method == "POST" else b"", **forged)
        assert (status, body) == (403, REFUSED)
        assert "Cache-Control: no-store" in head and "X-Content-Type-Options: nosniff" in head
        assert own.gateway_key() not in head
    assert fastcgi.answer(own, "GET", "/-/live", key=own.gateway_key())[::2] == (200, {"detail": "ok"})


INTRUDER = """
import socket, sys
for text in sys.stdin.read().split():
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(20)
        connection.connect(sys.argv[1])
        connection.sendall(bytes.fromhex(text))
        received = b""
        while block := connection.recv(65536):
            received += block
    print(received.hex())
"""


def intrude(server, requests, **identity):
    """What a process of another user gets for requests of its own making."""
    return subprocess.run(
        ["/usr/bin/python3", "-c", INTRUDER, server.socket_path()], input="\n".join(each.hex() for each in requests),
        capture_output=True, text=True, timeout=60, extra_groups=[], cwd="/", **identity)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can start a process as another user")
def test_a_process_of_another_user_in_the_sockets_group_cannot_pose_as_nginx(own):
    os.chmod(Path(own.socket_path()).parent, 0o711)
    requests = list(requests_of_an_intruder(own))
    before = dump(own)
    outside = intrude(own, requests, user=NOBODY, group=NOBODY)
    assert outside.returncode == 1 and "PermissionError" in outside.stderr
    inside = intrude(own, requests, user=NOBODY, group=grp.getgrnam("www-data").gr_gid)
    assert inside.returncode == 0, inside.stderr
    answers = [fastcgi.output(bytes.fromhex(line)) for line in inside.stdout.split()]
    assert len(answers) == len(requests)
    for answer in answers:
        head, _, body = answer.partition(b"\r\n\r\n")
        assert head.startswith(b"Status: 403 ") and json.loads(body) == REFUSED
    assert dump(own) == before
    assert_no_trace(own, before)


def test_a_process_of_the_same_user_cannot_either(own):
    before = dump(own)
    for text in requests_of_an_intruder(own):
        assert fastcgi.output(fastcgi.Peer(own).send(text).rest()).startswith(b"Status: 403 ")
    assert_no_trace(own, before)


def assert_no_trace(server, before):
    """Nothing was written and nobody has to wait; the only line says that somebody tried."""
    assert dump(server) == before
    server.log_line("warning gateway.refused claimed_address=")
    for address in ["192.0.2.7", "2001:db8::7"]:
        assert f" ip={address}" not in server.log()
    for dialect in ALL:
        assert dialect.read_profile(dialect.sign_in(server, "anna", PASSWORD))[0] == 200


def test_a_flood_of_such_requests_makes_a_line_a_second(own):
    def lines():
        return [line for line in own.log().splitlines() if " gateway.refused " in line]

    before, begun = len(lines()), time.monotonic()
    for _ in range(400):
        assert fastcgi.answer(own, "GET", "/-/live")[0] == 403
    assert len(lines()) - before <= time.monotonic() - begun + 2
    # The next one after the second says how many there were.
    def tells():
        fastcgi.answer(own, "GET", "/-/live")
        return sum(int(re.search(r" count=(\d+) ", line).group(1)) for line in lines()[before:]) >= 400

    wait_until(tells, "a line that counts them")


def test_a_client_cannot_send_the_key(own):
    key = own.gateway_key()
    for name in ["Accountd-Gateway-Key", "ACCOUNTD_GATEWAY_KEY", "HTTP_ACCOUNTD_GATEWAY_KEY", "accountd-gateway-key"]:
        for value in [key, "wrong", ""]:
            headers = {"Authorization": f"Token {own.token}", name: value}
            assert Client(own).ask("GET", "/api/v1/users/me/", headers=headers)[0] == 200
    for query in [f"?ACCOUNTD_GATEWAY_KEY={'0' * 64}", "?accountd_gateway_key="]:
        assert Client(own).ask("GET", f"/-/live{query}") == (200, {"detail": "ok"})


def nginx_processes(server):
    return {pid for pid, name in processes_of_session(server.process.pid) if name == "nginx"}


def test_a_clients_header_does_not_stand_in_for_a_key_that_nginx_lacks(start):
    server = start()
    key = server.gateway_key()
    (server.data / "nginx-gateway-key.conf").write_text("")
    master, *workers = sorted(nginx_processes(server))
    os.kill(master, signal.SIGHUP)
    wait_until(lambda: not nginx_processes(server) & set(workers), "the end of those who have the key")
    for name in ["Accountd-Gateway-Key", "ACCOUNTD_GATEWAY_KEY", "ACCOUNTD-GATEWAY-KEY", "Http-Accountd-Gateway-Key"]:
        for dialect in ALL:
            assert Client(server).ask("GET", dialect.profile_path, headers={name: key}) == (403, REFUSED)


def test_the_key_is_in_files_of_their_owners_alone_and_stays_the_same(start):
    server = start()
    key = server.gateway_key()
    assert re.fullmatch("[0-9a-f]{64}", key)
    for name in ["gateway.key", "nginx-gateway-key.conf"]:
        assert (server.data / name).stat().st_mode & 0o777 == 0o600
    server.stop()
    again = start(ports=server.ports)
    assert again.gateway_key() == key
    again.stop()
    assert start("--fresh", ports=server.ports).gateway_key() != key


def test_the_key_is_not_part_of_the_apis():
    for path in (PROJECT / "docs" / "openapi").glob("*.json"):
        assert "gateway" not in path.read_text().lower().replace("bad gateway", "")


def test_a_socket_that_everybody_may_open_is_refused(start):
    server = start("--set", "server.socket_mode=0666", ready=False)
    assert server.wait_until_ended() == 1
    assert server.log().startswith('--set server.socket_mode: server.socket_mode is "0666", but takes permission bits in octal')


def test_a_connection_of_a_peer_without_the_key_holds_up_nobody(own):
    """Its requests never wait in the lanes, where honest ones would wait behind them."""
    body = json.dumps({"username": "anna", "password": "wrong-pass-1"}).encode()
    peers = [fastcgi.Peer(own) for _ in range(200)]
    try:
        for number, peer in enumerate(peers):
            peer.send(request("POST", "/core/login/", body, REMOTE_ADDR=f"198.51.100.{number}"))
        for dialect in ALL:
            assert dialect.read_profile(dialect.sign_in(own, "anna", PASSWORD))[0] == 200
        for peer in peers:
            assert fastcgi.output(peer.rest()).startswith(b"Status: 403 ")
    finally:
        for peer in peers:
            peer.close()
    assert "request.busy" not in own.log()
