"""What Python makes of the kept inputs: its own `json`, `urllib.parse` and `http.cookies`, called as Django and Django REST framework
call them. Prints a line for each file: its name, and in hexadecimal the JSON of what was read; `-` where it is refused."""

import json
import math
import sys
from http import cookies
from pathlib import Path
from urllib.parse import parse_qsl

DEEPEST = 32


class Refused(Exception):
    """What our parser refuses on purpose, where Python does not."""


def checked(value, depth=0):
    """The value; refused beyond the depth, and where a double is not finite."""
    if isinstance(value, (dict, list)):
        if depth == DEEPEST:
            raise Refused
        for child in value.values() if isinstance(value, dict) else value:
            checked(child, depth + 1)
    if isinstance(value, float) and not math.isfinite(value):
        raise Refused
    return value


def read_json(data):
    return checked(json.loads(data.decode()))


def read_form(data):
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = data.decode("iso-8859-1")
    return parse_qsl(text, keep_blank_values=True, encoding="utf-8", errors="replace", max_num_fields=1000)


def read_cookie(data):
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = data.decode("iso-8859-1")
    pairs = []
    for chunk in text.split(";"):
        name, value = chunk.split("=", 1) if "=" in chunk else ("", chunk)
        name, value = name.strip(), value.strip()
        if name or value:
            pairs.append((name, cookies._unquote(value)))
    return pairs


def written(value):
    """JSON as Django REST framework's renderer writes it; of what no UTF-8 can carry, U+FFFD is left."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return "".join("\ufffd" if 0xD800 <= ord(c) <= 0xDFFF else c for c in text).encode()


def main():
    reader = {"json": read_json, "form": read_form, "cookie": read_cookie}[sys.argv[1]]
    for path in sorted(Path(sys.argv[2]).iterdir()):
        try:
            print(path.name, written(reader(path.read_bytes())).hex())
        except (ValueError, RecursionError, Refused):
            print(path.name, "-")


main()
