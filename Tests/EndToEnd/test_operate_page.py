"""docs/operate.md names nothing that is not there, and what it says by commands of the system works. The command lines of our own
programs are looked at by test_manual.py, links by test_documents.py."""

import re
import subprocess

import pytest

import accountctl
import log_page
from running import PROJECT
from test_manual import SETTINGS

PAGE = (PROJECT / "docs" / "operate.md").read_text()
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.M | re.S)
EXAMPLES = "/usr/share/doc/accountd/examples/"


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.splitlines()[0][:40])
def test_a_block_is_a_script(block):
    result = subprocess.run(["bash", "-n"], input=block, capture_output=True, text=True)
    assert (result.returncode, result.stderr) == (0, "")


def test_settings_and_events_that_it_names_exist():
    sections = {name.partition(".")[0] for name in SETTINGS}
    events = {event.partition(".")[0] for event in log_page.rows()}
    named = {name for name in re.findall(r"`([a-z]+\.[a-z_]+)(?: = [^`]+)?`", PAGE) if name.partition(".")[0] in sections | events}
    known = SETTINGS | set(log_page.rows())
    assert len(named) > 15 and named <= known, named - known


def test_what_it_says_of_the_package_is_in_the_package():
    package = (PROJECT / "script" / "package").read_text()
    for path in re.findall(rf"{EXAMPLES}(\S+)", PAGE):
        assert f"examples/{path}" in package, path
    for name in re.findall(r"accountd-\w+\.timer", PAGE):
        assert (PROJECT / "systemd" / name).exists(), name


def test_all_keys_but_the_first_are_taken_out_by_its_line(start):
    server = start()
    key = server.data / "secret.key"
    (line,) = [line for block in BLOCKS for line in block.splitlines() if line.startswith("sed ") and "secret.key" in line]
    for _ in range(2):
        assert accountctl.run(server, "key", "rotate")[0] == 0
    before = accountctl.run(server, "key", "list")[1].splitlines()
    key.write_text("# A comment, which stays.\n\n" + key.read_text())
    subprocess.run(["bash", "-euc", line.replace("/etc/accountd/secret.key", str(key))], check=True)
    status, output, errors = accountctl.run(server, "key", "list")
    assert (status, output, errors) == (0, before[0] + "\n", "") and len(before) == 3
    assert key.read_text().startswith("# A comment, which stays.\n\n") and key.stat().st_mode & 0o7777 == 0o600
