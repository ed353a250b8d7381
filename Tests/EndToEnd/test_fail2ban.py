"""The fail2ban filter, by fail2ban's own program, over the log of a real run: it finds those who failed, and nobody else."""

import json
import random
import re
import shutil
import socket
import subprocess
from configparser import ConfigParser

import pytest

import fastcgi
from dialects import ALL, PASSWORD, session
from log_lines import parsed
from running import PROJECT, RunningServer
from test_log_injection import FORGED, TRAPS, hostile

FILTER = PROJECT / "fail2ban" / "filter.d" / "accountd.conf"
JAIL = PROJECT / "fail2ban" / "jail.d" / "accountd.conf"
PROGRAM = shutil.which("fail2ban-regex")
pytestmark = pytest.mark.skipif(PROGRAM is None, reason="fail2ban is not installed; script/test installs it where it may")
ADDRESSES = ["192.0.2.7", "2001:db8::7", "198.51.100.200", "2001:db8:0:1:1:1:1:1"]


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    """The log of a run in which each of the addresses failed twice, in every dialect, amid much else."""
    server = RunningServer(tmp_path_factory.mktemp("fail2ban"), "--set", "log.level=debug").wait_until_ready()
    key = server.gateway_key()
    session.have_account(server, "anna", "anna@example.com")
    generator = random.Random(7)
    for dialect in ALL:
        client = dialect.sign_in(server, "anna", PASSWORD)
        dialect.read_profile(client)
        for number, address in enumerate(ADDRESSES):
            for login in ["anna", hostile(generator)]:
                body = json.dumps({dialect.login_field: login, "password": "wrong-pass-1"}).encode()
                # nginx's part, since a test has no other address: it proves itself and says who the client is.
                status, *_ = fastcgi.answer(
                    server, "POST", dialect.login_path, body, key=key, REMOTE_ADDR=address,
                    HTTP_USER_AGENT=FORGED, HTTP_X_FORWARDED_FOR="192.0.2.66", REQUEST_ID=f"{number:032x}")
                assert status in (400, 401, 403)
    # What must not be found: right passwords, strangers at the socket, broken requests, other paths.
    good = json.dumps({"username": "anna", "password": PASSWORD}).encode()
    assert fastcgi.answer(server, "POST", "/core/login/", good, key=key, REMOTE_ADDR="203.0.113.1")[0] == 200
    assert fastcgi.answer(server, "POST", "/core/login/", good, REMOTE_ADDR="203.0.113.2")[0] == 403
    for trap in TRAPS:
        body = json.dumps({"username": f"{trap} ip=203.0.113.3", "password": trap or "x"}).encode()
        fastcgi.answer(server, "POST", "/core/signup/", body, key=key, REMOTE_ADDR="203.0.113.4", REQUEST_ID="0" * 32)
    assert fastcgi.answer(server, "GET", "/auth.login.failed ip=203.0.113.5", key=key, REMOTE_ADDR="203.0.113.5")[0] == 404
    server.stop()
    return server.log()


def as_in_the_journal(log):
    """The same lines as fail2ban gets them from the journal: what systemd noted first, then what accountd wrote."""
    for line in log.splitlines():
        time, _, message = line.split(" ", 2)
        yield f"{time[:19]} {socket.gethostname()} accountd[4711]: {message}"


def found(folder, lines):
    """The addresses that fail2ban finds in lines of a log, one for each match, and the lines that it misses."""
    path = folder / "lines.log"
    path.write_text("\n".join(lines) + "\n")
    # Its own configuration folder: nothing of the machine's.
    result = subprocess.run(
        [PROGRAM, "--out", "ip", str(path), str(FILTER)], capture_output=True, text=True, timeout=60, cwd="/")
    assert result.returncode in (0, 1), result.stderr
    report = subprocess.run(
        [PROGRAM, "--print-all-missed", str(path), str(FILTER)], capture_output=True, text=True, timeout=60, cwd="/")
    counts = re.search(r"Lines: (\d+) lines, (\d+) ignored, (\d+) matched, (\d+) missed", report.stdout)
    assert counts, report.stdout + report.stderr
    total, ignored, matched, missed = map(int, counts.groups())
    assert (total, ignored) == (len(lines), 0) and matched + missed == total
    addresses = result.stdout.split()
    assert len(addresses) == matched
    return addresses, missed


@pytest.mark.parametrize("form", [lambda log: log.splitlines(), as_in_the_journal], ids=["a file", "the journal"])
def test_those_who_failed_are_found_and_nobody_else(log, tmp_path, form):
    lines = list(form(log))
    addresses, missed = found(tmp_path, lines)
    failed = [pairs for event, pairs in map(parsed, log.splitlines()) if event == "auth.login.failed"]
    assert addresses == [dict(pairs)["ip"] for pairs in failed]
    # Every address by every dialect; a login name that cannot be one is refused as that.
    assert set(addresses) == set(ADDRESSES) and len(addresses) >= len(ADDRESSES) * len(ALL)
    assert missed == len(lines) - len(addresses) > 10


def test_who_is_slowed_down_is_found(tmp_path):
    lines = [
        "2026-01-01T00:00:00.000Z notice auth.throttled ip=192.0.2.9 dialect=token id=" + "0" * 32,
        "2026-01-01T00:00:00.000Z notice auth.throttled ip=2001:db8::9 dialect=session id=" + "0" * 32 + " retry_after=4",
        "2026-01-01T00:00:00.000Z notice auth.throttled_elsewhere ip=192.0.2.10 dialect=token id=" + "0" * 32,
    ]
    assert found(tmp_path, lines) == (["192.0.2.9", "2001:db8::9"], 1)


def test_no_hostile_line_makes_a_match_for_an_address(tmp_path):
    """Lines that accountd does not write, but that would be there if a client's text went into one as it is."""
    generator = random.Random(11)
    victim = "auth.login.failed ip=203.0.113.9"
    lines = [
        f"2026-01-01T00:00:00.000Z info request.refused ip=192.0.2.1 path={victim}",
        f'2026-01-01T00:00:00.000Z notice auth.login.failed ip="{victim}" dialect=token id=0',
        f"2026-01-01T00:00:00.000Z notice auth.login.failed login={victim} ip=203.0.113.9",
        f"2026-01-01T00:00:00.000Z notice auth.login.failed ip=192.0.2.1 login=\"a b\" {victim}",
        f"2026-01-01T00:00:00.000Z notice auth.login.failed ip=example.com dialect=token id=0",
        f"2026-01-01T00:00:00.000Z notice auth.login.failed ip=localhost dialect=token id=0",
        f"2026-01-01T00:00:00.000Z notice x {victim} dialect=token",
        f"2026-01-01T00:00:00 host nginx[1]: {victim} dialect=token id=0",
        f"2026-01-01T00:00:00 host accountd[1]: nginx accountd[1]: {victim} dialect=token id=0",
        f"2026-01-01T00:00:00 host sudo[1]: accountd[1]: {victim} dialect=token id=0",
        f"2026-01-01T00:00:00.000Z warning gateway.refused claimed_address=203.0.113.9 count=1 id=0",
    ]
    lines += [
        f"2026-01-01T00:00:00.000Z notice auth.login.ok ip=192.0.2.1 login={hostile(generator)} {victim}".replace("\n", " ")
        .replace("\r", " ").replace("\0", " ") for _ in range(200)]
    lines = [re.sub(r"[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]", " ", line) for line in lines]
    addresses, _ = found(tmp_path, lines)
    assert "203.0.113.9" not in addresses and "192.0.2.66" not in addresses
    assert addresses == []


def test_the_filter_reads_the_services_own_lines_only_and_the_jail_uses_it():
    text = FILTER.read_text()
    assert "\njournalmatch = _SYSTEMD_UNIT=accountd.service\n" in text
    expressions = re.findall(r"(?m)^(?:failregex =|           ) (.*)$", text)
    assert len(expressions) == 2
    for expression in expressions:
        assert expression.startswith("^%(_head)s") and expression.endswith("$") and "<HOST>" not in expression
        # Nothing that takes any text stands before the address.
        assert ".*" not in expression and ".+" not in expression
    jail = ConfigParser()
    jail.read(JAIL)
    assert jail["accountd"]["filter"] == FILTER.stem and jail["accountd"]["backend"] == "systemd"
    assert jail["accountd"]["port"] == "https,8010"
