"""The examples of the document of `/api/user/…`, on both ports."""

import pytest

from client import SIGNED, UUID, Client, curl

NAMES = ["the first port", "the port of the document"]


def account(name):
    return {"email": f"{name}@test.com", "full_name": "Иван Петров", "profile_pic": None, "password": "12345678"}


@pytest.mark.parametrize("port", [0, 1], ids=NAMES)
def test_a_simplejwt_front_end_registers_signs_in_changes_its_account_and_refreshes(server, name, port):
    client = Client(server, server.ports[port])
    profile = {"id": UUID, "full_name": "Иван Петров", "email": f"{name}@test.com", "profile_pic": None}
    assert client.ask("POST", "/api/user/register/", account(name)) == (201, profile)

    login = {"email": f"{name}@test.com", "password": "12345678"}
    status, body = client.ask("POST", "/api/user/login/", login)
    assert (status, body) == (200, {"tokens": {"refresh": SIGNED, "access": SIGNED}, "data": profile})

    client.session.headers["Authorization"] = f"JWT {body['tokens']['access']}"
    assert client.ask("GET", "/api/user/me/") == (200, profile)
    changed = {**account(name), "full_name": "Пётр", "email": f"{name}@test.ru"}
    new_profile = {**profile, "full_name": "Пётр", "email": f"{name}@test.ru"}
    assert client.ask("PUT", "/api/user/update/", changed) == (200, new_profile)
    assert client.ask("GET", "/api/user/me/") == (200, new_profile)

    status, refreshed = client.ask("POST", "/api/user/refresh/", {"refresh": body["tokens"]["refresh"]})
    assert (status, refreshed) == (200, {"access": SIGNED})
    client.session.headers["Authorization"] = f"JWT {refreshed['access']}"
    assert client.ask("GET", "/api/user/me/") == (200, new_profile)


def test_what_is_missing_is_named_as_in_the_document(client):
    missing = ["This field is required."]
    assert client.ask("POST", "/api/user/login/", {}) == (400, {"email": missing, "password": missing})
    assert client.ask("POST", "/api/user/register/", {}) == (
        400, {"email": missing, "full_name": missing, "password": missing})
    assert client.ask("POST", "/api/user/refresh/", {}) == (400, {"refresh": missing})


def test_a_missing_or_invalid_token_is_refused_as_in_the_document(client):
    absent = 401, {"detail": "Authentication credentials were not provided."}
    assert client.ask("GET", "/api/user/me/") == absent
    assert client.ask("PUT", "/api/user/update/", account("nobody")) == absent
    assert client.ask("GET", "/api/user/me/", headers={"Authorization": "JWT a.b.c"}) == (
        401, {
            "detail": "Given token not valid for any token type", "code": "token_not_valid",
            "messages": [{"token_class": "AccessToken", "token_type": "access", "message": "Token is invalid"}]})
    assert client.ask("POST", "/api/user/refresh/", {"refresh": "a.b.c"}) == (
        401, {"detail": "Token is invalid", "code": "token_not_valid"})
    assert client.ask("GET", "/api/user/refresh/") == (405, {"detail": 'Method "GET" not allowed.'})


def test_curl_registers_signs_in_and_refreshes_on_the_second_port(server, name):
    port = server.ports[1]
    fields = ["-d", f"email={name}@test.com", "-d", "password=12345678"]
    profile = {"id": UUID, "full_name": "Ivan", "email": f"{name}@test.com", "profile_pic": None}
    assert curl(server, "/api/user/register/", *fields, "-d", "full_name=Ivan", port=port) == (201, profile)
    status, body = curl(server, "/api/user/login/", *fields, port=port)
    assert (status, body) == (200, {"tokens": {"refresh": SIGNED, "access": SIGNED}, "data": profile})
    authorization = ["-H", f"Authorization: JWT {body['tokens']['access']}"]
    assert curl(server, "/api/user/me/", *authorization, port=port) == (200, profile)
    refresh = ["-d", f"refresh={body['tokens']['refresh']}"]
    assert curl(server, "/api/user/refresh/", *refresh, port=port) == (200, {"access": SIGNED})
