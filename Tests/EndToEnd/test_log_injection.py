"""Whatever a client sends, it writes no line of a log: one request makes at most so many lines, each whole, none with a word of
the client's own."""

import json
import random
import re

import pytest

from client import HOST_HEADERS, Client, exchange
from dialects import ALL, PASSWORD, session
from log_lines import NGINX, parsed
from running import RunningServer, wait_until

# Lines of accountd that one request may cause.
MOST = 1
FORGED = "2026-01-01T00:00:00.000Z notice auth.login.failed ip=192.0.2.66 dialect=session id=" + "0" * 32
TRAPS = [
    "\n", "\r", "\r\n", "\t", "\x00", "\x0b", "\x0c", "\x1b[2J", "\x1b]0;title\x07", "\x7f", "\x85", "\u2028", "\u2029", "\u202e",
    "\u2066", "\ufeff", "\U000e0041", '"', "'", "\\", "\\n", "=", " ip=192.0.2.66", "%0a", "%0d%0a", "<HOST>", "$(id)", "`id`",
    "{}", "<6>", f"\n{FORGED}\n", f"\r\n<5>{FORGED}", f"accountd[1]: auth.login.failed ip=192.0.2.66", "é", "😀", "x" * 3000]


def hostile(random, most=6):
    """A text of a few traps between ordinary letters."""
    parts = [random.choice([*TRAPS, "anna", "x" * random.randrange(40)]) for _ in range(random.randrange(1, most))]
    return "".join(parts)


def in_a_header(text):
    """A text as far as a client can put it into a header at all."""
    return text.encode().replace(b"\r", b"\\r").replace(b"\n", b" ").replace(b"\0", b"\x01")


def request(random, dialect):
    """A request with a hostile text at one of the places that a client writes."""
    text = hostile(random)
    place = random.choice(["login", "password", "agent", "path", "query", "header", "value", "id", "cookie", "authorization", "type"])
    path, headers = dialect.login_path.encode(), []
    body = {dialect.login_field: "anna", "password": "wrong-pass-1"}
    kind = b"application/json"
    if place == "login":
        body[dialect.login_field] = text
    elif place == "password":
        body["password"] = text
    elif place == "agent":
        headers.append(b"User-Agent: " + in_a_header(text))
    elif place == "path":
        quoted = "".join(f"%{byte:02x}" if byte < 0x21 or byte > 0x7E or byte in b'%?#"' else chr(byte) for byte in text.encode())
        path = b"/core/" + quoted.encode()
    elif place == "query":
        path += b"?q=" + re.sub(rb"[\s#]", b"+", in_a_header(text))
    elif place == "header":
        name = re.sub(rb"[\s:]", b"_", in_a_header(text)) or b"x"
        headers.append(b"X-" + name[:200] + b": 1")
    elif place == "value":
        headers.append(b"X-Forwarded-For: " + in_a_header(text))
    elif place == "id":
        headers.append(b"X-Request-ID: " + in_a_header(text))
    elif place == "cookie":
        headers.append(b"Cookie: sessionid=" + in_a_header(text))
    elif place == "authorization":
        headers.append(b"Authorization: Token " + in_a_header(text))
    elif place == "type":
        kind = b"application/" + in_a_header(text)
    content = json.dumps(body).encode()
    head = [b"POST " + path + b" HTTP/1.1", *HOST_HEADERS, b"Content-Type: " + kind,
            b"Content-Length: %d" % len(content), *headers]
    return b"\r\n".join(head) + b"\r\n\r\n" + content


def lines_after(path, offset):
    content = path.read_bytes()[offset:]
    assert content == b"" or content.endswith(b"\n")
    return content.splitlines()


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """A server of this file's own, whose log nobody else writes to."""
    server = RunningServer(tmp_path_factory.mktemp("log"), "--set", "log.level=debug").wait_until_ready()
    session.have_account(server, "anna", "anna@example.com")
    yield server
    server.stop()


def test_a_client_writes_no_line_of_a_log(own):
    seed = random.randrange(1 << 32)
    generator = random.Random(seed)
    access = own.data / "log" / "nginx-access.log"
    # nginx writes its line after it has answered: those of the requests before are there when this one's is.
    Client(own).ask("GET", "/the-last-before")
    wait_until(lambda: b"/the-last-before " in access.read_bytes(), "nginx's line")
    events = set()
    for number in range(400):
        before, before_access = own.errors.stat().st_size, access.stat().st_size
        sent = request(generator, ALL[number % len(ALL)])
        status = exchange(own, sent)
        where = seed, number, sent
        assert 200 <= status < 500, where
        found = [parsed(line.decode()) for line in lines_after(own.errors, before)]
        assert len(found) <= MOST, (where, found)
        for event, pairs in found:
            events.add(event)
            if keys := [key for key, _ in pairs if key == "ip"]:
                # The address comes first, once, and it is the true one.
                assert keys == ["ip"] and pairs[0] == ("ip", "127.0.0.1"), (where, pairs)
            assert len(" ".join(value for _, value in pairs)) < 600
        wait_until(lambda: access.stat().st_size > before_access, "nginx's line")
        written = lines_after(access, before_access)
        assert len(written) == 1 and NGINX.fullmatch(written[0]), (where, written)
    assert "auth.login.failed" in events
    for path in [own.errors, access, own.data / "log" / "nginx-error.log"]:
        content = path.read_bytes()
        assert not re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", content), (seed, path)
    assert "192.0.2.66" not in own.log()


def test_every_line_of_a_whole_run_parses(own):
    for dialect in ALL:
        client = dialect.sign_in(own, "anna", PASSWORD)
        assert dialect.read_profile(client)[0] == 200
        assert dialect.ask_to_sign_in(own, "anna", "wrong-pass-1") == dialect.wrong
    events = [parsed(line)[0] for line in own.log().splitlines()]
    assert {"daemon.started", "auth.login.ok", "auth.login.failed", "account.registered"} <= set(events)
