"""Peers on accountd's own socket, beside nginx: records as FastCGI's specification has them, and ones as it has them not."""

import json
import re
import socket
import struct

BEGIN, ABORT, END, PARAMS, STDIN, STDOUT, GET_VALUES = 1, 2, 3, 4, 5, 6, 9


def record(kind, content=b"", request=1, version=1, padding=0, length=None):
    """One record; `length` may lie."""
    length = len(content) if length is None else length
    return struct.pack("!BBHHBB", version, kind, request, length, padding, 0) + content + bytes(padding)


def begin(role=1, keep=1):
    return record(BEGIN, struct.pack("!HB5x", role, keep))


def pairs(parameters):
    """Name-value pairs with four-byte lengths."""
    text = b""
    for name, value in parameters.items():
        name, value = name.encode(), value.encode()
        text += struct.pack("!II", len(name) | 1 << 31, len(value) | 1 << 31) + name + value
    return text


def request(method, path, body=b"", key=None, **parameters):
    """A whole request as nginx sends it, with `key` to prove it."""
    head = {"REQUEST_METHOD": method, "DOCUMENT_URI": path, "REMOTE_ADDR": "127.0.0.1", "HTTPS": "on", **parameters}
    if key:
        head["ACCOUNTD_GATEWAY_KEY"] = key
    if body:
        head |= {"CONTENT_LENGTH": str(len(body)), "CONTENT_TYPE": "application/json"}
    stdin = record(STDIN, body) if body else b""
    return begin(keep=0) + record(PARAMS, pairs(head)) + record(PARAMS) + stdin + record(STDIN)


class Peer:
    """One connection to accountd's socket."""

    def __init__(self, server):
        self.connection = socket.socket(socket.AF_UNIX)
        self.connection.settimeout(20)
        self.connection.connect(server.socket_path())

    def send(self, text):
        self.connection.sendall(text)
        return self

    def rest(self):
        """Everything until the server closes the connection."""
        received = b""
        try:
            while block := self.connection.recv(65536):
                received += block
        except ConnectionResetError:
            pass
        return received

    def close(self):
        self.connection.close()


def answer(server, *arguments, **parameters):
    """The answer to a request from a connection of its own, as (status, headers as text, JSON)."""
    head, _, content = output(Peer(server).send(request(*arguments, **parameters)).rest()).partition(b"\r\n\r\n")
    status = int(re.match(rb"Status: (\d{3}) ", head).group(1))
    return status, head.decode(), json.loads(content) if content else None


def output(text):
    """What STDOUT records carry."""
    content = b""
    while text:
        _, kind, _, length, padding, _ = struct.unpack("!BBHHBB", text[:8])
        if kind == STDOUT:
            content += text[8 : 8 + length]
        text = text[8 + length + padding :]
    return content
