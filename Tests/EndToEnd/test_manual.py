"""The manual pages are without warnings, and have every option, command and setting that there is, and none besides."""

import os
import re
import signal
import subprocess

import pytest

import command_lines
import log_page
from command_lines import PROJECT, program
from running import wait_until

PAGES = sorted((PROJECT / "docs" / "man").glob("*.[1-9]"))
TEXTS = {page.name: page.read_text() for page in PAGES}
OPTION = re.compile(r"^\.It (?:Fl (?P<letter>\w) , )?Fl -(?P<name>\S+)(?: , Fl -(?P<off>no-\S+))?(?: Ar (?P<value>\S+).*)?$", re.M)
DOCUMENTS = [*PAGES, *sorted(PROJECT.glob("*.md")), *sorted(PROJECT.glob("docs/**/*.md"))]
DEFAULTS = subprocess.run(
    [PROJECT / ".build" / "debug" / "accountd", "--print-default-config"], capture_output=True, text=True, check=True, timeout=60).stdout
SETTINGS = {
    f"{section}.{name}"
    for section, options in re.findall(r"^\[(\w+)\]\n(.*?)(?=^\[|\Z)", DEFAULTS, re.M | re.S)
    for name in re.findall(r"^#(\w+) = ", options, re.M)}


def test_there_are_pages():
    assert set(TEXTS) == {"accountd.8", "accountctl.8", "accountd.conf.5", "accountd-nginx.7"}
    assert "server.threads" in SETTINGS and len(SETTINGS) > 60


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_is_without_warnings(page):
    environment = {**os.environ, "MANROFFSEQ": "", "MANWIDTH": "80"}
    man = subprocess.run(
        ["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", str(page)], capture_output=True, text=True, timeout=60, env=environment)
    assert (man.returncode, man.stderr) == (0, "") and "x init" in man.stdout
    # In the folder of another, a page's neighbours are no manuals that are installed.
    lint = subprocess.run(["mandoc", "-Tlint", "-W", "warning", str(page)], capture_output=True, text=True, timeout=60)
    assert (lint.returncode, lint.stdout) == (0, ""), lint.stdout


def section(page, title):
    """What stands below a heading of a page, up to the next of its rank."""
    found = re.search(rf"^\.Sh {title}\n(.*?)(?=^\.Sh |\Z)", TEXTS[page], re.M | re.S)
    assert found, f"{page} has no section {title}"
    return found[1]


def described(text):
    """The options that have a paragraph: their kinds, "option" where one takes a value and "flag" where not, and their letters."""
    found = list(OPTION.finditer(text))
    assert len(found) == len({each["name"] for each in found}), f"some option stands there twice: {found}"
    kinds = {name: "option" if each["value"] else "flag" for each in found for name in (each["name"], each["off"]) if name}
    return kinds, {each["name"]: each["letter"] for each in found if each["letter"]}


def test_accountd_8_has_the_options_of_accountd():
    accountd = program("accountd")
    assert described(section("accountd.8", "DESCRIPTION")) == (accountd.options, accountd.letters)


# What all commands take, and what those take that need the keys.
GENERAL = {"config": "option", "set": "option", "json": "flag", "version": "flag", "help": "flag"}
SHARED = {"key-file": "option"}
COMMAND = re.compile(r"^\.It Ic ([a-z][a-z ]*[a-z])((?: Op Ar \w+| Ar \w+(?: \.\.\.)?)*)\n(.*?)(?=^\.It Ic [a-z]|^\.S[hs] |\Z)", re.M | re.S)


def commands_of_page():
    """The commands of accountctl(8): their options and arguments by their words."""
    found = {}
    for words, arguments, text in COMMAND.findall(section("accountctl.8", "DESCRIPTION")):
        path = tuple(words.split())
        assert path not in found, f"{words} stands there twice"
        found[path] = described(text), re.findall(r"Ar (\w+)", arguments)
    return found


def test_accountctl_8_has_the_general_options():
    text = section("accountctl.8", "DESCRIPTION")
    assert described(text[: text.index("\n.Ss ")]) == ({**GENERAL, **SHARED}, {"help": "h"})


def test_accountctl_8_has_the_commands_of_accountctl_and_no_others():
    assert sorted(commands_of_page()) == sorted(command.path for command in program("accountctl").leaves())


@pytest.mark.parametrize("path", sorted(command.path for command in program("accountctl").leaves()), ids=" ".join)
def test_accountctl_8_has_what_a_command_takes(path):
    (command,) = [command for command in program("accountctl").leaves() if command.path == path]
    (options, letters), arguments = commands_of_page()[path]
    shared = {name: kind for name, kind in SHARED.items() if name in command.options}
    assert {**GENERAL, **shared, **options} == command.options
    assert {"help": "h", **letters} == command.letters
    assert len(arguments) == len(command.arguments), (arguments, command.arguments)


def test_accountd_conf_5_has_the_settings():
    assert set(re.findall(r"^\.It Cm (\w+\.\w+) No = ", TEXTS["accountd.conf.5"], re.M)) == SETTINGS


@pytest.mark.parametrize("page", TEXTS)
def test_a_page_names_no_option_setting_event_or_page_that_does_not_exist(page):
    text = TEXTS[page]
    flags = {name.rstrip(".,:;)") for name in re.findall(r"\bFl -(\S+)", text)}
    known = set(program("accountd").options)
    if page == "accountctl.8":
        known = {name for command in program("accountctl").leaves() for name in command.options}
    assert flags <= known, flags - known
    settings = set(re.findall(r"\bCm ([a-z]+\.[a-z_]+)", text))
    assert settings <= SETTINGS, settings - SETTINGS
    events = set(re.findall(r"\bLi ([a-z]+(?:\.[a-z_]+)+)", text))
    assert events <= set(log_page.rows()), events - set(log_page.rows())
    for name, number in re.findall(r"\bXr (accountd\S*|accountctl) (\d)", text):
        assert f"{name}.{number}" in TEXTS
    for name in re.findall(r"/usr/share/doc/accountd/(\S+\.md)\b", text):
        assert (PROJECT / "docs" / name).exists(), name


def test_accountd_8_tells_of_the_events_that_are_critical():
    told = set(re.findall(r"\bLi ([a-z]+(?:\.[a-z_]+)+)", section("accountd.8", "DIAGNOSTICS")))
    assert {event for event, row in log_page.rows().items() if "critical" in row.levels} <= told


def sources(*folders):
    return "\n".join(path.read_text() for folder in folders for path in sorted((PROJECT / "Sources" / folder).rglob("*.swift")))


def test_accountd_8_has_the_variables_of_the_environment():
    told = set(re.findall(r"\bEv ([A-Z_]+)", section("accountd.8", "ENVIRONMENT")))
    assert told == set(re.findall(r'environment\["([A-Z_]+)"\]', sources("accountd", "Daemon", "FastCGI", "AccountService")))


@pytest.mark.parametrize("name", command_lines.PROGRAMS)
def test_the_statuses_of_a_program_are_those_of_its_page(name):
    told = set(re.findall(r"^\.It \d+ Pq Dv (EX_\w+)$", section(f"{name}.8", "EXIT STATUS"), re.M))
    # A wrong command line is swift-argument-parser's to find.
    assert told == set(re.findall(r"\bEX_[A-Z]+\b", sources(name))) | {"EX_USAGE"}
    for number, constant in re.findall(r"^\.It (\d+) Pq Dv (EX_\w+)$", TEXTS[f"{name}.8"], re.M):
        assert getattr(os, constant) == int(number)


def test_the_units_name_pages_that_there_are():
    named = {page for unit in (PROJECT / "systemd").glob("accountd*.*") for page in re.findall(r"\bman:(\S+)\((\d)\)", unit.read_text())}
    assert named and {f"{name}.{number}" for name, number in named} <= set(TEXTS)


def test_accountd_nginx_7_has_the_parameters_and_the_files():
    snippet = (PROJECT / "nginx" / "accountd-server.conf").read_text()
    text = TEXTS["accountd-nginx.7"]
    told = set(re.findall(r"^\.It Ev ([A-Z_]+)$", text, re.M))
    assert told == set(re.findall(r"^fastcgi_param (\w+)", snippet, re.M)) | {"ACCOUNTD_GATEWAY_KEY"}
    files = set(re.findall(r"^\.It Pa /etc/nginx/\S*/(accountd-\S+)$", text, re.M))
    assert files == {path.name for path in (PROJECT / "nginx").glob("accountd-*.conf")}
    prefixes = re.findall(r"^\.Pa (/\S+)(?: [,.])?$", section("accountd-nginx.7", "CAVEATS"), re.M)
    locations = re.findall(r"^location (?:= )?(/\S+)", snippet, re.M)
    assert len(prefixes) > 10
    for location in locations:
        assert any(location.startswith(prefix) or location == prefix.rstrip("/") for prefix in prefixes), location


def test_the_command_lines_of_a_document_are_found_and_judged():
    text = "Run `accountctl audit show --since 1h | head`, or\n\n```sh\nsudo accountd --check-config && \\\n    accountctl key list\n```\n"
    calls = list(command_lines.in_document(text))
    assert sorted(calls) == [["accountctl", "audit", "show", "--since", "1h"], ["accountctl", "key", "list"], ["accountd", "--check-config"]]
    assert [command_lines.fault(call) for call in calls] == [None, None, None]
    for wrong in ["accountctl audit list", "accountctl audit show --all", "accountctl key list now", "accountd --reload"]:
        assert command_lines.fault(wrong.split()), wrong


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(PROJECT)))
def test_command_lines_in_documents_are_taken(document):
    for call in command_lines.in_document(document.read_text()):
        assert command_lines.fault(call) is None, (call, command_lines.fault(call))


def test_accountd_runs_in_a_terminal_as_its_page_says(tmp_path):
    (block,) = re.findall(r"^\.Bd -literal -offset indent\n(mkdir .*?)^\.Ed", section("accountd.8", "EXAMPLES"), re.M | re.S)
    folder = tmp_path / "try"
    script = block.replace("\\e", "\\").replace("/tmp/try", str(folder)).replace("\naccountd ", f"\nexec {PROJECT}/.build/debug/accountd ")
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(["bash", "-euc", script], stderr=log, stdin=subprocess.DEVNULL)
    try:
        wait_until(lambda: b" daemon.started listen=" in (tmp_path / "log").read_bytes() or process.poll(), "the start")
    finally:
        process.send_signal(signal.SIGTERM)
        status = process.wait(20)
    assert status == 0, (tmp_path / "log").read_text()
    assert (folder / "accounts.db").exists() and log_page.surprises((tmp_path / "log").read_text()) == []
