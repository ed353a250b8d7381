"""Refresh tokens that rotate, through nginx: two tabs, lost answers, a thief, a restart, and the option turned off again."""

import re

import pytest

from client import SIGNED, Client
from dialects import PASSWORD, simplejwt, token
from test_killed import kill
from test_same_moment import at_once, connected

ROTATE = ["--set", "simplejwt.rotate_refresh=true"]
INVALID = 401, {"detail": "Token is invalid", "code": "token_not_valid"}
GENERATIONS = "SELECT generation FROM sessions WHERE kind = 4"


def rotating(start, grace, **options):
    server = start(*ROTATE, "--set", f"simplejwt.rotation_grace={grace}", **options)
    return server


def sign_in(server):
    if not server.rows("SELECT 1 FROM accounts"):
        token.have_account(server, "anna", "anna@example.com")
    return simplejwt.sign_in(server, "anna", PASSWORD)


def refresh(server, text, client=None):
    return (client or Client(server)).ask("POST", "/api/user/refresh/", {"refresh": text})


def successor(server, text, client=None):
    status, body = refresh(server, text, client)
    assert (status, body) == (200, {"access": SIGNED, "refresh": SIGNED})
    access = Client(server, authorization=f"JWT {body['access']}")
    assert simplejwt.read_profile(access) == (200, simplejwt.profile("anna", "anna@example.com", ""))
    return body["refresh"]


def test_refreshes_of_many_tabs_at_the_same_moment_have_one_successor(start):
    server = rotating(start, 300)
    held = sign_in(server).refresh
    tabs = [connected(server) for _ in range(12)]
    for round in range(1, 11):
        answers = at_once(*[lambda tab=tab: successor(server, held, tab) for tab in tabs])
        assert len(set(answers)) == 1 and answers[0] != held
        assert server.rows(GENERATIONS) == [(round,)]
        held = answers[0]


def test_a_successor_is_the_same_after_a_restart_and_after_a_kill(start):
    server = rotating(start, 300)
    first = sign_in(server).refresh
    second = successor(server, first)
    kill(server)
    assert successor(server, first) == second
    third = successor(server, second)
    # What was answered is on the disk.
    kill(server)
    assert successor(server, second) == third
    server.stop()
    server = rotating(start, 300)
    assert successor(server, second) == third
    assert successor(server, third) not in (first, second, third)


def test_a_replayed_refresh_token_ends_its_family_and_is_logged_once(start):
    server = rotating(start, 0)
    victim, other = sign_in(server), sign_in(server)
    second = successor(server, victim.refresh)
    third = successor(server, second)
    status, body = refresh(server, third)
    assert status == 200
    access = Client(server, authorization=f"JWT {body['access']}")
    assert simplejwt.read_profile(access)[0] == 200

    answers = at_once(*[lambda tab=connected(server): refresh(server, second, tab) for _ in range(6)])
    assert answers == [INVALID] * 6
    for text in [victim.refresh, second, third, body["refresh"]]:
        assert refresh(server, text) == INVALID
    assert simplejwt.read_profile(access) == simplejwt.refusal
    assert simplejwt.read_profile(victim) == simplejwt.refusal
    # Another sign-in of the same account is another family.
    assert simplejwt.read_profile(other)[0] == 200
    assert successor(server, other.refresh)

    server.log_line("auth.refresh.reused")
    lines = [line for line in server.log().splitlines() if "auth.refresh.reused" in line]
    assert len(lines) == 1
    assert re.fullmatch(
        r"\S+ warning auth\.refresh\.reused ip=127\.0\.0\.1 account=1 dialect=simplejwt id=[0-9a-f]{32}", lines[0]), lines[0]
    assert not any(text[-20:] in server.log() for text in [victim.refresh, second, third])


@pytest.mark.parametrize("grace", [0, 300])
def test_the_option_can_be_turned_on_and_off_again_without_a_new_sign_in(start, grace):
    server = start()
    first = sign_in(server).refresh
    assert refresh(server, first) == (200, {"access": SIGNED})
    server.stop()
    server = rotating(start, grace)
    second = successor(server, first)
    server.stop()
    server = start()
    for _ in range(3):
        assert refresh(server, second) == (200, {"access": SIGNED})
    server.stop()
    server = rotating(start, grace)
    third = successor(server, second)
    assert successor(server, third) not in (first, second, third)
