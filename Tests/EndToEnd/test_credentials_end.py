"""What ends a credential, through nginx: each kind of each dialect against each event, sessions in memory included. What a password
change and a deletion end is in test_accounts_across_dialects.py too, by the words of each dialect."""

import sqlite3

import pytest

from client import Client
from dialects import ALL, NEW_PASSWORD, PASSWORD, djoser, jwt, session, simplejwt, token
from running import wait_until


class Held:
    """One credential of one dialect, and how it is used."""

    def __init__(self, name, use):
        self.name = name
        self.use = use


def held_by(server, login):
    """A sign-in in every dialect; each credential used twice, so that its session is in memory."""
    found = []
    for dialect in ALL:
        client = dialect.sign_in(server, login, PASSWORD)
        found.append(Held(f"{dialect}", lambda dialect=dialect, client=client: dialect.read_profile(client)))
        if dialect is simplejwt:
            found.append(Held("refresh", lambda text=client.refresh: Client(server).ask(
                "POST", "/api/user/refresh/", {"refresh": text})))
        if dialect is session:
            # A browser forgets a cookie that was taken back; whoever kept its value is asked for.
            kept = {"Cookie": f"sessionid={client.credential}"}
            found[-1].use = lambda: Client(server).ask("GET", "/core/profile/", headers=kept)
    for each in found + found:
        assert each.use()[0] == 200, each.name
    return found


def change_in_session(server, login):
    client = session.sign_in(server, login, PASSWORD)
    session.change_password(client, login, PASSWORD, NEW_PASSWORD)


def change_in_djoser(server, login):
    djoser.change_password(djoser.sign_in(server, login, PASSWORD), login, PASSWORD, NEW_PASSWORD)


def change_in_simplejwt(server, login):
    simplejwt.change_password(simplejwt.sign_in(server, login, PASSWORD), login, PASSWORD, NEW_PASSWORD)


def delete_in_djoser(server, login):
    client = djoser.sign_in(server, login, PASSWORD)
    assert client.ask("DELETE", "/auth/users/me/", {"current_password": PASSWORD}) == (204, None)


EVENTS = [change_in_session, change_in_djoser, change_in_simplejwt, delete_in_djoser]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
def test_an_event_in_one_dialect_ends_every_credential_of_all_at_the_very_next_request(server, name, event):
    token.have_account(server, name, f"{name}@example.com")
    token.have_account(server, f"{name}-other", f"{name}-other@example.com")
    mine, others = held_by(server, f"{name}@example.com"), held_by(server, f"{name}-other")
    event(server, f"{name}@example.com")
    assert {each.name: each.use()[0] for each in mine} == {
        "Session": 403, "Djoser": 401, "JWT": 401, "SimpleJWT": 401, "refresh": 401, "Token": 401}
    assert {each.name: each.use()[0] for each in others} == {each.name: 200 for each in others}


def test_an_account_deactivated_in_the_database_is_refused_everywhere_and_comes_back_with_what_it_had(start):
    server = start()
    token.have_account(server, "anna", "anna@example.com")
    token.have_account(server, "boris", "boris@example.com")
    mine, others = held_by(server, "anna"), held_by(server, "boris")
    connection = sqlite3.connect(server.database, timeout=20)

    def set_active(value):
        with connection:
            connection.execute("UPDATE accounts SET is_active = ? WHERE username = 'anna'", [value])

    def statuses(credentials):
        return [each.use()[0] for each in credentials]

    set_active(0)
    refused = [403, 401, 401, 401, 401, 401]
    wait_until(lambda: statuses(mine) == refused, "the end of every credential")
    for dialect in ALL:
        assert dialect.ask_to_sign_in(server, "anna", PASSWORD) == dialect.wrong
    assert statuses(others) == [200] * 6
    set_active(1)
    wait_until(lambda: statuses(mine) == [200] * 6, "every credential's coming back")
    connection.close()


def test_credentials_end_by_the_clock(start):
    lifetimes = ["session.lifetime", "jwt.lifetime", "simplejwt.access_lifetime", "simplejwt.refresh_lifetime", "token.lifetime"]
    server = start(*[word for each in lifetimes for word in ["--set", f"{each}=3"]])
    token.have_account(server, "anna", "anna@example.com")
    mine = []
    for dialect in ALL:
        client = dialect.sign_in(server, "anna", PASSWORD)
        mine.append((dialect, client))
        assert dialect.read_profile(client)[0] == 200
    texts = {
        session: session.refusal[1]["detail"], djoser: "Invalid token.", token: "Invalid token.",
        jwt: "Signature has expired.", simplejwt: "Given token not valid for any token type"}
    for dialect, client in mine:
        answer = wait_until(
            lambda: (found := dialect.read_profile(client))[0] != 200 and found, f"the end of {dialect}'s")
        assert answer[1]["detail"] == texts[dialect]
    refresh = Client(server).ask("POST", "/api/user/refresh/", {"refresh": mine[3][1].refresh})
    assert refresh == (401, {"detail": "Token is expired", "code": "token_not_valid"})
    # Nobody is locked out: a sign-in hands out what is good again, a Token included.
    assert token.sign_in(server, "anna", PASSWORD).credential != mine[4][1].credential
