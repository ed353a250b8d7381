"""Steps that an administrator takes with accountctl and systemctl: beside the running service, and while it is stopped."""

import json
import re
import time

import dialects
import requests
from running import wait_until
from steps import step


def metric(container, name):
    """A metric without labels, as a Prometheus on this machine reads it."""
    answer = requests.get(container.url("/-/metrics"), verify=container.certificate, timeout=10)
    assert answer.status_code == 200, answer.text
    return float(re.search(rf"(?m)^{name} (\S+)$", answer.text).group(1))


def told(container, *words, **options):
    """What accountctl tells as JSON."""
    return [json.loads(line) for line in container.text("accountctl", *words, "--json", **options).splitlines()]


@step
def administer(run):
    """accountctl reaches the confined service, for root and for the service's own user, and for nobody else."""
    container = run.container
    added = container.run("accountctl", "user", "add", "dora", "--generate", "--json")
    password = re.fullmatch(r"password: (\S+)\n", added.stderr).group(1)
    container.secrets.add(password)
    assert dialects.token.ask_to_sign_in(container, "dora", password)[0] == 200
    assert [row["kind"] for row in told(container, "session", "list", "dora")] == ["token"]
    container.run("runuser", "-u", "accountd", "--", "accountctl", "user", "disable", "dora")
    assert dialects.token.ask_to_sign_in(container, "dora", password)[0] == 400
    container.run("accountctl", "user", "enable", "dora")
    denied = container.run("runuser", "-u", "nobody", "--", "accountctl", "user", "show", "dora", fails=True)
    assert denied.returncode == 77 and "run accountctl as root" in denied.stderr, denied
    events = {(event["event"], event["request_id"]) for event in told(container, "audit", "show", "--account",
                                                                        str(told(container, "user", "show", "dora")[0]["id"]))}
    uid = container.text("id", "-u", "accountd")
    assert {("account.registered", "uid=0"), ("account.disabled", f"uid={uid}"), ("account.enabled", "uid=0")} <= events
    assert container.stat("/var/lib/accountd/admin.sock") == "600 accountd accountd"
    numbers = told(container, "stats")[0]
    assert numbers["requests"] > 0 and numbers["resident_memory_bytes"] > 0
    assert metric(container, "accountd_writer_waiting") >= 0
    assert re.search(r"Answering; [\d,]+ requests", container.property("StatusText"))
    assert container.run("accountctl", "audit", "verify").stderr == ""


@step
def reload(run):
    """A reload applies what changed without a restart, and a wrong configuration changes nothing."""
    container, pid = run.container, run.container.main_pid()

    def answers_with_password():
        client = dialects.session.ask_to_sign_in(container, "anna-session", dialects.PASSWORD)
        assert client[0] == 200
        return "password" in client[1]

    assert answers_with_password()
    path = container.path("/etc/accountd/accountd.conf")
    good = path.read_text()
    container.set_option("session", "echo_password", "false")
    container.run("systemctl", "reload", "accountd")
    wait_until(lambda: not answers_with_password(), "the changed option")
    path.write_text(path.read_text() + "\nnonsense = 1\n")
    assert container.run("systemctl", "reload", "accountd", fails=True).returncode == 1
    assert "nonsense" in container.journal("--lines=20")
    assert not answers_with_password()
    path.write_text(good)
    container.run("systemctl", "reload", "accountd")
    wait_until(answers_with_password, "the option as it was")
    assert container.main_pid() == pid


@step
def examine(run):
    """The doctor finds no fault in an installation by the book, and names one that is planted."""
    container = run.container
    begin = time.monotonic()
    found = told(container, "doctor")[0]
    run.number("accountctl doctor", f"{1000 * (time.monotonic() - begin):.0f} ms")
    assert found["good"] and not any(each["severity"] == "error" for each in found["findings"]), found
    container.run("chmod", "644", "/etc/accountd/gateway.key")
    result = container.run("accountctl", "doctor", fails=True)
    assert result.returncode == 1 and "chmod 600 /etc/accountd/gateway.key" in result.stdout, result.stdout
    container.run("chmod", "600", "/etc/accountd/gateway.key")
    container.run("accountctl", "doctor")


@step
def run_timers(run):
    """The daily backup and the daily pruning work in their sandboxes, beside the running service."""
    container = run.container
    assert metric(container, "accountd_backup_last_success_timestamp_seconds") == 0
    for unit in ("accountd-backup", "accountd-prune"):
        container.run("systemctl", "start", f"{unit}.service")
        assert container.property("Result", f"{unit}.service") == "success"
        assert container.property("ExecMainStatus", f"{unit}.service") == "0", "it was busy"
        text = container.text("systemd-analyze", "security", f"{unit}.service")
        exposure = float(text.rsplit("level for", 1)[1].split()[1])
        run.number(f"exposure of {unit}.service", exposure)
        assert exposure <= 0.3
    (backup,) = container.text("ls", "/var/backups/accountd").split()
    assert container.stat(f"/var/backups/accountd/{backup}") == "700 accountd accountd"
    # accountd looks for it after it was asked.
    wait_until(
        lambda: abs(time.time() - metric(container, "accountd_backup_last_success_timestamp_seconds")) < 60, "the backup")
    container.run("accountctl", "db", "restore", "latest", "--yes", fails=True)
    container.run("accountctl", "db", "check")


@step
def administer_offline(run):
    """While the service is stopped accountctl works on its files, and leaves none that the service could not use."""
    container = run.container
    container.run("systemctl", "stop", "accountd.socket", "accountd.service")
    container.run("accountctl", "user", "set", "dora", "--email", "dora@example.com")
    container.run("accountctl", "db", "migrate")
    container.run("accountctl", "db", "vacuum")
    owners = set(container.text("find", "/var/lib/accountd", "-printf", r"%u\n").split())
    assert owners == {"accountd"}, container.text("find", "/var/lib/accountd", "-ls")
    container.run("systemctl", "start", "accountd.socket", "accountd.service")
    assert told(container, "user", "show", "dora@example.com")[0]["username"] == "dora"
    container.run("accountctl", "user", "delete", "dora", "--yes")
