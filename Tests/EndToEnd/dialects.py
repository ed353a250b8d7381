"""The five front ends: how each registers, signs in, reads its profile and changes a password, with the whole answers that
they expect. The examples of the APIs' documents stand in the test of each dialect."""

from client import INTEGER, SIGNED, TOKEN, UUID, Client

PASSWORD = "Corr3ct-horse"
NEW_PASSWORD = "Brand-new-77"


class Dialect:
    """What a front end does. Each has `login_path`, `login_field`, `profile_path`, and two answers: `refusal` to a credential
    that is no longer good, `wrong` to a wrong name or password."""

    # Whether accounts of this API choose a username; else they are registered by email alone.
    has_username = True

    def __repr__(self):
        return type(self).__name__

    def have_account(self, server, username, email, password=PASSWORD):
        """Registers an account that nothing speaks against."""
        got, expected = self.register(Client(server), username, email, password)
        assert got == expected

    def sign_in(self, server, login, password):
        """A client that carries the credential; `client.credential` has it as text."""
        client = Client(server)
        status, body = client.ask("POST", self.login_path, {self.login_field: login, "password": password})
        assert (status, body) == (200, self.signed_in(login, password)), body
        self.carry(client, body)
        return client

    def ask_to_sign_in(self, server, login, password):
        """The answer to a sign-in that may be refused."""
        return Client(server).ask("POST", self.login_path, {self.login_field: login, "password": password})

    def read_profile(self, client):
        return client.ask("GET", self.profile_path)


class Session(Dialect):
    login_path, login_field, profile_path = "/core/login/", "username", "/core/profile/"
    refusal = 403, {"detail": "Authentication credentials were not provided."}
    wrong = 403, {"detail": "Incorrect authentication credentials."}

    def register(self, client, username, email, password=PASSWORD):
        sent = {"username": username, "password": password, "password_repeat": password}
        if email:
            sent["email"] = email
        expected = {
            "id": INTEGER, "username": username, "first_name": "Unknown", "last_name": "Unknown", "email": email}
        return client.ask("POST", "/core/signup/", sent), (201, expected)

    def signed_in(self, login, password):
        return {"username": login, "password": password}

    def carry(self, client, _):
        client.credential = client.cookie("sessionid")

    def own_headers(self, client):
        """What a page of the site's own sends along with an unsafe call."""
        return {"Referer": client.server.url("/account", client.port), "X-CSRFToken": client.cookie("csrftoken")}

    def change_password(self, client, account, old, new):
        sent = {"old_password": old, "new_password": new}
        answer = client.ask("PUT", "/core/update_password/", sent, headers=self.own_headers(client))
        assert answer == (204, None)

    def profile(self, username, email, full_name):
        return {
            "id": INTEGER, "username": username, "email": email, "first_name": "Unknown", "last_name": "Unknown"}


class Djoser(Dialect):
    login_path, login_field, profile_path = "/auth/token/login/", "username", "/auth/users/me/"
    refusal = 401, {"detail": "Invalid token."}
    wrong = 400, {"non_field_errors": ["Unable to log in with provided credentials."]}

    def register(self, client, username, email, password=PASSWORD):
        sent = {"username": username, "password": password, "towns": [1, 2]}
        if email:
            sent["email"] = email
        return client.ask("POST", "/auth/users/", sent), (
            200, {"email": email or "", "username": username, "id": INTEGER})

    def signed_in(self, login, password):
        return {"auth_token": TOKEN}

    def carry(self, client, body):
        client.credential = body["auth_token"]
        client.session.headers["Authorization"] = f"Token {client.credential}"

    def change_password(self, client, account, old, new):
        sent = {"current_password": old, "new_password": new}
        assert client.ask("POST", "/auth/users/set_password/", sent) == (204, None)

    def profile(self, username, email, full_name):
        return {"id": INTEGER, "email": email, "username": username}


class JWT(Dialect):
    login_path, login_field, profile_path = "/obtain_token/", "login", "/get_profile/"
    has_username = False
    refusal = 401, {"detail": "Invalid signature."}
    wrong = 401, {"error": "Please provide right login and a password"}

    def register(self, client, username, email, password=PASSWORD):
        sent = {"email": email, "password": password}
        return client.ask("POST", "/create_user/", sent), (201, {"message": "User succesfully created"})

    def signed_in(self, login, password):
        return {"token": SIGNED}

    def carry(self, client, body):
        client.credential = body["token"]
        client.session.headers["Authorization"] = f"JWT {client.credential}"

    def profile(self, username, email, full_name):
        return {
            "uuid": UUID, "username": username, "email": email, "first_name": None, "last_name": None,
            "patronymic": None, "avatar": None}


class SimpleJWT(Dialect):
    login_path, login_field, profile_path = "/api/user/login/", "email", "/api/user/me/"
    has_username = False
    wrong = 401, {"detail": "No active account found with the given credentials"}
    refusal = 401, {
        "detail": "Given token not valid for any token type", "code": "token_not_valid",
        "messages": [{"token_class": "AccessToken", "token_type": "access", "message": "Token is invalid"}]}
    full_name = "Иван Петров"

    def register(self, client, username, email, password=PASSWORD):
        sent = {"email": email, "full_name": self.full_name, "profile_pic": None, "password": password}
        return client.ask("POST", "/api/user/register/", sent), (
            201, {"id": UUID, "full_name": self.full_name, "email": email, "profile_pic": None})

    def ask_to_sign_in(self, server, login, password):
        return Client(server, port=server.ports[1]).ask(
            "POST", self.login_path, {"email": login, "password": password})

    def signed_in(self, login, password):
        data = {"id": UUID, "full_name": ANY_TEXT, "email": ANY_TEXT, "profile_pic": None}
        return {"tokens": {"refresh": SIGNED, "access": SIGNED}, "data": data}

    def carry(self, client, body):
        client.port = client.server.ports[1]
        client.credential, client.refresh = body["tokens"]["access"], body["tokens"]["refresh"]
        client.session.headers["Authorization"] = f"JWT {client.credential}"

    def change_password(self, client, account, old, new):
        sent = {"email": account, "full_name": self.full_name, "profile_pic": None, "password": new}
        assert client.ask("PUT", "/api/user/update/", sent) == (
            200, {"id": UUID, "full_name": self.full_name, "email": account, "profile_pic": None})

    def profile(self, username, email, full_name):
        return {"id": UUID, "full_name": full_name, "email": email, "profile_pic": None}


class Token(Dialect):
    login_path, login_field, profile_path = "/api-token-auth/", "username", "/api/v1/users/me/"
    refusal = 401, {"detail": "Invalid token."}
    wrong = 400, {"non_field_errors": ["Unable to log in with provided credentials."]}

    def register(self, client, username, email, password=PASSWORD):
        sent = {"username": username, "password": password}
        if email:
            sent["email"] = email
        expected = {
            "id": UUID, "username": username, "first_name": "", "last_name": "", "email": email or "",
            "auth_token": TOKEN}
        return client.ask("POST", "/api/v1/users/", sent), (201, expected)

    def signed_in(self, login, password):
        return {"token": TOKEN}

    def carry(self, client, body):
        client.credential = body["token"]
        client.session.headers["Authorization"] = f"Token {client.credential}"

    def profile(self, username, email, full_name):
        return {"id": UUID, "username": username, "first_name": "", "last_name": "", "email": email}


class _AnyText:
    def __eq__(self, other):
        return isinstance(other, str)


ANY_TEXT = _AnyText()
session, djoser, jwt, simplejwt, token = ALL = Session(), Djoser(), JWT(), SimpleJWT(), Token()
