"""What a process of accountd's own user can learn from the running process, and what a crash leaves behind: nothing. Root can
read everything; docs/security.md says so."""

import os
import resource
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from running import PROJECT, wait_until

CORE_PATTERN = Path("/proc/sys/kernel/core_pattern").read_text().strip()
NOBODY = 65534
CANARY = "canary-core-31c8a7"


class Process:
    """accountd by itself, as a user without rights where the test is root's."""

    def __init__(self, folder, *options, environment):
        self.folder = folder
        folder.mkdir()
        identity = {}
        if os.geteuid() == 0:
            os.chown(folder, NOBODY, NOBODY)
            identity = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        binary = PROJECT / ".build" / "debug" / "accountd"
        self.identity = identity
        command = [
            binary, "--set", f"server.listen=unix:{folder}/socket", "--set", f"store.path={folder}/accounts.db",
            "--set", f"secrets.key_file={folder}/secret.key", "--set", f"pictures.path={folder}/media",
            "--set", f"pictures.program={binary.parent}/accountd-picture", *options]
        with (folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                [str(word) for word in command], cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                # The open ones end at once as well, without a word of Swift's runtime.
                env={**os.environ, "ACCOUNTD_TEST_CANARY": CANARY, **environment},
                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY,) * 2), **identity)
        wait_until(lambda: "daemon.started" in self.log() or self.process.poll() is not None, "a start")
        assert self.process.poll() is None, self.log()

    def log(self):
        return (self.folder / "log").read_text()

    def same_user(self, *command):
        """A command of the same user, as (status, what it wrote)."""
        result = subprocess.run(command, capture_output=True, cwd="/", timeout=60, **self.identity)
        return result.returncode, result.stdout + result.stderr

    def cores(self):
        return list(self.folder.glob("core*"))

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


@pytest.fixture
def begin(tmp_path):
    """Starts processes; all have ended when the test has."""
    if os.geteuid() == 0:
        reachable = subprocess.run(
            [PROJECT / ".build" / "debug" / "accountd", "--version"], capture_output=True, user=NOBODY, group=NOBODY,
            extra_groups=[], cwd="/")
        if reachable.returncode:
            pytest.skip("a user without rights cannot run what was built here")
        for folder in [tmp_path, *tmp_path.parents]:
            if folder.stat().st_mode & 0o005 != 0o005:
                os.chmod(folder, folder.stat().st_mode | 0o055)
    started = []

    def start(name, *options):
        environment = {"SWIFT_BACKTRACE": "enable=no"} if options else {}
        started.append(Process(tmp_path / name, *options, environment=environment))
        return started[-1]

    yield start
    for one in started:
        one.end()
        shutil.rmtree(one.folder, ignore_errors=True)


# Each reads something of the process, and would find it.
READERS = {
    "its environment": "import sys; print(open(f'/proc/{sys.argv[1]}/environ').read())",
    "its memory": """
import re, sys
for line in open(f'/proc/{sys.argv[1]}/maps'):
    if '[stack]' in line or '[heap]' in line:
        first, last = (int(text, 16) for text in re.match('([0-9a-f]+)-([0-9a-f]+)', line).groups())
        memory = open(f'/proc/{sys.argv[1]}/mem', 'rb', 0)
        memory.seek(first)
        if (content := memory.read(last - first)).find(b'CANARY') >= 0 or '[stack]' in line: print(content)
""",
    "its open files": "import os, sys; print([os.readlink(f'/proc/{sys.argv[1]}/fd/{n}') for n in os.listdir(f'/proc/{sys.argv[1]}/fd')])",
}


@pytest.mark.parametrize("what", READERS)
def test_a_process_of_the_same_user_reads_nothing(begin, what):
    hidden, open_one = begin("hidden"), begin("open", "--set", "server.debuggable=true")
    found = {one: one.same_user("/usr/bin/python3", "-c", READERS[what], str(one.process.pid)) for one in (hidden, open_one)}
    # The reader is right: it reads the one that allows it.
    status, text = found[open_one]
    assert status == 0 and (CANARY.encode() in text or b"accounts.db" in text), text
    status, text = found[hidden]
    assert status == 1 and b"PermissionError" in text and CANARY.encode() not in text


def test_a_debugger_of_the_same_user_cannot_attach(begin):
    hidden, open_one = begin("hidden"), begin("open", "--set", "server.debuggable=true")
    arguments = ["strace", "-qq", "-e", "trace=none", "-o", "/dev/null", "-p"]
    status, text = hidden.same_user(*arguments, str(hidden.process.pid))
    assert status == 1 and b"Operation not permitted" in text
    tracer = subprocess.Popen([*arguments, str(open_one.process.pid)], cwd="/", **open_one.identity)
    try:
        wait_until(lambda: f"TracerPid:\t{tracer.pid}" in Path(f"/proc/{open_one.process.pid}/status").read_text(), "strace")
    finally:
        tracer.terminate()
        tracer.wait()


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGABRT, signal.SIGILL], ids=lambda number: number.name)
def test_a_crash_leaves_no_core_dump(begin, number):
    hidden = begin("hidden")
    limits = Path(f"/proc/{hidden.process.pid}/limits").read_text()
    assert any(line.split()[:6] == ["Max", "core", "file", "size", "0", "0"] for line in limits.splitlines())
    hidden.process.send_signal(number)
    # At once, so that it can be replaced: nothing looks at its memory first.
    assert hidden.process.wait(10) == -number
    assert hidden.cores() == [] and "swift-runtime" not in hidden.log()
    if not CORE_PATTERN.startswith("core"):
        return
    # With the switch on the same crash does leave one, so the kernel would have written it here.
    open_one = begin("open", "--set", "server.debuggable=true")
    open_one.process.send_signal(number)
    assert open_one.process.wait(30) == -number
    assert len(open_one.cores()) == 1


def test_what_accountd_starts_may_not_dump_either(start):
    """The limit is inherited by the program that decodes pictures."""
    server = start()
    limits = Path(f"/proc/{server.accountd_pid()}/limits").read_text()
    assert "Max core file size        0                    0 " in limits


def test_no_secret_is_in_the_environment_or_the_command_line(start):
    server = start()
    for name in ["environ", "cmdline"]:
        try:
            content = Path(f"/proc/{server.accountd_pid()}/{name}").read_bytes()
        except PermissionError:
            assert name == "environ" and os.geteuid() != 0
            continue
        assert server.gateway_key().encode() not in content
        assert (server.data / "secret.key").read_bytes().split()[-1] not in content
        assert b"accountd.conf" in content or name == "environ"
