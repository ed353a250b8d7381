"""One account behind five dialects: whoever registered anywhere signs in everywhere, and what ends in one ends in all."""

import itertools

import pytest

from client import Client
from dialects import ALL, NEW_PASSWORD, PASSWORD, djoser, jwt, session, simplejwt, token

PAIRS = list(itertools.product(ALL, ALL))


def register(server, dialect, name):
    """Registers an account and returns its email."""
    email = f"{name}@example.com"
    dialect.have_account(server, name, email)
    return email


@pytest.mark.parametrize("home, other", PAIRS, ids=[f"{home}-{other}" for home, other in PAIRS])
def test_an_account_registered_in_one_dialect_signs_in_through_another(server, name, home, other):
    email = register(server, home, name)
    username = name
    if not home.has_username:
        username = jwt.read_profile(jwt.sign_in(server, email, PASSWORD))[1]["username"]
    full_name = simplejwt.full_name if home is simplejwt else ""
    for login in [email, username, email.upper(), username.upper()]:
        client = other.sign_in(server, login, PASSWORD)
        assert other.read_profile(client) == (200, other.profile(username, email, full_name))
    assert other.ask_to_sign_in(server, email, PASSWORD + "x") == other.wrong
    assert other.ask_to_sign_in(server, "x" + email, PASSWORD) == other.wrong


def assert_password_is(server, email, new, old):
    for dialect in ALL:
        assert dialect.ask_to_sign_in(server, email, old) == dialect.wrong
        dialect.sign_in(server, email, new)


@pytest.mark.parametrize("changer", [session, djoser, simplejwt], ids=repr)
def test_a_password_change_ends_every_token_in_every_dialect(server, name, changer):
    email = register(server, session, name)
    clients = {dialect: dialect.sign_in(server, email, PASSWORD) for dialect in ALL}
    bystander = register(server, token, f"{name}-bystander")
    untouched = {dialect: dialect.sign_in(server, bystander, PASSWORD) for dialect in ALL}
    second = simplejwt.sign_in(server, email, PASSWORD)
    for dialect, client in [*clients.items(), (simplejwt, second)]:
        assert dialect.read_profile(client)[0] == 200

    changer.change_password(clients[changer], email, PASSWORD, NEW_PASSWORD)

    ended = [(dialect, client) for dialect, client in clients.items() if dialect is not simplejwt]
    ended += [(simplejwt, second)]
    refreshing = {"refresh": clients[simplejwt].refresh}
    if changer is simplejwt:
        profile = simplejwt.profile(name, email, simplejwt.full_name)
        assert simplejwt.read_profile(clients[simplejwt]) == (200, profile)
        status, body = Client(server).ask("POST", "/api/user/refresh/", refreshing)
        assert status == 200
        survivor = Client(server, authorization=f"JWT {body['access']}")
        assert simplejwt.read_profile(survivor) == (200, profile)
    else:
        ended += [(simplejwt, clients[simplejwt])]
        assert Client(server).ask("POST", "/api/user/refresh/", refreshing) == (
            401, {"detail": "Token is invalid", "code": "token_not_valid"})
    for dialect, client in ended:
        assert dialect.read_profile(client) == dialect.refusal, dialect
    assert Client(server).ask("POST", "/api/user/refresh/", {"refresh": second.refresh}) == (
        401, {"detail": "Token is invalid", "code": "token_not_valid"})
    for dialect, client in untouched.items():
        assert dialect.read_profile(client)[0] == 200
    assert_password_is(server, email, NEW_PASSWORD, PASSWORD)


def test_a_wrong_current_password_changes_nothing(server, name):
    email = register(server, session, name)
    clients = {dialect: dialect.sign_in(server, email, PASSWORD) for dialect in ALL}
    own = session.own_headers(clients[session])
    wrong = {"old_password": "wrong-pass-1", "new_password": NEW_PASSWORD}
    assert clients[session].ask("PUT", "/core/update_password/", wrong, headers=own) == (
        400, {"old_password": ["Password is incorrect"]})
    wrong = {"current_password": "wrong-pass-1", "new_password": NEW_PASSWORD}
    assert clients[djoser].ask("POST", "/auth/users/set_password/", wrong) == (
        400, {"current_password": ["Invalid password."]})
    for dialect, client in clients.items():
        assert dialect.read_profile(client)[0] == 200
    assert_password_is(server, email, PASSWORD, NEW_PASSWORD)


def test_the_token_is_one_for_djoser_and_token_and_the_same_at_every_sign_in(server, name):
    email = register(server, token, name)
    clients = [dialect.sign_in(server, email, PASSWORD) for dialect in [token, djoser, token, djoser]]
    assert len({client.credential for client in clients}) == 1


@pytest.mark.parametrize("leaver", [session, djoser], ids=repr)
def test_signing_out_of_one_dialect_leaves_the_others_signed_in(server, name, leaver):
    email = register(server, djoser, name)
    clients = {dialect: dialect.sign_in(server, email, PASSWORD) for dialect in ALL}
    if leaver is session:
        headers = session.own_headers(clients[session])
        assert clients[session].ask("DELETE", "/core/profile/", headers=headers) == (204, None)
    else:
        assert clients[djoser].ask("POST", "/auth/token/logout/") == (204, None)
    # The Token is one for two dialects, so it is revoked in both.
    gone = [session] if leaver is session else [djoser, token]
    for dialect, client in clients.items():
        if dialect in gone:
            # A browser's session cookie was taken back; whoever kept the value is refused too.
            assert dialect.read_profile(client) == dialect.refusal
        else:
            assert dialect.read_profile(client)[0] == 200
    again = leaver.sign_in(server, email, PASSWORD)
    assert leaver.read_profile(again)[0] == 200
    assert again.credential != clients[leaver].credential


def test_a_deleted_account_is_gone_in_every_dialect(server, name):
    email = register(server, djoser, name)
    clients = {dialect: dialect.sign_in(server, email, PASSWORD) for dialect in ALL}
    wrong = {"current_password": "wrong-pass-1"}
    assert clients[djoser].ask("DELETE", "/auth/users/me/", wrong) == (
        400, {"current_password": ["Invalid password."]})
    assert clients[djoser].ask("DELETE", "/auth/users/me/", {"current_password": PASSWORD}) == (204, None)
    for dialect, client in clients.items():
        status, _ = dialect.read_profile(client)
        assert status == dialect.refusal[0]
        assert dialect.ask_to_sign_in(server, email, PASSWORD) == dialect.wrong
    register(server, djoser, name)
