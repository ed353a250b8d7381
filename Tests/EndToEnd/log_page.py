"""docs/log.md as a program reads it, and whether the lines of a log are as it says."""

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import log_lines

PAGE = Path(__file__).resolve().parents[2] / "docs" / "log.md"
ROW = re.compile(rf"^\| `(?P<event>{log_lines.EVENT})`(?P<limited> ¹)? \| (?P<levels>[a-z]+(?:, [a-z]+)*) \| (?P<keys>(?:`[a-z_]+` ?)*)\| (?P<means>[^|]+) \|", re.M)


class Row(NamedTuple):
    """What the page says of one event."""
    # One, or two where it depends on what is told.
    levels: frozenset
    keys: frozenset
    # Whether one line stands for many, and a last one at the stop for those that none told of.
    limited: bool


@cache
def rows():
    """The rows of the page by their events."""
    found = {}
    for row in ROW.finditer(PAGE.read_text()):
        assert row["event"] not in found, f"{row['event']} stands there twice"
        keys = frozenset(re.findall("[a-z_]+", row["keys"]))
        found[row["event"]] = Row(frozenset(row["levels"].split(", ")), keys, bool(row["limited"]))
    return found


def surprises(log):
    """The lines of accountd in a log that are not as the page says; what script/server says itself is none of them."""
    found = []
    for line in log.splitlines():
        match = log_lines.ACCOUNTD.fullmatch(line)
        if match is None:
            continue
        event, pairs = log_lines.parsed(line)
        keys = {key for key, _ in pairs}
        row = rows().get(event)
        is_right = row and (
            match["level"] in row.levels and keys <= row.keys
            or row.limited and match["level"] == "warning" and keys == {"count"})
        if not is_right:
            found.append(line)
    return found
