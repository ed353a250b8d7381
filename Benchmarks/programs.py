"""What is measured: accountd, the floor and, on request, Django, each as processes of our own that are started, watched by /proc
and ended by their ids."""

import http.client
import os
import pwd
import shutil
import signal
import sqlite3
import ssl
import subprocess
import time
from pathlib import Path

FOLDER = Path(__file__).parent
TICKS = os.sysconf("SC_CLK_TCK")


def wait_until(condition, what, seconds=60.0, pause=0.01):
    """Asks until the answer is true."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError(f"waited {seconds:.0f} s in vain: {what}")
        time.sleep(pause)


def cores_in_use(seconds=0.5):
    """How many cores are busy now, those included that the host took away."""

    def busy():
        fields = [int(field) for field in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
        return (sum(fields) - fields[3] - fields[4]) / TICKS

    begin, before = time.monotonic(), busy()
    time.sleep(seconds)
    return (busy() - before) / (time.monotonic() - begin)


class Process:
    """A process of ours with its children; its output goes to a file."""

    def __init__(self, command, log, environment=None):
        self.log = log
        with log.open("ab") as output:
            self.popen = subprocess.Popen(
                [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                env=environment)

    def check(self):
        if self.popen.poll() is not None:
            tail = self.log.read_text(errors="replace")[-2000:]
            raise RuntimeError(f"{self.popen.args[0]} ended with {self.popen.returncode}:\n{tail}")

    def stop(self):
        if self.popen.poll() is None:
            self.popen.terminate()
            try:
                self.popen.wait(20)
            except subprocess.TimeoutExpired:
                self.popen.kill()
        self.popen.wait()

    def _family(self):
        """The ids of the process and its children."""
        pid = self.popen.pid
        try:
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        except OSError:
            children = []
        return [pid, *map(int, children)]

    def cpu_seconds(self):
        """Time in user mode and in the kernel since the start."""
        total = 0
        for pid in self._family():
            try:
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            total += int(fields[11]) + int(fields[12])
        return total / TICKS

    def memory_mb(self, name):
        """`VmRSS`, resident now, or `VmHWM`, the most so far."""
        total = 0
        for pid in self._family():
            try:
                lines = Path(f"/proc/{pid}/status").read_text().splitlines()
            except OSError:
                continue
            total += sum(int(line.split()[1]) for line in lines if line.startswith(name + ":"))
        return total / 1024


class Program:
    """One of the programs with a database of its own. `kind` is accountd, floor or django; `name` tells two of a kind apart."""

    def __init__(self, kind, name, accounts, folder, sockets, port):
        self.kind, self.name, self.accounts, self.port = kind, name, accounts, port
        self.folder = folder / name
        self.folder.mkdir(parents=True)
        self.socket = sockets / f"{name}.sock"
        self.process = None

    def command(self):
        raise NotImplementedError

    environment = None

    def launch(self):
        self.process = Process(self.command(), self.folder / "log", self.environment)

    def wait_until_live(self, client):
        """Waits until accountd answers at all."""

        def is_live():
            self.process.check()
            client.request("GET", "/-/ready")
            answer = client.getresponse()
            answer.read()
            return answer.status == 200

        wait_until(is_live, f"{self.name} answers: see {self.process.log}")

    def start(self, certificate):
        """Starts it and returns the milliseconds until a profile read was answered 200."""
        client = http.client.HTTPSConnection(
            "localhost", self.port, timeout=30, context=ssl.create_default_context(cafile=certificate))
        client.connect()
        headers = {"Authorization": f"Token {self.accounts.token(1)}"}

        def is_answered():
            self.process.check()
            client.request("GET", "/auth/users/me/", headers=headers)
            answer = client.getresponse()
            answer.read()
            return answer.status == 200

        begin = time.perf_counter()
        self.launch()
        wait_until(is_answered, f"{self.name} answers: see {self.process.log}", pause=0.0005)
        took = (time.perf_counter() - begin) * 1000
        client.close()
        return took

    def stop(self):
        if self.process:
            self.process.stop()
            self.process = None

    def wait_until_idle(self):
        """Waits until nothing of an earlier measurement is being worked on any more."""
        seen = [self.process.cpu_seconds()]

        def is_idle():
            time.sleep(0.1)
            seen.append(self.process.cpu_seconds())
            return seen[-1] - seen[-2] <= 0.01

        wait_until(is_idle, f"{self.name} becomes idle", pause=0)


class Accountd(Program):
    def __init__(self, *arguments, binary, options):
        super().__init__("accountd", *arguments)
        self.binary, self.options = binary, options

    def command(self):
        return [
            self.binary, "--set", f"server.listen=unix:{self.socket}", "--set",
            f"store.path={self.folder / 'accounts.db'}", "--set", f"secrets.key_file={self.folder / 'secret.key'}",
            "--set", f"pictures.path={self.folder / 'media'}",
            "--set", f"server.public_url=https://localhost:{self.port}",
            # All load comes from one address.
            "--set", "limits.enabled=false", *[word for option in self.options for word in ("--set", option)]]


class Floor(Program):
    def __init__(self, *arguments, binary):
        super().__init__("floor", *arguments)
        self.binary = binary

    def command(self):
        return [self.binary, self.socket, self.folder / "accounts.db", self.folder / "secret.key"]


class Django(Program):
    def __init__(self, *arguments, environment_folder):
        super().__init__("django", *arguments)
        self.bin = environment_folder / "bin"
        self.environment = dict(
            os.environ, PYTHONPATH=str(FOLDER / "django"), PYTHONDONTWRITEBYTECODE="1",
            DJANGO_SETTINGS_MODULE="bench_settings", BENCH_DATABASE=str(self.folder / "accounts.db"))

    def command(self):
        # As many processes as gunicorn's documentation advises.
        workers = 2 * (os.cpu_count() or 1) + 1
        return [
            self.bin / "gunicorn", "--workers", workers, "--bind", f"unix:{self.socket}", "--log-level", "warning",
            "bench_settings:application"]

    def fill(self):
        """Makes the database and puts the accounts into it."""
        subprocess.run(
            [self.bin / "python", FOLDER / "django" / "fill.py"], env=self.environment, check=True, input="\n".join(
                f"{self.accounts.username(n)} {self.accounts.email(n)} {self.accounts.uuid(n)} {self.accounts.token(n)}"
                for n in range(1, self.accounts.count + 1)), text=True)


NGINX = """\
{user}
worker_processes auto;
daemon off;
pid {run}/nginx.pid;
error_log {folder}/nginx-error.log crit;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    client_body_temp_path {run}/body;
    proxy_temp_path {run}/proxy;
    fastcgi_temp_path {run}/fastcgi;
    uwsgi_temp_path {run}/uwsgi;
    scgi_temp_path {run}/scgi;
{includes}
}}
"""


class Nginx:
    """One nginx for all programs: each has a port with the same TLS and the same locations, by the project's own files."""

    def __init__(self, project, folder, run):
        self.project, self.folder, self.run = project, folder, run
        self.process = None
        self.certificate = folder / "tls.crt"
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
             "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout",
             folder / "tls.key", "-out", self.certificate],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def start(self, programs):
        includes = [path for program in programs for path in self._render(program)]
        (self.folder / "nginx.conf").write_text(NGINX.format(
            user=f"user {_user_name()};" if os.getuid() == 0 else "", run=self.run, folder=self.folder,
            includes="\n".join(f"    include {path};" for path in includes)))
        command = ["nginx", "-c", self.folder / "nginx.conf", "-p", self.run, "-e", self.folder / "nginx-error.log"]
        self.process = Process(command, self.folder / "nginx.log")

        def listens():
            self.process.check()
            try:
                http.client.HTTPSConnection(
                    "localhost", programs[-1].port, timeout=5,
                    context=ssl.create_default_context(cafile=self.certificate)).connect()
                return True
            except ConnectionRefusedError:
                return False

        wait_until(listens, "nginx listens")

    def _render(self, program):
        def rendered(name, *replacements):
            text = (self.project / "nginx" / name).read_text()
            for old, new in replacements:
                if old not in text:
                    raise RuntimeError(f"nginx/{name} has no {old!r} any more; {__file__} needs it")
                text = text.replace(old, new)
            path = self.folder / f"{program.name}-{name}"
            path.write_text(text)
            return path

        if program.kind == "django":
            # Without connections kept: gunicorn's processes take one request for each.
            upstream, server = self.folder / "django-upstream.conf", self.folder / "django-server.conf"
            upstream.write_text(f"upstream django {{ server unix:{program.socket} max_fails=0; }}\n")
            server.write_text("proxy_set_header Host $http_host;\n")
            rest = "location / { proxy_pass http://django; }"
        else:
            upstream = rendered(
                "accountd-http.conf", ("upstream accountd ", f"upstream {program.name} "),
                ("/run/accountd/accountd.sock", str(program.socket)))
            server = rendered(
                "accountd-server.conf", ("fastcgi_pass accountd;", f"fastcgi_pass {program.name};"),
                # Where no limits are.
                ("/etc/nginx/snippets/accountd-limits-", f"{self.folder}/none/"))
            rest = "location / { return 404; }"
        site = rendered(
            "site.conf",
            ("    listen [::]:443 ssl http2;\n", ""), ("    listen [::]:8010 ssl http2;\n", ""),
            ("    listen 8010 ssl http2;\n", ""), ("    listen [::]:80;\n", ""),
            ("listen 443 ", f"listen 127.0.0.1:{program.port} "),
            ("listen 80;", f"listen unix:{self.run}/{program.name}-http.sock;"),
            ("server_name accounts.example", "server_name localhost"),
            ("/etc/letsencrypt/live/accounts.example/fullchain.pem", str(self.certificate)),
            ("/etc/letsencrypt/live/accounts.example/privkey.pem", str(self.folder / "tls.key")),
            ("/etc/nginx/snippets/accountd-server*.conf", str(server)), ("location / { return 404; }", rest))
        return [upstream, site]

    def stop(self):
        if self.process:
            self.process.stop()
            self.process = None


def _user_name():
    return pwd.getpwuid(os.getuid()).pw_name


def copy_store(source, target):
    """A copy of a closed database with its key file."""
    for name in ("accounts.db", "secret.key"):
        shutil.copyfile(source / name, target / name)
        (target / name).chmod(0o600)


def password_hash_of(database, username):
    """The stored form of an account's password."""
    connection = sqlite3.connect(database)
    try:
        return connection.execute("SELECT password FROM accounts WHERE username = ?", [username]).fetchone()[0]
    finally:
        connection.close()


def end_by_signals():
    """Makes SIGTERM end the bench like Ctrl-C, so that what it started is ended; Ctrl-C too where a shell had it ignored."""

    def interrupt(number, frame):
        raise KeyboardInterrupt

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, interrupt)
