"""Requests and answers as both sides see them."""

import json
import shlex
from dataclasses import dataclass, field


@dataclass
class Request:
    method: str
    target: str
    headers: list = field(default_factory=list)
    body: bytes = b""

    def curl(self, origin):
        words = ["curl", "-ksi", "-X", self.method]
        for name, value in self.headers:
            text = value.encode("latin-1").decode("utf-8", "surrogateescape")
            words += ["-H", f"{name}: {text}" if value else f"{name};"]
        if not any(name == "Content-Type" for name, _ in self.headers) and self.body:
            words += ["-H", "Content-Type:"]
        line = " ".join(shlex.quote(word) for word in words)
        if self.body:
            line += " --data-binary " + quoted(self.body)
        return f"{line} {shlex.quote(origin + self.target)}"


def quoted(body):
    """Bytes as one word of bash; a NUL, which no word can hold, comes by a pipe."""
    escaped = "".join(chr(b) if 32 <= b < 127 and b not in b"\\'" else f"\\x{b:02x}" for b in body)
    return f"@<(printf '%b' '{escaped}')"


@dataclass
class Answer:
    status: int
    headers: list
    body: bytes

    def header(self, name):
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        return values[0] if values else None

    def json(self):
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    def cookies(self):
        pairs = [v.strip().split(";")[0].split("=", 1) for k, v in self.headers if k.lower() == "set-cookie"]
        return {name: value for name, value in pairs}
