"""What happens between a client and accountd: paths, methods, sizes, headers that lie, and answers that nginx makes itself."""

import os
import re
import signal
import subprocess

import pytest

from client import COMMON_HEADERS, Client, Matching, raw
from dialects import ALL, PASSWORD, jwt, session, token
from running import wait_until

NOT_FOUND = {"detail": "Not found."}
ABSENT = {"detail": "Authentication credentials were not provided."}
HOST = "Host: localhost\r\nConnection: close\r\n"


def plain(server, method, path, headers="", body="", **options):
    """A request byte for byte, its body with the length it has."""
    length = f"Content-Length: {len(body.encode())}\r\n" if body else ""
    text = f"{method} {path} HTTP/1.1\r\n{HOST}{headers}{length}\r\n{body}"
    return raw(server, text.encode(), **options)


@pytest.fixture
def account(server, name):
    """A signed-in account of Token's API."""
    token.have_account(server, name, f"{name}@example.com")
    client = token.sign_in(server, name, PASSWORD)
    client.profile = token.profile(name, f"{name}@example.com", "")
    return client


@pytest.mark.parametrize(
    "path",
    ["/", "/core", "/core/", "/auth", "/user", "/api/user", "/api/v1", "/-", "/nothing/here/", "/favicon.ico", "/CORE/PROFILE/", "/core/profile/x/", "/core/profile//x",
     "/auth/", "/auth/users/me/x", "/user/", "/user/x/", "/api/", "/api/v1/", "/api/user/", "/api-token-authx/",
     "/create_userx", "/create_user/x", "/.well-known/acme-challenge/x", "/-/", "/-/nothing", "/-/error/404",
     "/.env", "/core/profile.json", "/core/%2e%2e/nothing", "/a%0d%0aX:1/b", "/%ff", "/a?b=%ff"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_unknown_path_is_answered_404_as_json(server, method, path):
    status, headers, body = plain(server, method, path)
    assert (status, body) == (404, NOT_FOUND)
    assert headers["Strict-Transport-Security"] == "max-age=63072000"


ALLOWED = {
    "/core/signup/": "POST, OPTIONS", "/core/login/": "POST, OPTIONS",
    "/auth/users/": "GET, POST, HEAD, OPTIONS", "/auth/token/login/": "POST, OPTIONS",
    "/create_user/": "POST, OPTIONS", "/obtain_token/": "POST, OPTIONS",
    "/api/user/register/": "POST, OPTIONS", "/api/user/refresh/": "POST, OPTIONS",
    "/api/v1/users/": "POST, OPTIONS", "/api-token-auth/": "POST, OPTIONS",
}


@pytest.mark.parametrize("path, allowed", ALLOWED.items())
def test_a_wrong_method_is_answered_405_with_those_that_are_right(server, account, path, allowed):
    sent = [method for method in ["GET", "PUT", "PATCH", "DELETE", "BREW"] if method not in allowed]
    for method in sent:
        response = account.send(method, path)
        assert (response.status_code, response.json()) == (405, {"detail": f'Method "{method}" not allowed.'})
        assert response.headers["Allow"] == allowed
        for each in [path, path.rstrip("/")]:
            assert account.send("OPTIONS", each).headers["Allow"] == allowed


def test_trace_and_connect_are_refused_by_nginx_as_json(server):
    assert plain(server, "TRACE", "/core/login/")[::2] == (405, {"detail": "Method not allowed."})
    status, _, body = plain(server, "CONNECT", "localhost:443")
    assert (status, body) in [(400, {"detail": "Bad request."}), (405, {"detail": "Method not allowed."})]


def test_paths_answer_with_and_without_the_final_slash(server, name, account):
    for path in ["/api/v1/users/me", "/api/v1/users/me/", "//api/v1//users/me/", "/api/v1/x/../users/./me/"]:
        status, _, body = plain(
            server, "GET", path, f"Authorization: Token {account.credential}\r\n")
        assert (status, body) == (200, account.profile), path
    sent = {"username": name, "password": PASSWORD}
    for path in ["/core/login", "/core/login/"]:
        assert Client(server).ask("POST", path, sent) == (200, sent)


@pytest.mark.parametrize(
    "request_line",
    ["GET /core/profile%00/ HTTP/1.1", "GET /%00 HTTP/1.1", "GET /../x HTTP/1.1",
     "GET /%2e%2e/etc/passwd HTTP/1.1", "GET /%zz HTTP/1.1", "GET x HTTP/1.1", "GET /x HTTP/1.x"])
def test_a_path_that_is_none_is_answered_400_as_json(server, request_line):
    status, _, body = raw(server, f"{request_line}\r\n{HOST}\r\n".encode())
    assert (status, body) == (400, {"detail": "Bad request."})


@pytest.mark.parametrize(
    "headers",
    ["Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", "Content-Length: 2\r\nContent-Length: 3\r\n",
     "Content-Length: -1\r\n", "Content-Length: 2, 2\r\n", "Host: evil.example\r\n",
     "Authorization: Token a\r\nAuthorization: Token b\r\n", "X: \0\r\n"])
def test_a_request_that_could_be_read_in_two_ways_is_answered_400_as_json(server, headers):
    status, _, body = raw(server, f"POST /core/login/ HTTP/1.1\r\n{HOST}{headers}\r\n{{}}".encode())
    assert (status, body) == (400, {"detail": "Bad request."})


@pytest.mark.parametrize("dialect", ALL, ids=repr)
@pytest.mark.parametrize("size", [65_536, 6_400_000], ids=["accountd's limit of JSON", "nginx's limit"])
def test_a_body_over_a_limit_is_answered_413_as_json(server, dialect, size):
    client = Client(server)
    sent = {dialect.login_field: "anna", "password": "x" * size}
    assert client.ask("POST", dialect.login_path, sent) == (413, {"detail": "Request body is too large."})
    sent["password"] = "x" * 65_000
    assert client.ask("POST", dialect.login_path, sent) == dialect.wrong


def test_curl_gets_413_over_http_2_as_well(server, tmp_path):
    large = tmp_path / "large"
    large.write_bytes(bytes(7_000_000))
    arguments = ["--http2", "--data-binary", f"@{large}", "--output", str(tmp_path / "answer")]
    result = subprocess.run(
        ["curl", "--silent", "--cacert", server.certificate, server.url("/core/login/"), *arguments,
         "--write-out", "%{http_code} %{content_type} %{http_version}"],
        capture_output=True, text=True, timeout=30)
    assert result.stdout == "413 application/json 2"
    assert (tmp_path / "answer").read_text() == '{"detail":"Request body is too large."}'


def test_a_chunked_body_is_read(server, name, account):
    body = f'{{"username": "{name}", "password": "{PASSWORD}"}}'.encode()
    pieces = b"".join(b"%x\r\n%b\r\n" % (len(body[i : i + 7]), body[i : i + 7]) for i in range(0, len(body), 7))
    head = f"POST /api-token-auth/ HTTP/1.1\r\n{HOST}Content-Type: application/json\r\n"
    status, _, answer = raw(server, head.encode() + b"Transfer-Encoding: chunked\r\n\r\n" + pieces + b"0\r\n\r\n")
    assert (status, answer) == (200, {"token": account.credential})


@pytest.mark.parametrize("body", [b"{", b"[1]", b"\xff", b'{"username": NaN}', b"[" * 10_000])
@pytest.mark.parametrize("dialect", ALL, ids=repr)
def test_a_body_that_is_no_json_object_is_refused_as_json(server, dialect, body):
    response = Client(server).send(
        "POST", dialect.login_path, data=body, headers={"Content-Type": "application/json"})
    assert response.status_code == (401 if dialect is jwt and body == b"[1]" else 400)
    assert list(response.json()) in [["detail"], ["non_field_errors"], ["error"]]


def test_a_body_of_another_type_is_answered_415(client):
    answer = client.ask("POST", "/core/login/", data=b"x", headers={"Content-Type": "text/plain"})
    assert answer == (415, {"detail": 'Unsupported media type "text/plain" in request.'})


VARYING = {"Date", "X-Request-ID"}


@pytest.mark.parametrize("path", ["/api/v1/users/me/", "/auth/users/me/", "/-/live", "/nothing", "/core/profile/"])
def test_head_is_get_without_the_body(account, path):
    get, head = account.send("GET", path), account.send("HEAD", path)
    assert head.content == b"" and get.content != b""
    assert head.status_code == get.status_code
    for each in [get, head]:
        assert all(each.headers.pop(name, True) for name in VARYING)
    assert head.headers == get.headers


def test_every_answer_of_accountd_carries_the_headers_of_safety(server, account):
    for response in [
        account.send("GET", "/api/v1/users/me/"), account.send("GET", "/api/v1/nothing/"),
        account.send("PUT", "/api-token-auth/"), account.send("OPTIONS", "/api/v1/users/me/"),
        Client(server).send("GET", "/core/profile/"), Client(server).send("POST", "/core/login/", {}),
    ]:
        assert COMMON_HEADERS.items() <= response.headers.items(), response.headers
        assert response.headers["Server"] == "nginx"
        assert Matching("[0-9a-f]{32}") == response.headers["X-Request-ID"]


def test_an_answer_carries_the_id_under_which_it_is_logged(server, name):
    response = Client(server).send(
        "POST", "/core/login/", {"username": name, "password": "wrong-pass-1"}, headers={"X-Request-ID": "f" * 32})
    assert response.status_code == 403
    number = response.headers["X-Request-ID"]
    assert number != "f" * 32
    line = server.log_line(f"id={number}")
    assert re.fullmatch(rf"\S+ notice auth\.login\.failed ip=127\.0\.0\.1 dialect=session id={number}", line)


def test_no_header_can_forge_the_address_of_a_caller(server, name):
    headers = {
        "X-Forwarded-For": "192.0.2.1", "X-Real-IP": "192.0.2.1", "Forwarded": "for=192.0.2.1",
        "Client-IP": "192.0.2.1", "Remote-Addr": "192.0.2.1", "REMOTE_ADDR": "192.0.2.1"}
    for other in ["X-Forwarded-For", *headers]:
        sent = headers if other == "X-Forwarded-For" else {other: "192.0.2.1"}
        response = Client(server).send(
            "POST", "/core/login/", {"username": name, "password": "wrong-pass-1"}, headers=sent)
        assert response.status_code == 403
        assert " ip=127.0.0.1 " in server.log_line(f"id={response.headers['X-Request-ID']}")
    assert "192.0.2.1" not in server.log()


def test_health_is_told_to_this_machine_only(server):
    for path in ["/-/live", "/-/ready"]:
        for port in server.ports:
            assert Client(server, port).ask("GET", path) == (200, {"detail": "ok"})
        assert Client(server).ask("GET", path, headers={"X-Forwarded-For": "192.0.2.1"})[0] == 200


def test_a_proxy_header_does_no_harm(account):
    headers = {"Proxy": "http://evil.example:3128"}
    assert account.ask("GET", "/api/v1/users/me/", headers=headers) == (200, account.profile)


def test_two_cookie_headers_are_read_as_one(server, name, account):
    client = session.sign_in(server, name, PASSWORD)
    expected = session.profile(name, f"{name}@example.com", "")
    other, own = "Cookie: theme=dark\r\n", f"Cookie: sessionid={client.credential}\r\n"
    for headers in [other + own, own + other]:
        assert plain(server, "GET", "/core/profile/", headers)[::2] == (200, expected)
    assert plain(server, "GET", "/core/profile/", other)[::2] == (403, ABSENT)


def test_a_duplicate_header_that_cannot_be_joined_is_answered_400_as_json(server):
    status, _, body = plain(server, "GET", "/core/profile/", "X-CSRFToken: a\r\nX-CSRFToken: b\r\n")
    assert (status, body) == (400, {"detail": "Bad request."})


def test_the_host_header_decides_nothing(server, name, account):
    authorization = f"Authorization: Token {account.credential}\r\n"
    head = f"GET /api/v1/users/me/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n{authorization}\r\n"
    assert raw(server, head.encode())[::2] == (200, account.profile)
    # An unsafe call with a cookie must come from the site itself, whatever the Host header says that is.
    client = session.sign_in(server, name, PASSWORD)
    cookies = f"Cookie: sessionid={client.credential}; csrftoken={client.cookie('csrftoken')}\r\n"
    csrf = f"X-CSRFToken: {client.cookie('csrftoken')}\r\n"
    referer = "Referer: https://evil.example/\r\n"
    status, _, body = plain(server, "DELETE", "/core/profile/", cookies + csrf + referer)
    assert (status, body) == (403, {
        "detail": "CSRF Failed: Referer checking failed - https://evil.example/ does not match any trusted origins."})


def test_calls_from_other_origins_are_off(server):
    headers = {"Origin": "https://app.example", "Access-Control-Request-Method": "POST"}
    response = Client(server).send("OPTIONS", "/api-token-auth/", headers=headers)
    assert not [name for name in response.headers if name.lower().startswith("access-control-")]


def test_calls_from_a_configured_origin_are_on(start):
    server = start("--set", 'cors.origins=["https://app.example"]')
    headers = {
        "Origin": "https://app.example", "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type"}
    response = Client(server).send("OPTIONS", "/api-token-auth/", headers=headers)
    assert response.headers["Access-Control-Allow-Origin"] == "https://app.example"
    headers["Origin"] = "https://evil.example"
    response = Client(server).send("OPTIONS", "/api-token-auth/", headers=headers)
    assert "Access-Control-Allow-Origin" not in response.headers


def test_nginx_answers_502_as_json_while_accountd_is_away(start):
    server = start()
    # A supervisor that stands still starts nothing again.
    os.kill(server.process.pid, signal.SIGSTOP)
    try:
        os.kill(server.accountd_pid(), signal.SIGKILL)
        away = 502, {"detail": "Service is restarting. Try again."}
        for dialect in ALL:
            client = Client(server)
            client.allowed = [502]
            wait_until(lambda: client.ask("GET", "/-/live") == away, "502")
            assert client.ask("GET", dialect.profile_path) == away
            assert client.ask("POST", dialect.login_path, {dialect.login_field: "anna", "password": "x"}) == away
    finally:
        os.kill(server.process.pid, signal.SIGCONT)
    wait_until(lambda: Client(server).ask("GET", "/-/ready", allowed=[502])[0] == 200, "an answer")


def test_a_flood_of_sign_ins_is_answered_503_with_the_time_to_wait(start):
    from test_same_moment import at_once, connected

    server = start("--set", "server.hash_queue=1", "--set", "server.hash_threads=1")
    token.have_account(server, "anna", None)
    reader = token.sign_in(server, "anna", PASSWORD)
    clients = [connected(server) for _ in range(16)]
    sent = {"username": "anna", "password": "wrong-pass-1"}
    answers = at_once(*[
        lambda client=client: client.send("POST", "/core/login/", sent, allowed=[503]) for client in clients])
    busy = [answer for answer in answers if answer.status_code == 503]
    assert busy and len(busy) < len(answers)
    for answer in answers:
        expected = (503, {"detail": "Service is busy. Try again later."}) if answer in busy else session.wrong
        assert (answer.status_code, answer.json()) == expected
    assert {answer.headers["Retry-After"] for answer in busy} == {"1"}
    assert token.read_profile(reader) == (200, token.profile("anna", "", ""))
