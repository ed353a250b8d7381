"""The administrator's program, run as an administrator does, and the audit trail verified by another program than ours."""

import hashlib
import hmac
import json
import os
import sqlite3
import subprocess

from running import PROJECT

PROGRAM = PROJECT / ".build" / "debug" / "accountctl"


def run(server, *arguments, **environment):
    """The status, the output and the errors of one run."""
    command = [PROGRAM, *arguments, "--config", server.data / "accountd.conf"]
    result = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, timeout=120, env={**os.environ, **environment})
    return result.returncode, result.stdout, result.stderr


def verified(server, *arguments):
    """The report of a verification that found nothing wrong."""
    status, output, errors = run(server, "audit", "verify", "--json", *arguments)
    report = json.loads(output)
    assert (status, report["good"], report["fault"], errors) == (0, True, None, ""), (status, output, errors)
    return report


def shown(server, *arguments):
    """The events that are listed."""
    status, output, errors = run(server, "audit", "show", "--json", "--limit", "0", *arguments)
    assert (status, errors) == (0, "")
    return [json.loads(line) for line in output.splitlines()]


def hkdf(key, label, count):
    """HKDF-SHA-256 without a salt (RFC 5869), of at most 32 bytes."""
    extracted = hmac.digest(bytes(32), key, "sha256")
    return hmac.digest(extracted, label.encode() + b"\x01", "sha256")[:count]


def encoded(*values):
    """A message of docs/audit.md: numbers are 8 bytes, everything else has its length before it; None is a number 0."""
    message = b""
    for value in values:
        if isinstance(value, int):
            message += value.to_bytes(8, "big", signed=True)
        else:
            content = value.encode() if isinstance(value, str) else value
            message += len(content).to_bytes(8, "big") + content
    return message


def verify_by_hand(server):
    """How many events the trail has, every code of it computed from docs/audit.md alone."""
    lines = (server.data / "secret.key").read_text().splitlines()
    masters = [bytes.fromhex(line) for line in lines if line and not line.startswith("#")]
    keys = {hkdf(key, "accountd key-id v1", 8): hkdf(key, "accountd audit-trail v1", 32) for key in masters}
    connection = sqlite3.connect(f"file:{server.database}?mode=ro", uri=True)
    connection.execute("BEGIN")
    marks = {name: rest for name, *rest in connection.execute("SELECT name, count, chain, key_id, code FROM audit_marks")}
    for name, (count, chain, key, code) in marks.items():
        if count or key:
            message = encoded("accountd audit mark v1", name, count, chain, key)
            assert hmac.compare_digest(code, hmac.digest(keys[key], message, "sha256")), name
    number, previous = marks["anchor"][0], marks["anchor"][1]
    columns = "id, recorded_at, event, account_id, network, dialect, request_id, detail, count, key_id, chain"
    for row in connection.execute(f"SELECT {columns} FROM audit_events ORDER BY id"):
        identity, time, event, account, network, dialect, request, detail, count, key, chain = row
        assert identity == number + 1
        who = (0,) if account is None else (1, account)
        message = encoded(
            "accountd audit event v1", previous, identity, time, event, *who, network, dialect, request, detail, count, key)
        assert hmac.compare_digest(chain, hmac.digest(keys[key], message, "sha256")), identity
        number, previous = identity, chain
    connection.close()
    assert [number, previous] == marks["head"][:2]
    return number - marks["anchor"][0]
