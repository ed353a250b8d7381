"""Runs every curl line of README.md and docs/dialects/ against a server and compares the answers with those shown there.

A line is a ```sh block that begins with curl; the block after it is its answer. Ids, UUIDs, tokens and times differ from run
to run and are not compared, nor is what the document cuts short with an ellipsis. Where `curl -i` is used, the headers that
the document shows must be there. `$name` in a line is the value of "name" in the last answer that had one."""
import json
import os
import pathlib
import re
import signal
import socket
import subprocess

import pytest

PROJECT = pathlib.Path(__file__).resolve().parents[2]
DOCUMENTS = ["README.md", *sorted(str(path.relative_to(PROJECT)) for path in PROJECT.glob("docs/dialects/*.md"))]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# What differs from run to run, and what stands for it when two answers are compared.
VARYING = [
    (re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), "<uuid>"),
    (re.compile(r"\b[0-9a-f]{40}\b"), "<token>"),
    (re.compile(r"\b[0-9a-zA-Z]{32}\b"), "<secret>"),
    (re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z"), "<time>"),
    (re.compile(r"expires=\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT"), "expires=<date>"),
    (re.compile(r'"id":\d+'), '"id":<int>'),
]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Place:
    """A running server, and how the addresses in the documents are written for it."""

    def __init__(self, data):
        self.data, self.port, self.simplejwt_port = data, free_port(), free_port()
        self.process = subprocess.Popen(
            ["script/server", "--debug", "--no-build", "--data", str(data), "--port", str(self.port),
             "--simplejwt-port", str(self.simplejwt_port)],
            cwd=PROJECT, stdout=subprocess.PIPE, text=True)
        self.greeting = ""
        while "Ctrl-C stops" not in self.greeting:
            line = self.process.stdout.readline()
            assert line, "script/server ended before it was ready"
            self.greeting += line

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)
        self.process.stdout.close()

    def localised(self, text):
        return (text.replace(".dev/", f"{self.data}/").replace("localhost:8443", f"localhost:{self.port}")
                .replace("localhost:8010", f"localhost:{self.simplejwt_port}"))

    def generalised(self, text):
        return (text.replace(f"localhost:{self.port}", "localhost:8443")
                .replace(f"localhost:{self.simplejwt_port}", "localhost:8010"))


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    place = Place(tmp_path_factory.mktemp("documents") / "data")
    yield place
    place.stop()


def exchanges(text):
    """The curl lines of a document, each with the answer that is shown below it."""
    blocks = [(kind, body) for kind, body in FENCE.findall(text)]
    for number, (kind, body) in enumerate(blocks):
        if kind == "sh" and body.startswith("curl"):
            assert number + 1 < len(blocks) and blocks[number + 1][0] != "sh", f"no answer is shown to:\n{body}"
            yield body, blocks[number + 1][1]


def remember(answer, names):
    """Keeps the text and numbers of a JSON answer by their keys, for later lines."""
    if isinstance(answer, dict):
        for key, value in answer.items():
            if isinstance(value, (dict, list)):
                remember(value, names)
            elif isinstance(value, (str, int)):
                names[key] = str(value)


def pattern(shown):
    """A pattern that the real answer must match: ellipses stand for anything on the line."""
    return ".*".join(re.escape(part) for part in shown.split("…"))


def comparable(text):
    for varying, name in VARYING:
        text = varying.sub(name, text)
    return text


def compare(shown, real, *, has_head):
    if has_head:
        shown_head, _, shown = shown.partition("\n\n")
        real_head, _, real = real.replace("\r\n", "\n").partition("\n\n")
        real_lines = [line.rstrip() for line in real_head.lower().split("\n")]
        for line in shown_head.rstrip("\n").split("\n"):
            expected = re.compile(pattern(line.lower()))
            assert any(expected.fullmatch(real_line) for real_line in real_lines), f"{line!r} is not in\n{real_head}"
    assert re.fullmatch(pattern(shown.strip()), real.strip()), f"shown: {shown}\nreal:  {real}"


@pytest.mark.parametrize("document", DOCUMENTS)
def test_answers_are_those_of_the_document(document, place, tmp_path):
    lines = list(exchanges((PROJECT / document).read_text()))
    assert lines, "the document shows no exchange"
    names = {}
    # What the lines read; what they write, such as cookies, goes with the folder.
    for name in ("docs", "README.md"):
        (tmp_path / name).symlink_to(PROJECT / name)
    for command, shown in lines:
        done = subprocess.run(
            ["bash", "-euc", place.localised(command).replace("curl ", "curl -sS ", 1)], cwd=tmp_path, text=True,
            capture_output=True, timeout=30, env={"PATH": os.environ["PATH"], **names})
        assert done.returncode == 0, f"{command}{done.stderr}"
        has_head = " -i " in command
        compare(comparable(shown), comparable(place.generalised(done.stdout)), has_head=has_head)
        body = done.stdout.replace("\r\n", "\n").partition("\n\n")[2] if has_head else done.stdout
        if body.strip():
            remember(json.loads(body), names)


def test_the_greeting_of_script_server_is_that_of_the_readme(place):
    shown = next(body for _, body in FENCE.findall((PROJECT / "README.md").read_text()) if body.startswith("ready:"))
    shown = shown.replace("/home/me/accountd/.dev", str(place.data))
    assert place.generalised(place.greeting) == shown


@pytest.mark.parametrize("document", sorted(path for path in PROJECT.glob("docs/**/*.md")) + list(PROJECT.glob("*.md")),
                         ids=lambda path: str(path.relative_to(PROJECT)))
def test_links_lead_somewhere(document):
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", document.read_text())
    missing = [link for link in links if "://" not in link and not (document.parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("document", sorted(path for path in PROJECT.glob("docs/**/*.md")) + list(PROJECT.glob("*.md")),
                         ids=lambda path: str(path.relative_to(PROJECT)))
def test_files_that_are_named_exist(document):
    named = re.findall(r"`((?:Sources|Tests|script|nginx|systemd|docs)/[\w./+-]+)`", document.read_text())
    missing = [name for name in named if not (PROJECT / name).exists()]
    assert missing == []
