"""The examples of accountctl(8), each run as it stands there, on a terminal, beside a running accountd."""

import os
import pty
import re
import select
import signal

import accountctl
from client import Client
from dialects import djoser
from running import PROJECT, wait_until

PAGE = (PROJECT / "docs" / "man" / "accountctl.8").read_text()
# What is typed when something is asked for.
TYPED = {b"New password: ": b"a good password", b"Once more: ": b"a good password", b"Type yes to go on: ": b"yes"}


def examples():
    """The command lines below EXAMPLES, in their order."""
    text = re.search(r"^\.Sh EXAMPLES\n(.*?)^\.Sh ", PAGE, re.M | re.S)[1].replace("\\e", "\\")
    for line, block in re.findall(r"^\.Dl ([^\n]*)|^\.Bd -literal.*?\n(.*?)^\.Ed", text, re.M | re.S):
        yield from (line or block).replace("\\\n", " ").strip().splitlines()


def on_a_terminal(script):
    """The status and the output of a script of bash, whose questions are answered."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvp("bash", ["bash", "-euc", script])
    output, answered = b"", 0
    while True:
        assert select.select([terminal], [], [], 60)[0], output
        try:
            part = os.read(terminal, 4096)
        except OSError:
            part = b""
        if not part:
            return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), output.decode()
        output += part
        for question, answer in TYPED.items():
            if output[answered:].endswith(question):
                answered = len(output)
                os.write(terminal, answer + b"\n")


def systemctl(server, line):
    """What systemd's program would do: accountd is ended, and its supervisor kept from starting it again until it is to start."""
    if line == "systemctl stop accountd.socket accountd.service":
        os.kill(server.process.pid, signal.SIGSTOP)
        os.kill(server.accountd_pid(), signal.SIGKILL)
        wait_until(lambda: Client(server).ask("GET", "/-/live", allowed=[502])[0] == 502, "the end")
    elif line == "systemctl start accountd.socket accountd.service":
        os.kill(server.process.pid, signal.SIGCONT)
        wait_until(lambda: Client(server).ask("GET", "/-/ready", allowed=[502])[0] == 200, "an answer")
    else:
        assert False, line


def test_the_examples_do_what_they_are_for(start, tmp_path):
    server = start(limits=True)
    server.secrets |= {"a good password", "of a manager's making"}
    # What other programs would do here: a manager of passwords, one that reads JSON, and systemd's after a new key.
    others = "pass() { echo \"of a manager's making\"; }; jq() { grep -o '\"email\":\"[^\"]*\"'; }; systemctl() { :; }"
    settings = f"--config {server.data}/accountd.conf --set backup.path={tmp_path}/backups"
    ours = f'accountctl() {{ {accountctl.PROGRAM} "$@" {settings}; }}'
    ran = []
    for example in examples():
        if example.startswith("systemctl "):
            systemctl(server, example)
            continue
        head = accountctl.verified(server)["head"]
        script = "\n".join([others, ours, example.replace("14:9f0c5a...", head)])
        status, output = on_a_terminal(script)
        # A doctor finds fault with a server that is no installation.
        assert status == 0 or example == "accountctl doctor", (example, output)
        assert "a good password" not in output and "of a manager's" not in output
        ran.append((example, output))
    assert len(ran) > 14
    # They were for something.
    outputs = "\n".join(output for _, output in ran)
    assert "anna@accounts.example" in outputs and "  signs" in outputs and "the trail leads through" in outputs
    assert "restored  " in outputs and "store.path = " in outputs
    names = [event["event"] for event in accountctl.shown(server)]
    assert names.count("account.registered") == 2 and "password.changed" in names and "limits.lifted" in names
    djoser.sign_in(server, "bot", "of a manager's making")
