"""Many callers at one moment: a name is given once, and what one caller ends the others cannot use."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from client import Client
from dialects import ALL, NEW_PASSWORD, PASSWORD, djoser, jwt, session, simplejwt, token

THREADS = 20
TAKEN = {
    session: {"username": ["A user with that username already exists."]},
    djoser: {"username": ["A user with that username already exists."]},
    jwt: {"email": ["user with this email already exists."]},
    simplejwt: {"email": ["user with this email already exists."]},
    token: {"username": ["A user with that username already exists."]},
}


def at_once(*calls):
    """The results of calls that all begin at the same moment."""
    barrier = threading.Barrier(len(calls))

    def run(call):
        barrier.wait(30)
        return call()

    with ThreadPoolExecutor(len(calls)) as threads:
        return [future.result() for future in [threads.submit(run, call) for call in calls]]


def connected(server):
    """A client whose connection is open already."""
    client = Client(server)
    client.ask("GET", "/-/live")
    return client


@pytest.mark.parametrize("dialect", ALL, ids=repr)
def test_of_registrations_of_one_name_at_the_same_moment_one_succeeds(server, name, dialect):
    email = f"{name}@example.com" if not dialect.has_username else None
    clients = [connected(server) for _ in range(THREADS)]
    results = at_once(*[lambda client=client: dialect.register(client, name, email) for client in clients])
    answers = [got for got, _ in results]
    _, expected = results[0]
    refused = 400, TAKEN[dialect]
    assert sorted(answers.count(answer) for answer in [expected, refused]) == [1, THREADS - 1], answers
    assert answers.count(refused) == THREADS - 1
    folded = (email or name).lower()
    assert server.rows(f"SELECT count(*) FROM login_names WHERE name_key = '{folded}'") == [(1,)]
    dialect.sign_in(server, email or name, PASSWORD)


def test_of_registrations_of_one_email_through_all_dialects_one_succeeds(server, name):
    email = f"{name}@example.com"
    calls = []
    for number in range(15):
        dialect, client = ALL[number % len(ALL)], connected(server)
        calls.append(lambda d=dialect, c=client, n=number: d.register(c, f"{name}-{n}", email))
    results = at_once(*calls)
    assert sum(got == expected for got, expected in results) == 1
    assert [got for got, _ in results].count((400, {"email": ["user with this email already exists."]})) == 14


def test_of_password_changes_at_the_same_moment_one_succeeds(server, name):
    djoser.have_account(server, name, f"{name}@example.com")
    clients = [djoser.sign_in(server, name, PASSWORD) for _ in range(8)]
    answers = at_once(*[
        lambda client=client, number=number: client.ask(
            "POST", "/auth/users/set_password/",
            {"current_password": PASSWORD, "new_password": f"{NEW_PASSWORD}{number}"})
        for number, client in enumerate(clients)])
    winners = [number for number, answer in enumerate(answers) if answer == (204, None)]
    assert len(winners) == 1
    lost = [(400, {"current_password": ["Invalid password."]}), djoser.refusal]
    assert all(answer in lost for number, answer in enumerate(answers) if number not in winners), answers
    djoser.sign_in(server, name, f"{NEW_PASSWORD}{winners[0]}")
    assert djoser.ask_to_sign_in(server, name, PASSWORD) == djoser.wrong


def test_sign_ins_at_the_same_moment_get_one_token(server, name):
    session.have_account(server, name, None)
    clients = at_once(*[lambda: token.sign_in(server, name, PASSWORD) for _ in range(THREADS)])
    assert len({client.credential for client in clients}) == 1
    assert token.read_profile(clients[0]) == (200, token.profile(name, "", ""))
