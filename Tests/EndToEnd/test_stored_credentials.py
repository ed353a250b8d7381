"""Credentials of every kind, more than a thousand: none is in the database, in its journal or in a log, however it may be spelt."""

import base64
from concurrent.futures import ThreadPoolExecutor

from client import Client
from dialects import ALL, PASSWORD, djoser, jwt, session, simplejwt, token

ACCOUNTS, SIGN_INS, REFRESHES = 15, 3, 10


def credentials_of(server, name):
    """What one account's front ends were given, by kind."""
    token.have_account(server, name, f"{name}@example.com")
    given = {kind: set() for kind in ["cookie", "csrf", "Token", "single", "access", "refresh"]}
    for _ in range(SIGN_INS):
        clients = {dialect: dialect.sign_in(server, name, PASSWORD) for dialect in ALL}
        given["cookie"].add(clients[session].credential)
        given["csrf"].add(clients[session].cookie("csrftoken"))
        given["Token"] |= {clients[djoser].credential, clients[token].credential}
        given["single"].add(clients[jwt].credential)
        given["access"].add(clients[simplejwt].credential)
        held = clients[simplejwt].refresh
        given["refresh"].add(held)
        for _ in range(REFRESHES):
            status, body = Client(server).ask("POST", "/api/user/refresh/", {"refresh": held})
            assert status == 200
            held = body["refresh"]
            given["access"].add(body["access"])
            given["refresh"].add(held)
    return given


def raw_bytes(secret):
    """The bytes that a credential spells: of a signed token those of its signature, without which it is worth nothing."""
    if "." in secret:
        return base64.urlsafe_b64decode(secret.rpartition(".")[2] + "=")
    return bytes.fromhex(secret) if len(secret) == 40 else secret.encode()


def spellings(secret):
    """A credential as text and as bytes, each plain, in hexadecimal and in both kinds of Base64."""
    for plain in {secret.encode(), secret.rpartition(".")[2].encode(), raw_bytes(secret)}:
        yield plain
        yield plain.hex().encode()
        yield plain.hex().upper().encode()
        # At the three places where a group of three bytes may begin; what depends on the neighbours is left out.
        for skipped in range(3):
            whole = plain[skipped : skipped + (len(plain) - skipped) // 3 * 3]
            yield base64.b64encode(whole)
            yield base64.urlsafe_b64encode(whole)


def found_in(content, forms):
    """Which of many texts are in a content, in one pass."""
    beginnings = {}
    for form in forms:
        beginnings.setdefault(form[:12], []).append(form)
    return [
        form for place in range(len(content)) for form in beginnings.get(content[place : place + 12], [])
        if content.startswith(form, place)]


def test_no_credential_is_stored_or_logged_in_clear(start):
    server = start("--set", "log.level=debug", "--set", "simplejwt.rotate_refresh=true")
    with ThreadPoolExecutor(4) as threads:
        all_given = list(threads.map(lambda number: credentials_of(server, f"anna{number}"), range(ACCOUNTS)))
    kinds = {kind: set().union(*[given[kind] for given in all_given]) for kind in all_given[0]}
    sign_ins = ACCOUNTS * SIGN_INS
    assert {kind: len(secrets) for kind, secrets in kinds.items()} == {
        "cookie": sign_ins, "csrf": sign_ins, "Token": ACCOUNTS, "single": sign_ins,
        "access": sign_ins * (1 + REFRESHES), "refresh": sign_ins * (1 + REFRESHES)}
    forms = {form for secrets in kinds.values() for secret in secrets for form in spellings(secret)}
    assert len(forms) > 10_000 and min(map(len, forms)) >= 12

    def assert_clear(places):
        for path in places:
            assert found_in(path.read_bytes(), forms) == [], path

    logs = [*(server.data / "log").iterdir(), server.errors, server.output]
    assert (server.data / "accounts.db-wal").stat().st_size > 0
    assert_clear([*server.data.glob("accounts.db*"), *logs])
    server.stop()
    assert_clear([*server.data.glob("accounts.db*"), *logs])

    # What is searched is where the sign-ins are, and the search finds what is there.
    database = server.database.read_bytes()
    assert b"auth.login.ok" in server.errors.read_bytes() and b"anna14@example.com" in database
    planted = next(iter(kinds["refresh"]))
    for form in spellings(planted):
        assert form in found_in(database[:5000] + b"\0" + form + b"\0" + database[:5000], forms)
