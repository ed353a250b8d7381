"""A whole Debian, booted with systemd in a container by systemd-nspawn. Its network is its own and leads nowhere else."""

import ctypes
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import time
from pathlib import Path

from running import wait_until

CLONE_NEWNET = 0x40000000
# What a shell of root's has; nothing else of this machine's environment gets in.
ENVIRONMENT = {
    "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive", "HOME": "/root"}


class Failed(AssertionError):
    """A command in the container that ended with another status than 0."""


class Container:
    """`root` is the folder with the Debian, `tools` the one with systemd-nspawn, `folder` one for what comes up meanwhile."""

    def __init__(self, root, tools, folder):
        self.root, self.tools, self.folder = Path(root), Path(tools), Path(folder)
        self.name = f"accountd-{os.getpid()}"
        self.nspawn = None
        self.leader = None
        self._made_groups = set()
        # What the clients of the tests through nginx ask of a server; they collect secrets there.
        self.secrets = set()
        self.ports = (443, 8010)
        self.certificate = str(self.folder / "tls.crt")

    # The machine.

    def boot(self):
        """Boots and waits until all units have started; returns how long that took, in seconds."""
        before = self._control_groups()
        begin = time.monotonic()
        libraries = ":".join(str(self.tools / part / "x86_64-linux-gnu/systemd") for part in ("usr/lib", "lib"))
        with (self.folder / "console.log").open("ab") as console:
            self.nspawn = subprocess.Popen(
                [self.tools / "usr/bin/systemd-nspawn", "-D", self.root, "--boot", "--register=no", "--keep-unit",
                 "--private-network", "--console=pipe", f"--machine={self.name}"],
                env={**os.environ, "LD_LIBRARY_PATH": libraries}, start_new_session=True, stdin=subprocess.DEVNULL,
                stdout=console, stderr=console)
        try:
            wait_until(self._is_running, "all units of the container started", 60)
        finally:
            self._made_groups |= self._control_groups() - before
        took = time.monotonic() - begin
        self._enter_network()
        return took

    def power_off(self):
        """Shuts down as a machine does, and waits for its end."""
        if self.nspawn is None:
            return
        if self.leader:
            subprocess.run(self._inside("systemctl", "poweroff"), capture_output=True, timeout=30)
        try:
            self.nspawn.wait(45)
        except subprocess.TimeoutExpired:
            # The container's init takes all its processes along; without systemd-nspawn it would run on.
            if self.leader:
                os.kill(self.leader, signal.SIGKILL)
            self.nspawn.kill()
            self.nspawn.wait()
        self.nspawn = self.leader = None

    def destroy(self):
        """Ends what is left, and removes what systemd-nspawn leaves behind: control groups, and an empty folder."""
        self.power_off()
        for group in sorted(self._made_groups, key=lambda path: -len(path.parts)):
            for path, _, _ in os.walk(group, topdown=False):
                try:
                    os.rmdir(path)
                except OSError:
                    pass
        propagate = Path("/run/systemd/nspawn/propagate") / self.name
        if propagate.is_dir():
            propagate.rmdir()
        shutil.rmtree(self.root)

    @staticmethod
    def _control_groups():
        places = (Path("/sys/fs/cgroup"), Path("/sys/fs/cgroup/systemd"), Path("/sys/fs/cgroup/unified"))
        return {place / name for place in places for name in ("payload", "supervisor") if (place / name).is_dir()}

    def _find_leader(self):
        assert self.nspawn.poll() is None, (self.folder / "console.log").read_text()
        children = Path(f"/proc/{self.nspawn.pid}/task/{self.nspawn.pid}/children").read_text().split()
        return int(children[0]) if children else None

    def _is_running(self):
        # The first child is another one for a moment, which makes the namespaces.
        self.leader = self._find_leader()
        if not self.leader:
            return False
        answer = subprocess.run(self._inside("systemctl", "is-system-running"), capture_output=True, text=True)
        state = answer.stdout.strip()
        assert state != "degraded", self.run("systemctl", "--failed").stdout
        return state == "running"

    def _enter_network(self):
        """From now on this thread, and each that it starts, is in the container's network; their files stay the host's."""
        with open(f"/proc/{self.leader}/ns/net") as network:
            library = ctypes.CDLL(None, use_errno=True)
            assert library.setns(network.fileno(), CLONE_NEWNET) == 0, os.strerror(ctypes.get_errno())

    # Commands.

    def _inside(self, *words):
        return ["nsenter", "--target", str(self.leader), "--all", *(str(word) for word in words)]

    def run(self, *words, fails=False, timeout=180):
        """What root gets who runs the command in the container; `fails` when it is to end with an error."""
        result = subprocess.run(
            self._inside(*words), capture_output=True, text=True, env=ENVIRONMENT, timeout=timeout, stdin=subprocess.DEVNULL)
        if (result.returncode != 0) != fails:
            raise Failed(f"{' '.join(map(str, words))}: status {result.returncode}\n{result.stdout}{result.stderr}")
        return result

    def text(self, *words, **options):
        return self.run(*words, **options).stdout.strip()

    def property(self, name, unit="accountd.service"):
        return self.text("systemctl", "show", unit, f"--property={name}", "--value")

    def journal(self, *words):
        return self.text("journalctl", "--no-pager", "--output=cat", "--unit=accountd.service", *words)

    # Files.

    def path(self, name):
        """Where this machine sees a file of the container, what is mounted there included."""
        return Path(f"/proc/{self.leader}/root") / name.lstrip("/")

    def write(self, name, text):
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def stat(self, name):
        """Mode, owner and group, as in `750 accountd www-data`."""
        return self.text("stat", "--format=%a %U %G", name)

    def set_option(self, section, name, value):
        """Sets one option in accountd's configuration as an administrator does, in the place of its commented default."""
        path = self.path("/etc/accountd/accountd.conf")
        text, count = re.subn(rf"(?m)^#?{name} = .*$", f"{name} = {value}", path.read_text())
        assert count == 1, f"{section}.{name} stands {count} times in the configuration"
        path.write_text(text)

    def rows(self, sql):
        """What a read-only query finds in accountd's database, whether or not accountd runs."""
        # Not by /proc: SQLite follows links by itself, and from there to this machine's own files.
        path = self.root / "var/lib/accountd/accounts.db"
        how = "mode=ro" if path.with_name("accounts.db-wal").exists() else "immutable=1"
        connection = sqlite3.connect(f"file:{path}?{how}", uri=True, timeout=10)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    # The service.

    def url(self, path="", port=443):
        return f"https://localhost{'' if port in (None, 443) else f':{port}'}{path}"

    def main_pid(self):
        """accountd's process id as this machine has it, for signals and /proc; None while there is none."""
        inner = int(self.property("MainPID"))
        return inner and self.outer_pid(inner)

    def outer_pid(self, inner):
        """This machine's number of the process that the container's init knows as `inner`."""
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    numbers = re.search(r"^NSpid:\t(.*)$", (entry / "status").read_text(), re.M).group(1).split()
                except (OSError, AttributeError):
                    continue
                if len(numbers) > 1 and int(numbers[-1]) == inner and self._is_ours(entry):
                    return int(entry.name)
        return None

    def _is_ours(self, entry):
        try:
            return os.readlink(entry / "ns/pid") == os.readlink(f"/proc/{self.leader}/ns/pid")
        except OSError:
            return False

    def kill(self, number=signal.SIGKILL):
        """Sends accountd a signal that it has no say in; returns its process id."""
        pid = self.main_pid()
        os.kill(pid, number)
        return pid
