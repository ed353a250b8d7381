"""A server as a developer runs it: script/server with nginx and TLS, on free ports. What is sent to it stands in client.py."""

import os
import re
import signal
import socket
import sqlite3
import subprocess
import time
from pathlib import Path

import log_page
import secrets_sent

PROJECT = Path(__file__).resolve().parents[2]
SCRIPT = PROJECT / "script" / "server"


def wait_until(condition, what, seconds=20.0):
    """The first true value of `condition()`, asked again until a deadline."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"waited {seconds} s in vain: {what}"
        time.sleep(0.01)


def free_ports(count):
    """Ports of this machine that nobody listens on now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def processes_of_session(session):
    """The processes of a session as (id, command), those that ended but were not waited for left out."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            stat = (entry / "stat").read_text()
        except OSError:
            continue
        name, fields = stat[stat.index("(") + 1 : stat.rindex(")")], stat[stat.rindex(")") + 2 :].split()
        if fields[0] != "Z" and int(fields[3]) == session:
            found.append((int(entry.name), name))
    return found


class RunningServer:
    """One run of script/server; its data folder may be used by one run after another. Limits are off unless a test is about them:
    all tests come from one address."""

    def __init__(self, folder, *options, ports=None, limits=False, prefix=()):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.data = self.folder / "data"
        self.ports = ports or free_ports(2)
        # Passwords and credentials that went through this server; secrets_sent.py collects them.
        self.secrets = set()
        self.output = self.folder / "output"
        self.errors = self.folder / "errors"
        command = [*prefix, SCRIPT, "--debug", "--no-build", "--port", self.port, "--simplejwt-port", self.ports[1]]
        command += ["--data", self.data, *([] if limits else ["--set", "limits.enabled=false"]), *options]
        # A session of its own stands for a terminal: what is left of it can be found, and signals reach nobody else.
        with self.output.open("ab") as output, self.errors.open("ab") as errors:
            self.offset = errors.tell()
            self.process = subprocess.Popen(
                [str(word) for word in command], cwd=PROJECT, start_new_session=True, stdin=subprocess.DEVNULL,
                stdout=output, stderr=errors)
        self.begin = self.output.stat().st_size

    @property
    def port(self):
        return self.ports[0]

    @property
    def certificate(self):
        return str(self.data / "tls.crt")

    @property
    def database(self):
        return self.data / "accounts.db"

    def url(self, path="", port=None):
        return f"https://localhost:{port or self.port}{path}"

    def wait_until_ready(self):
        """Waits for the line `ready` of this run; the server ended instead when that never comes."""

        def is_ready():
            with self.output.open("rb") as output:
                output.seek(self.begin)
                if re.search(rb"(?m)^ready: ", output.read()):
                    return True
            assert self.process.poll() is None, f"not started:\n{self.log()}"
            return False

        wait_until(is_ready, "the line `ready`", 60)
        return self

    def log(self):
        """What accountd and script/server wrote to the standard error output during this run."""
        with self.errors.open("rb") as errors:
            errors.seek(self.offset)
            return errors.read().decode()

    def log_line(self, *parts):
        """The first line of the log that holds all of these."""
        return wait_until(
            lambda: next((line for line in self.log().splitlines() if all(part in line for part in parts)), None),
            f"a line in the log with {parts}")

    def accountd_pid(self):
        """The id of the process that answers now."""
        return int((self.data / "accountd.pid").read_text())

    def socket_path(self):
        """The unix socket between nginx and accountd."""
        text = (self.data / "nginx" / "accountd-http.conf").read_text()
        return re.search(r"server unix:(\S+) max_fails", text).group(1)

    def gateway_key(self):
        """The key by which nginx proves itself to accountd; nil before the script has made it."""
        path = self.data / "gateway.key"
        return path.read_text().split()[0] if path.exists() else None

    def assert_secrets_were_kept(self):
        """Nothing secret that went through this server is in its logs or in its database."""
        found = secrets_sent.found(self)
        assert found == [], found

    def rows(self, sql):
        """What a read-only query finds in the database."""
        connection = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def press_control_c(self):
        """SIGINT to every process of the terminal's foreground group."""
        os.killpg(self.process.pid, signal.SIGINT)

    def terminate(self):
        """SIGTERM to the script alone, as a supervisor does."""
        self.process.terminate()

    def wait_until_ended(self):
        """Waits for the end and returns the exit status; no process may be left behind then."""
        try:
            status = self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.destroy()
            raise
        left = processes_of_session(self.process.pid)
        self.destroy()
        assert left == []
        self.assert_secrets_were_kept()
        assert log_page.surprises(self.log()) == [], "lines that docs/log.md does not describe"
        return status

    def stop(self):
        self.terminate()
        assert self.wait_until_ended() == 0

    def destroy(self):
        """Ends what is left of this run, and nothing else."""
        for pid, _ in processes_of_session(self.process.pid):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.wait()
