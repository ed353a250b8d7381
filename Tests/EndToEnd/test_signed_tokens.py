"""What PyJWT finds in the signed tokens, and what accountd thinks of tokens that PyJWT makes."""

import hashlib
import hmac
import time

import jwt as pyjwt
import pytest

from client import INTEGER, UUID, Client, Matching
from dialects import PASSWORD, jwt, simplejwt, token

HEX = Matching("[0-9a-f]{32}")
DAY = 86_400


class About:
    """Stands for a point in time within a few seconds of one."""

    def __init__(self, seconds):
        self.seconds = seconds

    def __eq__(self, other):
        return type(other) is int and abs(other - self.seconds) <= 30

    def __repr__(self):
        return f"About({self.seconds})"


def signing_key(server):
    """The sub-key for signed tokens: HKDF-SHA-256 (RFC 5869) of the first key in the key file."""
    lines = (server.data / "secret.key").read_text().splitlines()
    key = bytes.fromhex(next(line for line in lines if line and not line.startswith("#")))
    extracted = hmac.digest(bytes(32), key, hashlib.sha256)
    return hmac.digest(extracted, b"accountd signed-token v1\x01", hashlib.sha256)


@pytest.fixture
def email(server, name):
    token.have_account(server, name, f"{name}@example.com")
    return f"{name}@example.com"


def read(text, server=None):
    """Header and claims, the signature checked when a server's key is at hand."""
    options = {"key": signing_key(server), "algorithms": ["HS256"]} if server else {
        "options": {"verify_signature": False}}
    return pyjwt.get_unverified_header(text), pyjwt.decode(text, **options)


def test_the_single_token_has_the_claims_of_its_document_and_the_session(server, name, email):
    client = jwt.sign_in(server, email, PASSWORD)
    header, claims = read(client.credential)
    assert header == {"alg": "HS256", "typ": "JWT"}
    assert claims == {
        "user_id": INTEGER, "username": name, "exp": About(time.time() + 7 * DAY), "email": email, "sid": HEX}
    assert read(client.credential, server) == (header, claims)
    with pytest.raises(pyjwt.InvalidSignatureError):
        pyjwt.decode(client.credential, key=bytes(32), algorithms=["HS256"])


def test_the_pair_has_the_claims_of_simplejwt_and_the_session(server, email):
    client = simplejwt.sign_in(server, email, PASSWORD)
    now = time.time()
    kinds = [("access", client.credential, 300), ("refresh", client.refresh, DAY)]
    found = []
    for kind, text, lifetime in kinds:
        header, claims = read(text)
        assert header == {"alg": "HS256", "typ": "JWT"}
        assert claims == {
            "token_type": kind, "exp": About(now + lifetime), "iat": About(now), "jti": HEX, "user_id": UUID,
            "sid": HEX}
        assert claims["exp"] - claims["iat"] == lifetime
        assert read(text, server) == (header, claims)
        found.append(claims)
    assert found[0]["sid"] == found[1]["sid"] and found[0]["user_id"] == found[1]["user_id"]
    assert found[0]["jti"] != found[1]["jti"]


def test_a_refreshed_access_token_belongs_to_the_same_session(server, email):
    client = simplejwt.sign_in(server, email, PASSWORD)
    status, body = client.ask("POST", "/api/user/refresh/", {"refresh": client.refresh})
    assert (status, list(body)) == (200, ["access"])
    before, after = read(client.credential)[1], read(body["access"], server)[1]
    assert after["sid"] == before["sid"] and after["jti"] != before["jti"]
    assert set(after) == set(before) and after["token_type"] == "access"


def forgeries(server, claims):
    """Tokens that must not be let in, with what is wrong with each."""
    key = signing_key(server)
    now = int(time.time())
    good = pyjwt.encode(claims, key, "HS256")
    head, payload, signature = good.split(".")
    return {
        "signed with zeros": pyjwt.encode(claims, bytes(32), "HS256"),
        "not signed": pyjwt.encode(claims, None, "none"),
        "without its signature": f"{head}.{payload}.",
        "signed with another algorithm": pyjwt.encode(claims, key * 2, "HS512"),
        "the signature of another payload": ".".join(
            [*pyjwt.encode({**claims, "x": 1}, key, "HS256").split(".")[:2], signature]),
        "expired": pyjwt.encode({**claims, "exp": now - 1}, key, "HS256"),
        "for tomorrow": pyjwt.encode({**claims, "nbf": now + DAY}, key, "HS256"),
        "of no session": pyjwt.encode({**claims, "sid": "0" * 32}, key, "HS256"),
        "without a session": pyjwt.encode({k: v for k, v in claims.items() if k != "sid"}, key, "HS256"),
    }


SINGLE_TEXTS = {
    "signed with zeros": "Error decoding signature.",
    "not signed": "Incorrect authentication credentials.",
    "without its signature": "Error decoding signature.",
    "signed with another algorithm": "Incorrect authentication credentials.",
    "the signature of another payload": "Error decoding signature.",
    "expired": "Signature has expired.",
    "for tomorrow": "Incorrect authentication credentials.",
    "of no session": "Invalid signature.",
    "without a session": "Invalid signature.",
}


@pytest.mark.parametrize("what", SINGLE_TEXTS)
def test_a_forged_single_token_is_refused(server, email, what):
    client = jwt.sign_in(server, email, PASSWORD)
    claims = read(client.credential)[1]
    forged = forgeries(server, claims)[what]
    answer = Client(server, authorization=f"JWT {forged}").ask("GET", "/get_profile/")
    assert answer == (401, {"detail": SINGLE_TEXTS[what]})
    # The same claims signed with the same key are the token itself, so it is the forging that is refused.
    again = pyjwt.encode(claims, signing_key(server), "HS256")
    assert jwt.read_profile(Client(server, authorization=f"JWT {again}"))[0] == 200


@pytest.mark.parametrize("what", SINGLE_TEXTS)
def test_a_forged_token_of_a_pair_is_refused(server, email, what):
    client = simplejwt.sign_in(server, email, PASSWORD)
    text = "Token is expired" if what == "expired" else "Token is invalid"
    forged = forgeries(server, read(client.credential)[1])[what]
    assert Client(server, authorization=f"JWT {forged}").ask("GET", "/api/user/me/") == (
        401, {
            "detail": "Given token not valid for any token type", "code": "token_not_valid",
            "messages": [{"token_class": "AccessToken", "token_type": "access", "message": text}]})
    forged = forgeries(server, read(client.refresh)[1])[what]
    assert client.ask("POST", "/api/user/refresh/", {"refresh": forged}) == (
        401, {"detail": text, "code": "token_not_valid"})


def test_each_endpoint_takes_only_its_own_kind_of_token(server, email):
    single, pair = jwt.sign_in(server, email, PASSWORD), simplejwt.sign_in(server, email, PASSWORD)
    for foreign in [pair.credential, pair.refresh]:
        assert Client(server, authorization=f"JWT {foreign}").ask("GET", "/get_profile/")[0] == 401
    for foreign, fault in [(single.credential, "Token has no id"), (pair.refresh, "Token has wrong type")]:
        assert Client(server, authorization=f"JWT {foreign}").ask("GET", "/api/user/me/") == (
            401, {
                "detail": "Given token not valid for any token type", "code": "token_not_valid",
                "messages": [{"token_class": "AccessToken", "token_type": "access", "message": fault}]})
    for foreign, fault in [(single.credential, "Token has no id"), (pair.credential, "Token has wrong type")]:
        assert single.ask("POST", "/api/user/refresh/", {"refresh": foreign}) == (
            401, {"detail": fault, "code": "token_not_valid"})


def test_lifetimes_are_those_of_the_configuration(start):
    own = start(
        "--set", "jwt.lifetime=1000", "--set", "simplejwt.access_lifetime=20", "--set",
        "simplejwt.refresh_lifetime=2000")
    token.have_account(own, "anna", "anna@example.com")
    now = time.time()
    single, pair = jwt.sign_in(own, "anna", PASSWORD), simplejwt.sign_in(own, "anna", PASSWORD)
    assert read(single.credential, own)[1]["exp"] == About(now + 1000)
    access, refresh = read(pair.credential, own)[1], read(pair.refresh, own)[1]
    assert (access["exp"] - access["iat"], refresh["exp"] - refresh["iat"]) == (20, 2000)
