"""Sends the same random requests to accountd and to the reference, and tells where the answers differ."""

import argparse
import http.client
import json
import os
import random
import re
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import known
from exchange import Answer, Request
from generate import PASSWORD, Generator
from normal import canonical
from server import Reference

PROJECT = Path(__file__).parent.parent.parent


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


class Accountd:
    """A server of its own on free ports, with rules for passwords like the reference's."""

    def __init__(self, folder):
        port, second = free_ports(2)
        self.host = f"localhost:{port}"
        options = {
            "password.minimum_length": 1, "password.maximum_length": 4096, "password.memory": 7168, "password.passes": 5,
            "log.level": '"error"', "limits.enabled": "false",
        }  # fmt: skip
        command = [
            PROJECT / "script/server",
            "--debug",
            "--no-build",
            "--port",
            str(port),
            "--simplejwt-port",
            str(second),
            "--data",
            folder,
        ]
        for key, value in options.items():
            command += ["--set", f"{key}={value}"]
        self.log = open(Path(folder).parent / "server.log", "wb")
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=self.log, text=True, start_new_session=True
        )
        for line in self.process.stdout:
            if line.startswith("ready:"):
                break
        else:
            raise SystemExit(f"accountd did not start: {Path(self.log.name).read_text()}")
        self.context = ssl._create_unverified_context()
        self.connection = None

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=60)

    def answer(self, request):
        for attempt in range(2):
            try:
                return self.send(request)
            except (http.client.RemoteDisconnected, ConnectionError, ssl.SSLError):
                self.connection = None
                if attempt:
                    return Answer(0, [], b"the connection was closed")

    def send(self, request):
        if self.connection is None:
            self.connection = http.client.HTTPSConnection(
                "localhost", int(self.host.partition(":")[2]), context=self.context, timeout=60
            )
        connection = self.connection
        connection.putrequest(request.method, request.target, skip_host=True, skip_accept_encoding=True)
        connection.putheader("Host", self.host)
        for name, value in request.headers:
            connection.putheader(name, value.encode("latin-1"))
        if request.body or request.method in ("POST", "PUT", "PATCH"):
            connection.putheader("Content-Length", str(len(request.body)))
        connection.endheaders(request.body or None)
        response = connection.getresponse()
        answer = Answer(response.status, response.getheaders(), response.read())
        if response.will_close:
            connection.close()
            self.connection = None
        return answer


class Side:
    """One of the two servers, with its own ids and credentials of the accounts that both have."""

    def __init__(self, name, answer, host):
        self.name, self.answer = name, answer
        self.fixed = {"host": host, "origin": f"https://{host}"}
        self.values = {}

    def post(self, path, body):
        answer = self.answer(Request("POST", path, [("Content-Type", "application/json")], json.dumps(body).encode()))
        if answer.status >= 300:
            raise SystemExit(f"{self.name} refused {path} {body}: {answer}")
        return answer

    def register(self, username, email):
        made = self.post("/api/v1/users/", {"username": username, "email": email, "password": PASSWORD}).json()
        values = {
            "uuid": made["id"],
            "UUID": made["id"].upper(),
            "plain_uuid": made["id"].replace("-", ""),
            "token": made["auth_token"],
        }
        me = self.answer(Request("GET", "/auth/users/me/", [("Authorization", f"Token {values['token']}")])).json()
        self.values[username] = values | {"id": str(me["id"])}

    def value(self, account, other, name):
        if name in self.fixed:
            return self.fixed[name]
        if name.startswith("other_"):
            return self.values[other][name.removeprefix("other_")]
        values = self.values[account]
        if name not in values:
            if name in ("session", "csrf"):
                cookies = self.post("/core/login/", {"username": account, "password": PASSWORD}).cookies()
                values |= {"session": cookies["sessionid"], "csrf": cookies["csrftoken"]}
            elif name == "jwt":
                values["jwt"] = self.post("/obtain_token/", {"login": account, "password": PASSWORD}).json()["token"]
            else:
                values |= self.post("/api/user/login/", {"email": account, "password": PASSWORD}).json()["tokens"]
        return values[name]

    def filled(self, request, account, other):
        fill = lambda text: re.sub(r"\{\{(\w+)\}\}", lambda found: self.value(account, other, found.group(1)), text)
        body = fill(request.body.decode("latin-1")).encode("latin-1")
        return Request(request.method, fill(request.target), [(n, fill(v)) for n, v in request.headers], body)


def methods(answer):
    return {name.strip() for name in (answer.header("Allow") or "").split(",")}


def difference(request, theirs, ours):
    """What differs in two answers, in a word; None when nothing does."""
    if theirs.status != ours.status:
        return "status"
    if (theirs.header("Content-Type") or "") != (ours.header("Content-Type") or "") and theirs.body:
        return "type"
    if theirs.header("WWW-Authenticate") != ours.header("WWW-Authenticate"):
        return "challenge"
    if request.method != "HEAD":
        if bool(theirs.body) != bool(ours.body) or canonical(theirs.json()) != canonical(ours.json()):
            return "body"
    if (theirs.status == 405 or request.method == "OPTIONS") and methods(theirs) != methods(ours):
        return "Allow"
    if {n for n in theirs.cookies()} != {n for n in ours.cookies()}:
        return "cookies"
    return None


class Comparison:
    def __init__(self, seed, sides):
        self.generator, self.sides = Generator(seed), sides
        self.random = random.Random(seed)
        self.run = f"{random.SystemRandom().randrange(16**6):06x}"
        self.accounts = []
        self.counts, self.kinds, self.places = Counter(), Counter(), Counter()

    def account(self):
        username = f"user{self.run}x{self.generator.core()}"
        account = {"username": username, "email": f"{username}@example.com"}
        for side in self.sides:
            side.register(**account)
        return account

    def step(self):
        while len(self.accounts) < 4:
            self.accounts.append(self.account())
        account, other = self.random.sample(self.accounts, 2)
        template = self.generator.request(account, other)
        theirs, ours = (
            side.answer(side.filled(template, account["username"], other["username"])) for side in self.sides
        )
        found = difference(template, theirs, ours)
        excuse = found and known.reason(template, theirs, ours)
        self.counts["equal" if not found else f"known: {excuse}" if excuse else "unequal"] += 1
        self.kinds[theirs.status] += 1
        if found and not excuse:
            self.tell(found, self.sides[1].filled(template, account["username"], other["username"]), theirs, ours)
        if (
            template.method not in ("GET", "HEAD", "OPTIONS")
            and 200 in (theirs.status, ours.status)
            or 204 in (theirs.status, ours.status)
        ):
            # Its password, names or credentials may be others now.
            self.accounts.remove(account)

    def tell(self, found, request, theirs, ours):
        place = re.sub(r"[0-9a-f-]{30,}|\d+", "…", request.target.partition("?")[0])
        print(f"\n{found} differs: {request.method} {request.target}")
        self.places[(found, f"{request.method} {place}", theirs.status, ours.status)] += 1
        print(f"  {request.curl(self.sides[1].fixed['origin'])[:3000]}")
        for name, answer in (("reference", theirs), ("accountd ", ours)):
            extra = " ".join(
                f"{h}: {answer.header(h)};"
                for h in ("Content-Type", "WWW-Authenticate", "Allow", "Set-Cookie")
                if answer.header(h)
            )
            print(f"  {name} {answer.status} {answer.body[:600].decode('utf-8', 'replace')}  [{extra}]")


def main():
    parser = argparse.ArgumentParser(prog="script/differential", description=__doc__)
    parser.add_argument("--requests", type=int, default=2000, help="how many (2000)")
    parser.add_argument("--seed", type=int, default=None, help="the same seed makes the same requests (random)")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**6)
    reference = Reference(follow_departures=True)
    with tempfile.TemporaryDirectory() as folder:
        accountd = Accountd(os.path.join(folder, "data"))
        try:
            sides = [
                Side("reference", lambda request: reference.answer(request, accountd.host), accountd.host),
                Side("accountd", accountd.answer, accountd.host),
            ]
            comparison = Comparison(seed, sides)
            for _ in range(options.requests):
                comparison.step()
        finally:
            accountd.stop()
    counts = comparison.counts
    print(f"\n{options.requests} requests, seed {seed}: {counts['equal']} equal, {counts['unequal']} unequal")
    for (found, place, theirs, ours), count in comparison.places.most_common():
        print(f"  {count} × {found} of {place}: {theirs}, not {ours}")
    for name, why, _ in known.DIFFERENCES:
        if counts[f"known: {name}"]:
            print(f"  {counts[f'known: {name}']} otherwise on purpose: {why}")
    print(
        "  statuses of the reference: "
        + ", ".join(f"{status} × {count}" for status, count in sorted(comparison.kinds.items()))
    )
    return 1 if counts["unequal"] else 0


if __name__ == "__main__":
    sys.exit(main())
