"""What another process with access to accountd's socket can do to those who come through nginx: nothing."""

import json
import struct
import time

import pytest

import fastcgi
from dialects import ALL, PASSWORD, session
from fastcgi import Peer, begin, pairs, record, request
from running import RunningServer


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """A server of this file's own, with an account."""
    server = RunningServer(tmp_path_factory.mktemp("peers")).wait_until_ready()
    session.have_account(server, "anna", "anna@example.com")
    yield server
    server.stop()


def assert_service_goes_on(server, seconds):
    """Every dialect signs in and reads its profile, no request slower than `seconds`, none repeated."""
    for dialect in ALL:
        begun = time.monotonic()
        client = dialect.sign_in(server, "anna", PASSWORD)
        assert dialect.read_profile(client)[0] == 200
        assert time.monotonic() - begun < 2 * seconds


def test_the_records_of_these_tests_are_answered_when_they_are_whole(own):
    body = json.dumps({"username": "anna", "password": PASSWORD}).encode()
    status, _, answer = fastcgi.answer(own, "POST", "/api-token-auth/", body, key=own.gateway_key())
    assert status == 200 and list(answer) == ["token"]


def test_a_thousand_half_open_connections_stop_nobody(own):
    killed = own.accountd_pid()
    peers = [Peer(own).send(begin()) for _ in range(1000)]
    try:
        assert_service_goes_on(own, 5)
        assert_service_goes_on(own, 5)
    finally:
        for peer in peers:
            peer.close()
    assert own.accountd_pid() == killed
    assert_service_goes_on(own, 5)


HALF = [
    b"\x01",
    begin()[:7],
    begin() + record(fastcgi.PARAMS, pairs({"REQUEST_METHOD": "GET"})),
    begin() + record(fastcgi.PARAMS, b"", length=1000),
    request("POST", "/core/login/", b"{}" * 100)[:-60],
]


def test_requests_that_stop_anywhere_stop_nobody(own):
    peers = [Peer(own).send(HALF[number % len(HALF)]) for number in range(500)]
    try:
        assert_service_goes_on(own, 5)
    finally:
        for peer in peers:
            peer.close()


LENGTHS = [(0x40000000, 0x40000000), (0x3FFFFFFF, 0x3FFFFFFF), (0x7FFFFFFE, 0x7FFFFFFE), (0x7FFFFFFE, 0)]


@pytest.mark.parametrize("name, value", LENGTHS, ids=[f"{name:#x}+{value:#x}" for name, value in LENGTHS])
def test_lengths_near_the_end_of_the_integers_end_only_their_own_connection(own, name, value):
    before = own.accountd_pid()
    content = struct.pack("!II", name | 1 << 31, value | 1 << 31) + b"REQUEST_METHODGET"
    text = begin() + record(fastcgi.PARAMS, content) + record(fastcgi.PARAMS) + record(fastcgi.STDIN)
    assert Peer(own).send(text).rest() == b""
    own.log_line("fastcgi.protocol_error", "malformedParameters")
    assert_service_goes_on(own, 5)
    assert own.accountd_pid() == before


STRANGE = {
    "another protocol": b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "zeros": bytes(64),
    "another version": record(fastcgi.BEGIN, struct.pack("!HB5x", 1, 1), version=2),
    "a question about the server": record(fastcgi.GET_VALUES, pairs({"FCGI_MAX_CONNS": ""}), request=0),
    "a role that is not served": begin(role=2),
    "a body before the head": begin() + record(fastcgi.STDIN, b"{}"),
    "parameters without a request": record(fastcgi.PARAMS, pairs({"REQUEST_METHOD": "GET"})),
    "two requests at once": begin() + record(fastcgi.BEGIN, struct.pack("!HB5x", 1, 1), request=2),
    "a request taken back": begin() + record(fastcgi.ABORT),
    "a head without an end": begin() + record(fastcgi.PARAMS, bytes(65535)) * 2,
}


@pytest.mark.parametrize("what", STRANGE)
def test_strange_records_end_only_their_own_connection(own, what):
    before = own.accountd_pid()
    for _ in range(20):
        peer = Peer(own)
        try:
            peer.send(STRANGE[what])
        except (BrokenPipeError, ConnectionResetError):
            pass
        assert peer.rest() == b""
    own.log_line("fastcgi.protocol_error")
    assert_service_goes_on(own, 5)
    assert own.accountd_pid() == before


@pytest.mark.parametrize("value", ["", "/", "/index.php", "/core/login/\n", "x" * 5000])
def test_a_path_of_php_and_what_a_client_could_put_into_it_count_for_nothing(own, value):
    """PATH_INFO is where CVE-2019-11043 began; the path that routes is nginx's normalised one."""
    for name in ["PATH_INFO", "SCRIPT_NAME", "REQUEST_URI", "SCRIPT_FILENAME", "PATH_TRANSLATED", "DOCUMENT_ROOT"]:
        answer = fastcgi.answer(own, "GET", "/-/live", key=own.gateway_key(), **{name: value})
        assert answer[::2] == (200, {"detail": "ok"}), name
