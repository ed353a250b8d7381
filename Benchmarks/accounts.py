"""The accounts that the programs are measured with: what each is called, its credentials, and databases full of them.

Everything is derived from an account's number and accountd's key file, in the way of Sources/Secrets/KeyRing.swift and
OpaqueToken.swift, so a database is filled by SQL in seconds and no credential has to be kept."""

import base64
import hashlib
import hmac
import json
import sqlite3
import time
import uuid

PASSWORD = "Corr3ct-horse"
# Session.swift's SessionKind.
COOKIE, TOKEN, SIGNED_TOKEN = 1, 2, 3
# How many accounts the requests of a row go to, spread over all that there are.
SAMPLE = 10_000
TEN_YEARS = 10 * 365 * 86400


def _hmac(key, message):
    return hmac.new(key, message, hashlib.sha256).digest()


def _base64url(content):
    return base64.urlsafe_b64encode(content).rstrip(b"=")


class Accounts:
    """Accounts numbered from 1 to `count`, under the first key of a key file."""

    def __init__(self, count, key_file):
        self.count = count
        lines = [line for line in key_file.read_text().splitlines() if line and not line.startswith("#")]
        # RFC 5869: extract without a salt, then expand to one block.
        extracted = _hmac(bytes(32), bytes.fromhex(lines[0]))
        self._keys = {
            purpose: _hmac(extracted, f"accountd {purpose} v1".encode() + b"\x01")
            for purpose in ("opaque-token", "session-cookie", "signed-token")}

    def sample(self):
        """The numbers that requests go to."""
        step = max(self.count // SAMPLE, 1)
        return range(1, self.count + 1, step)[:SAMPLE]

    def username(self, number):
        return f"user{number:09d}"

    def email(self, number):
        return f"user{number:09d}@example.com"

    def uuid(self, number):
        return uuid.UUID(bytes=hashlib.md5(b"account %d" % number).digest(), version=4)

    def nonce(self, number, kind):
        return hashlib.md5(b"session %d %d" % (kind, number)).digest()

    def _opaque(self, purpose, number, kind):
        return _hmac(self._keys[purpose], b"opaque token:" + self.nonce(number, kind)).hex()[:40]

    def token(self, number):
        return self._opaque("opaque-token", number, TOKEN)

    def cookie(self, number):
        return self._opaque("session-cookie", number, COOKIE)

    def signed_token(self, number):
        claims = {
            "user_id": number, "username": self.username(number), "exp": int(time.time()) + TEN_YEARS,
            "email": self.email(number), "sid": self.nonce(number, SIGNED_TOKEN).hex()}
        signed = b".".join(
            _base64url(json.dumps(part, separators=(",", ":")).encode())
            for part in ({"alg": "HS256", "typ": "JWT"}, claims))
        return (signed + b"." + _base64url(_hmac(self._keys["signed-token"], signed))).decode()

    def digest(self, number, kind):
        """What the store finds a session by."""
        if kind == TOKEN:
            return hashlib.sha256(self.token(number).encode()).digest()
        if kind == COOKIE:
            return hashlib.sha256(self.cookie(number).encode()).digest()
        return hashlib.sha256(self.nonce(number, kind)).digest()


def fill(path, accounts, password_hash, progress):
    """Puts the accounts into a database that accountd has made and closed. Each has a Token; those of the sample have a
    session of each kind that is measured. All have the one password, by the one hash."""
    now = int(time.time()) * 1_000_000
    # Sessions of the future: else the first read after an hour would date a session's last use, which is a write.
    later = now + TEN_YEARS * 1_000_000
    database = sqlite3.connect(path, isolation_level=None)
    database.executescript(
        "PRAGMA journal_mode = DELETE; PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000; "
        "DELETE FROM sessions; DELETE FROM login_names; DELETE FROM accounts; BEGIN")
    numbers = range(1, accounts.count + 1)
    steps = accounts.count * 3

    def counted(rows, before):
        for number, row in enumerate(rows):
            if number % 10_000 == 0:
                progress(f"filling the database: {100 * (before + number) // steps} %")
            yield row

    database.executemany(
        "INSERT INTO accounts (id, uuid, username, email, password, first_name, last_name, created_at, last_login_at) "
        "VALUES (?, ?, ?, ?, ?, 'Richard', 'Hendricks', ?, ?)",
        counted(
            ((n, accounts.uuid(n).bytes, accounts.username(n), accounts.email(n), password_hash, now, now)
             for n in numbers), 0))
    # In the order of their keys.
    names = (row for n in numbers for row in ((accounts.username(n), n), (accounts.email(n), n)))
    database.executemany("INSERT INTO login_names (name_key, account_id) VALUES (?, ?)", names)
    insert = (
        "INSERT INTO sessions "
        "(account_id, kind, nonce, digest, created_at, last_used_at, expires_at, network, user_agent) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, '127.0.0.1', 'bench')")

    def session(number, kind):
        expiry = None if kind == TOKEN else later
        return number, kind, accounts.nonce(number, kind), accounts.digest(number, kind), now, later, expiry

    database.executemany(insert, counted((session(n, TOKEN) for n in numbers), accounts.count * 2))
    for kind in (COOKIE, SIGNED_TOKEN):
        database.executemany(insert, (session(n, kind) for n in accounts.sample()))
    database.execute("COMMIT")
    database.execute("PRAGMA journal_mode = WAL")
    database.close()
