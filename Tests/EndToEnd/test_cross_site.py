"""Requests that another site's page could have caused, through nginx: what Django refuses of a signed-in browser, and sign-ins."""

import pytest

from client import Client, raw
from dialects import PASSWORD, session

ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
FAILED = "CSRF Failed: "
HEADER = "CSRF token from the 'X-Csrftoken' HTTP header "


def masked(secret, mask):
    """As Django's `_mask_cipher_secret` does."""
    moved = [ALPHABET[(ALPHABET.index(x) + ALPHABET.index(y)) % len(ALPHABET)] for x, y in zip(secret, mask)]
    return mask + "".join(moved)


@pytest.fixture
def signed_in(server, name):
    session.have_account(server, name, None)
    client = session.sign_in(server, name, PASSWORD)
    client.name = name
    return client


def foreign_origin(origin):
    return f"Origin checking failed - {origin} does not match any trusted origins."


# The headers of a call, in which {port} is the server's, {csrf} the cookie's value and {other} that of another session; None
# stands for a call that is let in, anything else for what it is told.
MATRIX = [
    ({"Origin": "https://localhost:{port}"}, None),
    ({"Referer": "https://localhost:{port}/page"}, None),
    ({"Origin": "null"}, foreign_origin("null")),
    ({"Origin": "https://attacker.example"}, foreign_origin("https://attacker.example")),
    ({"Origin": "https://sub.localhost:{port}"}, foreign_origin("https://sub.localhost:{port}")),
    ({"Origin": "https://localhost:1"}, foreign_origin("https://localhost:1")),
    ({"Origin": "https://localhost"}, foreign_origin("https://localhost")),
    ({"Origin": "http://localhost:{port}"}, foreign_origin("http://localhost:{port}")),
    ({"Origin": "https://attacker.example", "Referer": "https://localhost:{port}/"},
     foreign_origin("https://attacker.example")),
    ({}, "Referer checking failed - no Referer."),
    ({"Referer": "https://attacker.example/"},
     "Referer checking failed - https://attacker.example/ does not match any trusted origins."),
    ({"Referer": "https://localhost:{port}.attacker.example/"},
     "Referer checking failed - https://localhost:{port}.attacker.example/ does not match any trusted origins."),
    ({"Referer": "http://localhost:{port}/"}, "Referer checking failed - Referer is insecure while host is secure."),
    ({"Referer": "localhost"}, "Referer checking failed - Referer is malformed."),
    ({"Origin": "https://localhost:{port}", "X-CSRFToken": None}, "CSRF token missing."),
    ({"Origin": "https://localhost:{port}", "X-CSRFToken": "{masked}"}, None),
    ({"Origin": "https://localhost:{port}", "X-CSRFToken": "{other}"}, HEADER + "incorrect."),
    ({"Origin": "https://localhost:{port}", "X-CSRFToken": "{other_masked}"}, HEADER + "incorrect."),
    ({"Origin": "https://localhost:{port}", "X-CSRFToken": "{csrf}a"}, HEADER + "has incorrect length."),
    ({"Origin": "https://localhost:{port}", "X-CSRFToken": "-" * 32}, HEADER + "has invalid characters."),
]


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_an_unsafe_call_of_a_signed_in_browser_is_let_in_from_its_own_pages_only(server, name, signed_in, method):
    session.have_account(server, f"{name}-other", None)
    other = session.sign_in(server, f"{name}-other", PASSWORD).cookie("csrftoken")
    secret = signed_in.cookie("csrftoken")
    values = {
        "port": server.port, "csrf": secret, "other": other, "masked": masked(secret, "q" * 32),
        "other_masked": masked(other, "q" * 32)}
    for number, (headers, text) in enumerate(MATRIX):
        sent = {"X-CSRFToken": "{csrf}", **headers}
        sent = {key: value.format(**values) for key, value in sent.items() if value is not None}
        answer = signed_in.ask(method, "/core/profile/", {"first_name": f"Anna{number}"}, headers=sent)
        profile = session.read_profile(signed_in)[1]
        if text is not None:
            assert answer == (403, {"detail": FAILED + text.format(**values)}), headers
            assert profile["first_name"] != f"Anna{number}"
        elif method == "DELETE":
            # Its session is over, and the next row needs another.
            assert answer == (204, None), headers
            fresh = session.sign_in(server, name, PASSWORD)
            signed_in.session.cookies = fresh.session.cookies
            values |= {"csrf": fresh.cookie("csrftoken"), "masked": masked(fresh.cookie("csrftoken"), "q" * 32)}
        else:
            assert answer[0] == 200 and profile["first_name"] == f"Anna{number}", headers


@pytest.mark.parametrize(
    "origin", ["null", "https://attacker.example", "https://sub.localhost:{port}", "https://localhost:1", "http://localhost:{port}"])
def test_a_page_of_another_site_signs_nobody_in(server, name, origin):
    session.have_account(server, name, None)
    origin = origin.format(port=server.port)
    before = server.rows("SELECT count(*) FROM sessions")
    for body in [{"json": {"username": name, "password": PASSWORD}}, {"data": {"username": name, "password": PASSWORD}}]:
        client = Client(server)
        response = client.session.post(server.url("/core/login/"), headers={"Origin": origin}, timeout=30, **body)
        assert (response.status_code, response.json()) == (403, {"detail": FAILED + foreign_origin(origin)})
        assert "Set-Cookie" not in response.headers
    assert server.rows("SELECT count(*) FROM sessions") == before
    own = Client(server).send(
        "POST", "/core/login/", {"username": name, "password": PASSWORD}, headers={"Origin": server.url()})
    assert own.status_code == 200 and client.cookie("sessionid") is None


def test_a_planted_session_is_never_adopted_and_a_sign_in_always_makes_a_new_one(server, name):
    session.have_account(server, name, None)
    planted, secret = "0a" * 20, "p" * 32
    sent = {"username": name, "password": PASSWORD}
    client = Client(server)
    response = client.send("POST", "/core/login/", sent, headers={"Cookie": f"sessionid={planted}; csrftoken={secret}"})
    first = client.cookie("sessionid")
    assert response.status_code == 200 and first != planted and client.cookie("csrftoken") != secret
    assert Client(server).ask("GET", "/core/profile/", headers={"Cookie": f"sessionid={planted}"}) == session.refusal

    again = client.send("POST", "/core/login/", sent, headers=session.own_headers(client))
    assert again.status_code == 200 and client.cookie("sessionid") != first
    assert Client(server).ask("GET", "/core/profile/", headers={"Cookie": f"sessionid={first}"}) == session.refusal
    assert session.read_profile(client)[0] == 200


def test_of_two_session_cookies_the_last_counts_in_one_header_and_in_two(server, signed_in):
    good, bad = signed_in.credential, "0" * 40
    for first, last, status in [(bad, good, 200), (good, bad, 403)]:
        for lines in [f"Cookie: sessionid={first}; sessionid={last}\r\n",
                      f"Cookie: sessionid={first}\r\nCookie: sessionid={last}\r\n"]:
            head = f"GET /core/profile/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{lines}\r\n"
            assert raw(server, head.encode())[0] == status, lines


def test_the_session_cookie_can_be_bound_to_its_host(start):
    server = start("--set", "session.host_prefix=true")
    session.have_account(server, "anna", None)
    client = Client(server)
    response = client.send("POST", "/core/login/", {"username": "anna", "password": PASSWORD})
    lines = response.raw.headers.getlist("Set-Cookie")
    assert sorted(line.split("=")[0] for line in lines) == ["__Host-sessionid", "csrftoken"]
    line = next(line for line in lines if line.startswith("__Host-"))
    assert "; Path=/;" in line and line.endswith("; Secure") and "HttpOnly" in line and "Domain" not in line
    assert session.read_profile(client)[0] == 200
    value = client.cookie("__Host-sessionid")
    assert Client(server).ask("GET", "/core/profile/", headers={"Cookie": f"sessionid={value}"}) == session.refusal
    assert client.ask("DELETE", "/core/profile/", headers=session.own_headers(client)) == (204, None)
    assert Client(server).ask("GET", "/core/profile/", headers={"Cookie": f"__Host-sessionid={value}"}) == session.refusal
