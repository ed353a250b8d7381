"""Clients that hold the server to what is true of every answer: never HTML, never an error of ours, JSON wherever there is a
body. What the answers of each dialect look like stands in dialects.py."""

import http.client
import io
import json
import re
import socket
import ssl
import subprocess

import requests

import secrets_sent

# What every answer of accountd says beside its own headers.
COMMON_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Strict-Transport-Security": "max-age=63072000",
}


# What a request in bytes begins with after its first line.
HOST_HEADERS = [b"Host: localhost", b"Connection: close"]


class Matching:
    """Stands in an expected body for a text that differs from run to run."""

    def __init__(self, pattern):
        self.pattern = pattern

    def __eq__(self, other):
        return isinstance(other, str) and re.fullmatch(self.pattern, other) is not None

    def __repr__(self):
        return f"Matching({self.pattern!r})"


class Integer:
    """Stands in an expected body for an integer id."""

    def __eq__(self, other):
        return type(other) is int and other > 0

    def __repr__(self):
        return "Integer()"


INTEGER = Integer()
TOKEN = Matching("[0-9a-f]{40}")
SIGNED = Matching(r"[\w-]+\.[\w-]+\.[\w-]{43}")
UUID = Matching("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
TIME = Matching(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z")


def check(status, headers, body, allowed=()):
    """Asserts what is true of every answer, and returns it as (status, JSON or None)."""
    assert status < 500 or status in allowed, (status, body)
    kind = headers.get("Content-Type")
    assert b"<html" not in body.lower(), (status, body)
    assert kind == "application/json" if body else kind in (None, "application/json"), (status, kind, body)
    return status, json.loads(body) if body else None


class FromAddress(requests.adapters.HTTPAdapter):
    """Connections from one of this machine's own addresses: all of 127.0.0.0/8 are."""

    def __init__(self, address):
        self.address = address
        super().__init__()

    def init_poolmanager(self, *arguments, **options):
        super().init_poolmanager(*arguments, source_address=(self.address, 0), **options)


class Client:
    """One caller of one server: keeps cookies and connections as a front end does."""

    def __init__(self, server, port=None, authorization=None, address=None):
        self.server = server
        self.port = port
        # Statuses of 500 and above that this caller is prepared for.
        self.allowed = ()
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.verify = server.certificate
        if address:
            self.session.mount("https://", FromAddress(address))
        if authorization:
            self.session.headers["Authorization"] = authorization

    def send(self, method, path, body=None, allowed=(), **options):
        """The whole answer to a request, already checked; `body` goes as JSON."""
        response = self.session.request(
            method, self.server.url(path, self.port), json=body, timeout=30, allow_redirects=False, **options)
        _, answer = check(response.status_code, response.headers, response.content, allowed or self.allowed)
        secrets_sent.note(self.server, [
            *secrets_sent.in_body(body), *secrets_sent.in_headers(response.request.headers),
            *secrets_sent.in_answer(response, answer)])
        return response

    def ask(self, method, path, body=None, allowed=(), **options):
        """The answer as (status, JSON or None)."""
        response = self.send(method, path, body, allowed, **options)
        return check(response.status_code, response.headers, response.content, allowed or self.allowed)

    def cookie(self, name):
        return self.session.cookies.get(name)


def curl(server, path, *arguments, port=None):
    """The answer of curl as (status, JSON or None)."""
    result = subprocess.run(
        ["curl", "--silent", "--show-error", "--include", "--http1.1", "--cacert", server.certificate,
         server.url(path, port), *arguments],
        capture_output=True, timeout=30, check=True)
    status, headers, body = parse(result.stdout, "HEAD" if "--head" in arguments else "GET")
    return check(status, headers, body)


def parse(answer, method="GET"):
    """An HTTP answer's (status, headers, body)."""

    class Wire:
        def makefile(self, _):
            return io.BytesIO(answer)

    response = http.client.HTTPResponse(Wire(), method=method)
    response.begin()
    return response.status, response.headers, response.read()


def raw(server, text, port=None, allowed=()):
    """The answer to bytes sent over TLS as they are, as (status, headers, JSON or None); they must ask for `Connection: close`."""
    status, headers, body = parse(_received(server, text, port), text.split(b" ", 1)[0].decode("latin-1"))
    return status, headers, check(status, headers, body, allowed)[1]


def exchange(server, text):
    """The status of the answer to bytes sent as `raw` sends them."""
    return parse(_received(server, text))[0]


def _received(server, text, port=None):
    context = ssl.create_default_context(cafile=server.certificate)
    with socket.create_connection(("localhost", port or server.port), timeout=30) as plain:
        with context.wrap_socket(plain, server_hostname="localhost") as connection:
            connection.sendall(text)
            received = b""
            while block := connection.recv(65536):
                received += block
    return received
