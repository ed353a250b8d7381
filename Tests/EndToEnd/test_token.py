"""The examples of the document of `/api/v1/users/…` and `/api-token-auth/`."""

from client import TOKEN, UUID, Client, curl

ACCOUNT = {
    "username": "richard", "password": "pied-piper", "first_name": "Richard", "last_name": "Hendriks",
    "email": "richard@piedpiper.com"}
PROFILE = {
    "id": UUID, "username": "richard", "first_name": "Richard", "last_name": "Hendriks",
    "email": "richard@piedpiper.com"}


def test_a_token_front_end_registers_reads_and_changes_its_profile_and_signs_in(empty_server):
    client = Client(empty_server)
    status, made = client.ask("POST", "/api/v1/users/", ACCOUNT)
    assert (status, made) == (201, {**PROFILE, "auth_token": TOKEN})

    path = f"/api/v1/users/{made['id']}/"
    absent = 401, {"detail": "Authentication credentials were not provided."}
    assert client.ask("GET", path) == absent
    assert client.ask("PUT", path, {"first_name": "Dick"}) == absent
    client.session.headers["Authorization"] = f"Token {made['auth_token']}"
    for each in [path, "/api/v1/users/id/", "/api/v1/users/me/"]:
        assert client.ask("GET", each) == (200, PROFILE)

    assert client.ask("PUT", path, {"first_name": "Dick"}) == (200, {**PROFILE, "first_name": "Dick"})
    assert client.ask("PATCH", path, {"last_name": "H."}) == (
        200, {**PROFILE, "first_name": "Dick", "last_name": "H."})
    names = {"first_name": "Richard", "last_name": "Hendriks", "email": "r@piedpiper.com"}
    assert client.ask("PUT", "/api/v1/users/id/", names) == (200, {**PROFILE, **names})

    login = {"username": "richard", "password": "pied-piper"}
    for path in ["/api-token-auth/", "/api/v1/api-token-auth/"]:
        assert Client(empty_server).ask("POST", path, login) == (200, {"token": made["auth_token"]})
    assert Client(empty_server).ask("POST", "/api-token-auth/", {**login, "password": "hooli"}) == (
        400, {"non_field_errors": ["Unable to log in with provided credentials."]})


def test_another_ones_profile_may_be_read_and_not_written(server, name):
    made = [
        Client(server).ask("POST", "/api/v1/users/", {"username": f"{name}-{number}", "password": "pied-piper"})[1]
        for number in range(2)]
    client = Client(server, authorization=f"Token {made[0]['auth_token']}")
    path = f"/api/v1/users/{made[1]['id']}/"
    profile = {"id": made[1]["id"], "username": f"{name}-1", "first_name": "", "last_name": "", "email": ""}
    assert client.ask("GET", path) == (200, profile)
    for method in ["PUT", "PATCH"]:
        assert client.ask(method, path, {"first_name": "Eve"}) == (
            403, {"detail": "You do not have permission to perform this action."})
    assert client.ask("GET", path) == (200, profile)


def test_curl_registers_signs_in_and_reads_its_profile_as_script_server_says(server, name):
    fields = ["-d", f"username={name}", "-d", "password=pied-piper"]
    profile = {"id": UUID, "username": name, "first_name": "", "last_name": "", "email": ""}
    status, made = curl(server, "/api/v1/users/", *fields)
    assert (status, made) == (201, {**profile, "auth_token": TOKEN})
    assert curl(server, "/api-token-auth/", *fields) == (200, {"token": made["auth_token"]})
    authorization = ["-H", f"Authorization: Token {made['auth_token']}"]
    assert curl(server, f"/api/v1/users/{made['id']}/", *authorization) == (200, profile)
