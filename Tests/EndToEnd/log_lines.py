"""What a line of accountd's log looks like, and nginx's. Where a client could write into one, it would not match."""

import re

TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
LEVEL = "(?:debug|info|notice|warning|error|critical)"
EVENT = r"[a-z]+(?:\.[a-z_]+)+"
# Bare, or in quotes with everything escaped that could end the quotes, the line or the reader's patience.
VALUE = r'(?:[^\s"\'=\\\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+|"(?:[^"\\\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]|\\.)*")'
PAIR = rf" (?P<key>[A-Za-z0-9._-]{{1,64}})=(?P<value>{VALUE})"
ACCOUNTD = re.compile(rf"(?P<time>{TIME}) (?P<level>{LEVEL}) (?P<event>{EVENT})(?P<pairs>(?:{PAIR.replace('?P<key>', '?:').replace('?P<value>', '?:')})*)")
# nginx's format `combined`, in which it writes \xNN for what could be taken for something else.
QUOTED = r'"(?:[^"\\\x00-\x1f\x7f-\xff]|\\x[0-9A-F]{2})*"'
NGINX = re.compile(rf'[0-9a-f.:]+ - (?:[^"\\\s\x00-\x1f]|\\x[0-9A-F]{{2}})+ \[[^\]]+\] {QUOTED} \d{{3}} \d+ {QUOTED} {QUOTED}'.encode("latin-1"))


def parsed(line):
    """A line of accountd's as (event, pairs in their order); fails for what is none."""
    match = ACCOUNTD.fullmatch(line)
    assert match, line
    return match["event"], [(pair["key"], pair["value"]) for pair in re.finditer(PAIR, match["pairs"])]
