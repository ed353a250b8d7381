"""The examples of the document of `/auth/…` and `/user/<id>/`."""

from client import INTEGER, TIME, TOKEN, Client, curl

ABSENT = 401, {"detail": "Authentication credentials were not provided."}
INVALID = 401, {"detail": "Invalid token."}


def test_a_djoser_front_end_registers_signs_in_reads_profiles_and_signs_out(empty_server):
    client = Client(empty_server)
    account = {"username": "gleb", "password": "12345678", "email": "gleb@gmail.com", "towns": [1, 2]}
    assert client.ask("POST", "/auth/users/", account) == (
        200, {"email": "gleb@gmail.com", "username": "gleb", "id": 1})

    login = {"username": "gleb", "password": "12345678"}
    wrong = 400, {"non_field_errors": ["Unable to log in with provided credentials."]}
    assert client.ask("POST", "/auth/token/login/", {**login, "password": "87654321"}) == wrong
    status, body = client.ask("POST", "/auth/token/login/", login)
    assert (status, body) == (200, {"auth_token": TOKEN})
    assert client.ask("POST", "/auth/token/login/", login) == (200, body)

    assert client.ask("GET", "/auth/users/me/") == ABSENT
    assert client.ask("GET", "/user/1/") == ABSENT
    client.session.headers["Authorization"] = f"Token {body['auth_token']}"
    assert client.ask("GET", "/auth/users/me/") == (
        200, {"id": 1, "email": "gleb@gmail.com", "username": "gleb"})
    assert client.ask("GET", "/user/1/") == (
        200, {
            "id": 1, "last_login": TIME, "is_superuser": False, "username": "gleb", "first_name": "",
            "last_name": "", "email": "gleb@gmail.com", "is_staff": False, "is_active": True,
            "date_joined": TIME, "days_count": 3, "groups": [], "user_permissions": [], "towns": [1, 2]})

    assert client.ask("POST", "/auth/token/logout/") == (204, None)
    assert client.ask("GET", "/auth/users/me/") == INVALID
    assert client.ask("POST", "/auth/token/logout/") == INVALID


def test_a_signed_in_account_reads_another_ones_profile_and_none_that_is_not_there(server, name):
    reader, other = Client(server), f"{name}-other"
    assert reader.ask("POST", "/auth/users/", {"username": name, "password": "12345678"})[0] == 200
    status, made = reader.ask("POST", "/auth/users/", {"username": other, "password": "12345678"})
    assert (status, made) == (200, {"email": "", "username": other, "id": INTEGER})
    login = {"username": name, "password": "12345678"}
    reader.session.headers["Authorization"] = (
        "Token " + reader.ask("POST", "/auth/token/login/", login)[1]["auth_token"])
    assert reader.ask("GET", f"/user/{made['id']}/") == (
        200, {
            "id": made["id"], "last_login": None, "is_superuser": False, "username": other, "first_name": "",
            "last_name": "", "email": "", "is_staff": False, "is_active": True, "date_joined": TIME,
            "days_count": 3, "groups": [], "user_permissions": [], "towns": []})
    assert reader.ask("GET", "/user/999999999/") == (404, {"detail": "No User matches the given query."})


def test_curl_registers_signs_in_and_reads_its_profile(server, name):
    fields = ["-d", f"username={name}", "-d", "password=12345678"]
    status, made = curl(server, "/auth/users/", *fields, "-d", f"email={name}@gmail.com")
    profile = {"email": f"{name}@gmail.com", "username": name, "id": INTEGER}
    assert (status, made) == (200, profile)
    status, body = curl(server, "/auth/token/login/", *fields)
    assert (status, body) == (200, {"auth_token": TOKEN})
    authorization = ["-H", f"Authorization: Token {body['auth_token']}"]
    assert curl(server, "/auth/users/me/", *authorization) == (200, profile)
    assert curl(server, "/auth/token/logout/", *authorization, "--request", "POST") == (204, None)
