"""docs/log.md has every event that the sources log, with its level and its keys, and none besides. That real lines are as it says is
looked at whenever a server of any test ends (running.py)."""

import re

import pytest

import log_page
from running import PROJECT

SOURCES = {path: path.read_text() for path in sorted((PROJECT / "Sources").rglob("*.swift"))}
LEVELS = "debug|info|notice|warning|error|critical"
# A call of a logger: `log.notice("name", metadata: […])`, or without `log.` in an extension of it.
METADATA = r'("(?:[^"\\]|\\.)*")(?:,\s*metadata: \[((?:[^\[\]]|\[[^\]]*\])*)\])?'
CALL = re.compile(rf'(?<![\w"])(?:log\.)?({LEVELS})\(\s*{METADATA}')
# One whose level depends on what is told: `log(level: isQuestion ? .debug : .notice, "name", metadata: […])`.
CHOOSING = re.compile(rf"\blog\(\s*level: ([^,]+),\s*{METADATA}")
REPORT = re.compile(rf'Event\(\s*name: ("(?:[^"\\]|\\.)*"|[\w.]+), level: (\.({LEVELS})|level)\b')
UNAUDITED = re.compile(r'\blog\(unaudited: "([^"]+)"')
AUDITED = re.compile(rf"\b(?:log|event)\(\.(\w+), \.({LEVELS})\b")
RAW = dict(re.findall(r'case (\w+) = "([a-z_.]+)"', (PROJECT / "Sources/Accounts/AuditEvent.swift").read_text()))
# Calls whose names come from elsewhere: what a limit of lines left over, and what REPORT finds where it is made.
PASSED_ON = {'"\\(event)"', '"\\(event.name)"'}


def logged():
    """(event, level, keys or None where they are put together from parts) of each place in the sources that logs."""
    for path, text in SOURCES.items():
        assert not re.search(rf'\blog\.({LEVELS})\((?!\s*")', text), f"{path}: a name that this test cannot read"
        choosing = [(level, *rest) for levels, *rest in CHOOSING.findall(text) for level in re.findall(rf"\.({LEVELS})\b", levels)]
        for level, name, metadata in CALL.findall(text) + choosing:
            if name in PASSED_ON:
                continue
            audit = re.fullmatch(r'"\\\(AuditEvent\.(\w+)\.rawValue\)"', name)
            event = RAW[audit[1]] if audit else name.strip('"')
            assert "\\" not in event, f"{path}: {name} is a name that this test does not understand"
            yield event, level, frozenset(re.findall(r'"(\w+)":', metadata)) if metadata else None
        for name, level, _ in REPORT.findall(text):
            if name.startswith('"'):
                yield name.strip('"'), level.strip("."), None
        for name in UNAUDITED.findall(text):
            yield name, "notice", None
        for case, level in AUDITED.findall(text):
            yield RAW[case], level, None


LOGGED = sorted(logged(), key=str)


def test_the_page_has_the_events_of_the_sources_and_no_others():
    # What finds them finds each of the ways in which they are written.
    assert {"daemon.started", "fastcgi.lane_full", "auth.throttled", "profile.email_taken", "auth.login.failed", "audit.pruned",
            "gateway.refused"} <= {event for event, _, _ in LOGGED}
    assert sorted(log_page.rows()) == sorted({event for event, _, _ in LOGGED})


@pytest.mark.parametrize("event, level, keys", LOGGED, ids=lambda value: value if isinstance(value, str) else "")
def test_level_and_keys_are_those_of_the_sources(event, level, keys):
    row = log_page.rows()[event]
    assert level in row.levels
    if keys is not None:
        assert row.keys == keys


def test_the_page_has_no_level_that_an_event_does_not_have():
    levels = {event: frozenset(level for other, level, _ in LOGGED if other == event) for event, _, _ in LOGGED}
    assert {event: row.levels for event, row in log_page.rows().items()} == levels


def test_the_page_says_which_events_make_one_line_a_second():
    limited = {name for text in SOURCES.values() for name in re.findall(r'lines\.admit\("([^"]+)"\)', text)}
    assert {event for event, row in log_page.rows().items() if row.limited} == limited != set()


def test_a_line_that_the_page_does_not_describe_is_found():
    good = [
        "2026-01-31T12:00:00.000Z notice daemon.stopped drained=true",
        "2026-01-31T12:00:00.000Z warning gateway.refused count=7",
        "2026-01-31T12:00:00.000Z notice auth.throttled ip=192.0.2.7 dialect=token id=1 limit=pictures_per_network",
        "accountd ended with status 1; starting it again",
    ]
    bad = [
        "2026-01-31T12:00:00.000Z notice daemon.paused",
        "2026-01-31T12:00:00.000Z error daemon.stopped drained=true",
        "2026-01-31T12:00:00.000Z notice daemon.stopped drained=true password=x",
        "2026-01-31T12:00:00.000Z warning fastcgi.timed_out count=7",
    ]
    assert log_page.surprises("\n".join(good + bad)) == bad
