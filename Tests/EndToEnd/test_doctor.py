"""accountctl doctor on a real installation: content with one that is well, and with one fault after another in place of it."""

import datetime
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess

import pytest

import accountctl
from dialects import PASSWORD, session, token
from running import PROJECT, wait_until

CHECKS = set(re.findall(r'(?m)^    case (\w+)(?: = "([\w-]+)")?$', (
    PROJECT / "Sources" / "Daemon" / "Doctor" / "Finding.swift").read_text().split("public struct Finding")[0]))
CHECKS = {raw or name for name, raw in CHECKS}
# What depends on the machine of the tests, not on the installation.
OF_THE_MACHINE = {"clock", "space", "units", "fail2ban", "socket-group"}


def examine(server, *arguments, config=None):
    """The status and the findings, as {(check, severity)} without what is of the machine, and as a list."""
    status, output, errors = accountctl.run(
        server, "doctor", "--json", "--nginx-config", config or server.data / "nginx" / "nginx.conf", "--backups", server.data / "backups",
        *arguments)
    assert errors == "", errors
    report = json.loads(output)
    for finding in report["findings"]:
        assert finding["check"] in CHECKS and finding["message"]
        assert (finding["severity"] == "ok") == (finding["remedy"] == ""), finding
    for severity, count in report["counts"].items():
        assert count == sum(finding["severity"] == severity for finding in report["findings"])
    has_error = any(finding["severity"] == "error" for finding in report["findings"])
    assert report["good"] == (not has_error) and status == (1 if has_error else 0)
    bad = {(finding["check"], finding["severity"]) for finding in report["findings"]
           if finding["severity"] in ("warning", "error") and finding["check"] not in OF_THE_MACHINE}
    return status, bad, report["findings"]


def back_up(server, age):
    """A folder as `accountctl db backup` leaves it, so old."""
    name = (datetime.datetime.now(datetime.timezone.utc) - age).strftime("accountd-%Y%m%dT%H%M%SZ")
    folder = server.data / "backups" / name
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text("{}")


@pytest.fixture(scope="module")
def well(tmp_path_factory):
    """A server of this module's tests that is as it should be, limits included."""
    from running import RunningServer

    server = RunningServer(tmp_path_factory.mktemp("doctor"), limits=True).wait_until_ready()
    session.have_account(server, "anna", "anna@example.com")
    back_up(server, datetime.timedelta(hours=3))
    yield server
    server.stop()


def test_an_installation_that_is_well_has_nothing_to_mend(well):
    status, bad, findings = examine(well)
    assert (status, bad) == (0, set()), findings
    # Everything was looked at, but for what this machine does not have.
    assert CHECKS - {finding["check"] for finding in findings} <= {"units"}
    status, bad, _ = examine(well, "--full")
    assert (status, bad) == (0, set())


def test_the_page_lists_every_check():
    page = (PROJECT / "docs" / "doctor.md").read_text()
    assert set(re.findall(r"(?m)^\| `([\w-]+)` \|", page)) == CHECKS


def test_people_get_lines_with_what_to_do(well):
    command = [accountctl.PROGRAM, "doctor", "--config", well.data / "accountd.conf", "--nginx-config", well.data / "nginx" / "nginx.conf",
               "--backups", well.data / "none"]
    result = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=60)
    assert result.returncode == 0
    assert re.search(r"(?m)^ok +nginx-key +nginx sends a gateway key that accountd accepts$", result.stdout)
    assert re.search(r"(?m)^warning +backup +there is no complete backup in .*\n +→ run accountctl db backup", result.stdout)
    assert re.search(r"error 0, warning \d+, note \d+, ok \d+\n\Z", result.stdout)
    # Nothing of a key was said.
    for line in (well.data / "secret.key").read_text().splitlines() + [well.gateway_key()]:
        assert line.startswith("#") or line not in result.stdout


class Copy:
    """nginx's files in a folder of the test's own, to be changed; the running nginx keeps the good ones."""

    def __init__(self, server, folder):
        self.folder, self.source = folder / "nginx", server.data / "nginx"
        shutil.copytree(self.source, self.folder)
        for path in self.folder.iterdir():
            self.change(path.name, f"{self.source}/", f"{self.folder}/", must=False)

    def change(self, name, old, new, must=True):
        path = self.folder / name
        text = path.read_text()
        assert old in text or not must, (name, old)
        path.write_text(text.replace(old, new))

    @property
    def main(self):
        return self.folder / "nginx.conf"


@pytest.mark.parametrize(
    "name, old, new, expected",
    [
        ("accountd-server.conf", "nginx-gateway-key*", "nginx-gateway-none*", ("nginx-key", "error")),
        ("accountd-server.conf", "REMOTE_ADDR     $remote_addr", "REMOTE_ADDR $http_x_forwarded_for", ("nginx-address", "error")),
        ("accountd-server.conf", "client_max_body_size 5248k", "client_max_body_size 1m", ("nginx-body", "warning")),
        ("accountd-server.conf", "location /obtain_token ", "location /gone ", ("nginx-paths", "warning")),
        ("site.conf", "    add_header", "    listen 8099; add_header", ("nginx-tls", "error")),
        ("accountd-limits-tries.conf", "limit_req ", "# limit_req ", ("nginx-limits", "warning")),
        ("site.conf", "tls.crt", "none.crt", ("certificate", "error")),
        ("accountd-http.conf", "server unix:", "server unix:/other", ("nginx", "error")),
        ("site.conf", "ssl_protocols", "ssl_protocol", ("nginx", "error")),
        ("site.conf", "server_tokens off;", "server_tokens off", ("nginx", "error")),
        ("site.conf", "server_name localhost", "server_name accounts.example", ("certificate", "warning")),
    ])
def test_a_fault_of_nginx_is_named(well, tmp_path, name, old, new, expected):
    if new == "ssl_protocol" and os.geteuid() != 0:
        pytest.skip("only root has nginx judge its own files")
    copy = Copy(well, tmp_path)
    copy.change(name, old, new)
    _, bad, findings = examine(well, config=copy.main)
    assert expected in bad, findings
    others = {check for check, _ in bad} - {expected[0]}
    # nginx itself may object to the same, and what passes nothing to accountd is not looked at further.
    assert others <= {"nginx"}, findings


@pytest.mark.parametrize(
    "options, check, severity, word",
    [
        (["session.secure_cookies=false"], "settings", "warning", "session.secure_cookies"),
        (["limits.enabled=false"], "settings", "warning", "limits.enabled"),
        (["server.gateway_key_file="], "settings", "warning", "server.gateway_key_file"),
        (["limits.body=1048576"], "nginx-body", "warning", "1048576"),
        (["pictures.program=/nowhere"], "files", "error", "/nowhere"),
        (["server.listen=unix:/tmp/accountd-none.sock"], "nginx", "error", "/tmp/accountd-none.sock"),
        (["server.maximum_connections=60000"], "open-files", "warning", "60000"),
        (["token.lifetime=-1"], "configuration", "error", "token.lifetime"),
        (["store.path=/tmp/accountd-none/accounts.db"], "files", "error", "/tmp/accountd-none"),
    ])
def test_a_fault_of_the_settings_is_named(well, options, check, severity, word):
    _, bad, findings = examine(well, *[part for option in options for part in ("--set", option)])
    assert (check, severity) in bad, findings
    assert any(word in finding["message"] for finding in findings if (finding["check"], finding["severity"]) == (check, severity))


def test_an_open_file_an_old_backup_and_a_wrong_gateway_key_are_named(start):
    server = start()
    session.have_account(server, "anna", "anna@example.com")
    back_up(server, datetime.timedelta(hours=49))
    server.database.chmod(0o644)
    new = "n3w-" * 16
    (server.data / "gateway.key").write_text(f"{new}\n")
    os.kill(server.accountd_pid(), signal.SIGHUP)
    wait_until(lambda: "daemon.not_reloaded" in server.log(), "a refusal, because of the mode")
    _, bad, findings = examine(server)
    # accountd has the old key still, the files have another, and limits of nginx are off with accountd's in this test.
    assert bad == {("files", "error"), ("backup", "warning"), ("nginx-key", "error"), ("nginx-limits", "warning")}, findings
    remedy = next(finding["remedy"] for finding in findings if finding["check"] == "files")
    subprocess.run(remedy, shell=True, check=True)
    os.kill(server.accountd_pid(), signal.SIGHUP)
    wait_until(lambda: "daemon.reloaded changed=gateway-key" in server.log(), "the reload")
    _, bad, findings = examine(server)
    assert {("request", "error"), ("nginx-key", "error")} <= bad and ("files", "error") not in bad, findings


def test_a_stopped_accountd_and_a_broken_audit_trail_are_named(start):
    server = start()
    session.have_account(server, "anna", "anna@example.com")
    token.sign_in(server, "anna", PASSWORD)
    with sqlite3.connect(server.database) as connection:
        connection.execute("UPDATE audit_marks SET count = count + 1 WHERE name = 'head'")
    connection.close()
    _, bad, findings = examine(server)
    assert ("audit", "error") in bad, findings
    server.stop()
    _, bad, findings = examine(server)
    assert {("daemon", "error"), ("nginx", "error"), ("audit", "error")} <= bad, findings
    assert next(finding for finding in findings if finding["check"] == "integrity")["severity"] == "ok"


def test_a_clock_that_went_back_and_clients_that_are_not_told_apart_are_named(start):
    server = start()
    session.have_account(server, "anna", "anna@example.com")
    for _ in range(20):
        token.sign_in(server, "anna", PASSWORD)
    _, bad, findings = examine(server)
    assert ("client-address", "warning") in bad, findings
    later = "strftime('%s', 'now') * 1000000 + 3600000000"
    with sqlite3.connect(server.database) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(f"UPDATE audit_events SET recorded_at = {later} WHERE id = (SELECT max(id) FROM audit_events)")
    connection.close()
    _, _, findings = examine(server)
    assert any(finding["check"] == "clock" and finding["severity"] == "error" for finding in findings), findings
