"""The examples of the document of `/core/…`, with a browser's cookie jar."""

import pytest

from client import INTEGER, Client, curl
from dialects import session

ACCOUNT = {"username": "test@test.ru", "password": "test"}
PROFILE = {
    "id": INTEGER, "username": "test@test.ru", "first_name": "Unknown", "last_name": "Unknown", "email": None}


def test_a_session_front_end_registers_signs_in_changes_its_profile_and_its_password_and_signs_out(empty_server):
    client = Client(empty_server)
    assert client.ask("POST", "/core/signup/", {**ACCOUNT, "password_repeat": "test"}) == (201, PROFILE)

    answer = client.send("POST", "/core/login/", ACCOUNT)
    assert (answer.status_code, answer.json()) == (200, ACCOUNT)
    jar = {cookie.name: cookie for cookie in client.session.cookies}
    assert sorted(jar) == ["csrftoken", "sessionid"]
    assert all(cookie.secure and cookie.path == "/" for cookie in jar.values())
    assert jar["sessionid"].has_nonstandard_attr("HttpOnly") and not jar["csrftoken"].has_nonstandard_attr("HttpOnly")
    assert all(cookie.get_nonstandard_attr("SameSite") == "Lax" for cookie in jar.values())

    assert client.ask("GET", "/core/profile/") == (200, PROFILE)
    headers = session.own_headers(client)
    changed = {**PROFILE, "email": "test@test.ru"}
    assert client.ask("PUT", "/core/profile/", {"email": "test@test.ru"}, headers=headers) == (200, changed)
    assert client.ask("GET", "/core/profile/") == (200, changed)

    passwords = {"old_password": "test", "new_password": "test2"}
    assert client.ask("PUT", "/core/update_password/", passwords, headers=headers) == (204, None)
    assert client.ask("GET", "/core/profile/") == session.refusal
    assert client.ask("POST", "/core/login/", ACCOUNT) == session.wrong

    again = {"username": "test@test.ru", "password": "test2"}
    assert client.ask("POST", "/core/login/", again) == (200, again)
    assert client.ask("DELETE", "/core/profile/", headers=session.own_headers(client)) == (204, None)
    assert client.cookie("sessionid") is None
    assert client.ask("GET", "/core/profile/") == session.refusal
    assert client.ask("POST", "/core/login/", again) == (200, again)
    assert client.ask("GET", "/core/profile/") == (200, changed)


def test_a_session_that_was_signed_out_is_over_for_whoever_kept_its_cookie(server, name):
    session.have_account(server, name, None)
    client = session.sign_in(server, name, "Corr3ct-horse")
    kept = {"Cookie": f"sessionid={client.credential}"}
    assert Client(server).ask("GET", "/core/profile/", headers=kept)[0] == 200
    assert client.ask("DELETE", "/core/profile/", headers=session.own_headers(client)) == (204, None)
    assert Client(server).ask("GET", "/core/profile/", headers=kept) == session.refusal


@pytest.mark.parametrize(
    "headers, text",
    [
        ({}, "Referer checking failed - no Referer."),
        ({"Referer": "{own}/"}, "CSRF token missing."),
        ({"Referer": "{own}/", "X-CSRFToken": "a" * 32},
         "CSRF token from the 'X-Csrftoken' HTTP header incorrect."),
        ({"Referer": "https://evil.example/", "X-CSRFToken": "{csrf}"},
         "Referer checking failed - https://evil.example/ does not match any trusted origins."),
        ({"Origin": "https://evil.example", "X-CSRFToken": "{csrf}"},
         "Origin checking failed - https://evil.example does not match any trusted origins."),
    ])
def test_a_call_that_another_site_could_have_caused_changes_nothing(server, name, headers, text):
    session.have_account(server, name, None)
    client = session.sign_in(server, name, "Corr3ct-horse")
    values = {"own": server.url(), "csrf": client.cookie("csrftoken")}
    sent = {key: value.format(**values) for key, value in headers.items()}
    for method, path in [("PUT", "/core/profile/"), ("DELETE", "/core/profile/"), ("PUT", "/core/update_password/")]:
        answer = client.ask(method, path, {"first_name": "Eve"}, headers=sent)
        assert answer == (403, {"detail": f"CSRF Failed: {text}"})
    assert session.read_profile(client) == (200, session.profile(name, None, None))


def test_curl_registers_and_signs_in_with_a_cookie_file(server, name, tmp_path):
    fields = ["-d", f"username={name}", "-d", "password=test"]
    profile = {"id": INTEGER, "username": name, "first_name": "Unknown", "last_name": "Unknown", "email": None}
    assert curl(server, "/core/signup/", *fields, "-d", "password_repeat=test") == (201, profile)
    jar = str(tmp_path / "jar")
    assert curl(server, "/core/login/", *fields, "--cookie-jar", jar) == (
        200, {"username": name, "password": "test"})
    assert curl(server, "/core/profile/", "--cookie", jar) == (200, profile)
