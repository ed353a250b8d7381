"""What leaves the machine: every route by every method, and what nginx answers by itself, says nothing of the software's version,
may be kept by nobody and is taken for nothing but what it is."""

import itertools
import os
import re
import signal
import socket
from pathlib import Path

import pytest

from client import COMMON_HEADERS, Client, parse, raw
from dialects import ALL, PASSWORD, session
from running import PROJECT, wait_until

ROUTES = (PROJECT / "Tests" / "DialectsTests" / "Snapshots" / "routes.txt").read_text().splitlines()[1:]
PATHS = sorted({line.split()[2] for line in ROUTES})
METHODS = ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "TRACE", "BREW", "DELETE"]
SAID_ONCE = ["X-Content-Type-Options", "Cache-Control", "Strict-Transport-Security", "Content-Type", "Server"]
# Numbers of versions, and names beside nginx's own of what this is made of.
TELLING = re.compile(
    r"(?i)nginx/|\d+\.\d+\.\d+|swift|sqlite|openssl|fastcgi|accountd|django|debian|/tmp|0x[0-9a-f]{6}|" + re.escape(str(PROJECT)))


def assert_safe(status, headers, body, where):
    """What is true of every answer, whoever gives it; `headers` in a form that keeps repeated ones."""
    for name in SAID_ONCE:
        assert len(headers.get_all(name) or []) <= 1, (where, name, headers.get_all(name))
    assert headers["X-Content-Type-Options"] == "nosniff", (where, status)
    assert headers["Cache-Control"] == "no-store", (where, status)
    assert headers["Strict-Transport-Security"] == COMMON_HEADERS["Strict-Transport-Security"], (where, status)
    assert headers["Server"] == "nginx", where
    for name in ["X-Powered-By", "Via", "X-AspNet-Version", "Date-Modified"]:
        assert headers[name] is None, (where, name)
    told = "\n".join(f"{name}: {value}" for name, value in headers.items() if name.lower() != "x-request-id")
    assert not TELLING.search(told), (where, told)
    assert not TELLING.search(body), (where, body)


def answers(server, texts):
    """What each of these requests gets over a TLS connection of its own."""
    for where, text in texts:
        status, headers, body = raw(server, text.encode("latin-1"), allowed=(501, 503, 505))
        yield where, status, headers, "" if body is None else str(body)


def text(method, path, *headers, body=""):
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", "Connection: close", *headers]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join(lines) + "\r\n\r\n" + body


@pytest.mark.parametrize("dialect", ALL, ids=repr)
def test_every_route_by_every_method_says_what_is_safe_and_no_more(server, name, dialect):
    """Signed in and not, with a body and without; what reads comes first, so that the credential lives until then."""
    session.have_account(server, name, f"{name}@example.com")
    client = dialect.sign_in(server, name, PASSWORD)
    ((id, digits),) = server.rows(f"SELECT id, lower(hex(uuid)) FROM accounts WHERE username = '{name}'")
    uuid = "-".join([digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]])
    credential = client.session.headers.get("Authorization")
    own = [f"Authorization: {credential}"] if credential else [f"Cookie: sessionid={client.credential}"]
    own_routes = [line.split() for line in ROUTES if line.split()[0] == repr(dialect).lower()]
    paths = sorted({route[2] for route in own_routes})
    assert paths

    def all_texts():
        for method, path in itertools.product(METHODS, paths):
            path = path.replace("{uuid}", uuid).replace("{id}", str(id)).replace("{number}", str(id))
            for headers in [own, []]:
                for body in ["", "{}", "{"] if method not in ("GET", "HEAD", "TRACE") else [""]:
                    yield (method, path, bool(headers), body), text(method, path, *headers, body=body)

    statuses = set()
    for where, status, headers, body in answers(server, all_texts()):
        statuses.add(status)
        assert_safe(status, headers, body, where)
    # The crawl was no row of refusals alone.
    assert 200 in statuses and 405 in statuses and statuses & {401, 403} and 400 in statuses


NGINX = {
    "400": ("GET /%00 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 400),
    "400, no request": ("\x16\x03\r\n\r\n", 400),
    "400, headers too large": (f"GET / HTTP/1.1\r\nHost: localhost\r\nX: {'x' * 9_000}\r\n\r\n", 400),
    "404": (text("GET", "/nothing"), 404),
    "404 of an error page": (text("GET", "/-/error/500"), 404),
    "404 of a folder of error pages": (text("GET", "/-/error/"), 404),
    "404 of a picture": (text("GET", "/media/" + "a" * 2 + "0" * 30 + ".jpg"), 404),
    "404 of media": (text("GET", "/media/"), 404),
    "405": (text("TRACE", "/core/login/"), 405),
    "404 of a picture that is posted": (text("POST", "/media/" + "a" * 31 + ".jpg"), 404),
    "405 of a picture": (text("PUT", "/media/" + "a" * 32 + ".jpg", body="{}"), 405),
    "413": (text("POST", "/core/login/", "Content-Length: 100000000"), 413),
    "413 of a picture": (text("POST", "/media/" + "a" * 32 + ".jpg", "Content-Length: 100000000"), 413),
    "414": (text("GET", "/" + "x" * 9_000), 414),
    "505": ("GET / HTTP/9.9\r\nHost: localhost\r\nConnection: close\r\n\r\n", 505),
    "501": (text("POST", "/core/login/", "Transfer-Encoding: gzip"), 501),
}


@pytest.mark.parametrize("which", NGINX)
def test_what_nginx_answers_by_itself_is_as_safe(server, which):
    request, expected = NGINX[which]
    (_, status, headers, body), = answers(server, [(which, request)])
    assert status == expected
    assert_safe(status, headers, body, which)


def test_what_nginx_answers_without_tls_tells_no_version_either(server):
    """Plain HTTP on the port of TLS, and the server that sends everybody to HTTPS."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(text("GET", "/core/profile/").encode())
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    status, headers, body = parse(received)
    assert status == 400
    assert_safe(status, headers, body.decode(), "plain HTTP")
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(20)
        connection.connect(str(Path(server.socket_path()).parent / "http.sock"))
        connection.sendall(text("GET", "/core/profile/").encode())
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    status, headers, body = parse(received)
    assert (status, headers["Location"], headers["Server"]) == (301, "https://localhost/core/profile/", "nginx")
    assert not TELLING.search(body.decode())


def test_what_nginx_answers_while_accountd_is_away_is_as_safe(start):
    server = start()
    os.kill(server.process.pid, signal.SIGSTOP)
    try:
        os.kill(server.accountd_pid(), signal.SIGKILL)
        wait_until(lambda: Client(server).ask("GET", "/-/live", allowed=[502])[0] == 502, "502")
        for path in PATHS:
            status, headers, body = raw(server, text("GET", path).encode(), allowed=(502,))
            assert status == 502
            assert_safe(status, headers, str(body), path)
    finally:
        os.kill(server.process.pid, signal.SIGCONT)


def test_a_picture_is_taken_for_nothing_else_and_its_neighbours_stay_hidden(server):
    for path in ["/media../accounts.db", "/media/../accounts.db", "/media/..%2faccounts.db", "/media/.incoming/x",
                 "/api/user/media../secret.key", "/media/aa/" + "a" * 32 + ".jpg", "/media/" + "a" * 32 + ".jpg%00.png"]:
        (_, status, headers, body), = answers(server, [(path, text("GET", path))])
        assert status in (400, 404), path
        assert_safe(status, headers, body, path)
