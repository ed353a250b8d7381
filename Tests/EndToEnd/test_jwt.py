"""The examples of the document of `/create_user/` and its like."""

from client import SIGNED, UUID, Client, curl

ABSENT = 401, {"detail": "Authentication credentials were not provided."}
LOGIN = {"login": "test@test.com", "password": "12345"}
PROFILE = {
    "uuid": UUID, "username": UUID, "email": "test@test.com", "first_name": None, "last_name": None,
    "patronymic": None, "avatar": None}


def test_a_jwt_front_end_registers_signs_in_and_changes_its_profile(empty_server):
    client = Client(empty_server)
    account = {"email": "test@test.com", "password": "12345"}
    assert client.ask("POST", "/create_user/", account) == (201, {"message": "User succesfully created"})

    wrong = 401, {"error": "Please provide right login and a password"}
    assert client.ask("POST", "/obtain_token/", {**LOGIN, "password": "54321"}) == wrong
    status, body = client.ask("POST", "/obtain_token/", LOGIN)
    assert (status, body) == (200, {"token": SIGNED})

    assert client.ask("PUT", "/update_profile/", {"first_name": "Вася"}) == ABSENT
    assert client.ask("GET", "/get_profile/") == ABSENT
    client.session.headers["Authorization"] = f"JWT {body['token']}"
    assert client.ask("GET", "/get_profile/") == (200, PROFILE)

    changed = {**PROFILE, "first_name": "Вася"}
    assert client.ask("PUT", "/update_profile/", {"first_name": "Вася"}) == (200, changed)
    refused = {"first_name": "Петя", "email": "other@test.com"}
    assert client.ask("PUT", "/update_profile/", refused) == (401, {"detail": "Invalid signature."})
    assert client.ask("GET", "/get_profile/") == (200, changed)

    names = {"last_name": "Пупкин", "patronymic": "Иванович"}
    assert client.ask("PUT", "/update_profile/", names) == (200, {**changed, **names})

    by_username = {"login": client.ask("GET", "/get_profile/")[1]["username"], "password": "12345"}
    assert client.ask("POST", "/obtain_token/", by_username) == (200, {"token": SIGNED})


def test_curl_registers_signs_in_and_sends_a_form(server, name):
    email = f"{name}@test.com"
    json = ["-H", "Content-Type: application/json"]
    account = f'{{"email": "{email}", "password": "12345"}}'
    assert curl(server, "/create_user/", *json, "-d", account) == (201, {"message": "User succesfully created"})
    status, body = curl(server, "/obtain_token/", "-d", f"login={email}", "-d", "password=12345")
    assert (status, body) == (200, {"token": SIGNED})
    authorization = ["-H", f"Authorization: JWT {body['token']}"]
    profile = {**PROFILE, "email": email}
    assert curl(server, "/get_profile/", *authorization) == (200, profile)
    form = ["--request", "PUT", "--form", "first_name=Вася"]
    assert curl(server, "/update_profile/", *authorization, *form) == (200, {**profile, "first_name": "Вася"})
