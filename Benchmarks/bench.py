"""Measures accountd beside the fastest C program of the same stack and, on request, Django with djoser, behind one nginx with
TLS on this machine. script/bench builds what this needs and passes its options on."""

import argparse
import fcntl
import hashlib
import http.client
import json
import os
import shutil
import signal
import socket
import ssl
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import load
import report
from accounts import PASSWORD, Accounts, fill
from programs import Accountd, Django, Floor, Nginx, copy_store, cores_in_use, end_by_signals, password_hash_of
from rows import ROWS, login, message

PROJECT = Path(__file__).parents[1]
SMALL = 10_000


def arguments():
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__)
    parser.add_argument("--rows", metavar="A,B", help="only these: " + ", ".join(row.key for row in ROWS))
    parser.add_argument("--rounds", type=int, metavar="N", help="how often each row is measured (3)")
    parser.add_argument("--seconds", type=int, metavar="N", help="of each measurement (8)")
    parser.add_argument("--accounts", type=int, metavar="N", help="accounts in each database (100000)")
    parser.add_argument(
        "--growth", action="store_true", help=f"also with {SMALL:,} accounts, to see what the others cost")
    parser.add_argument("--django", action="store_true", help="also Django with djoser under gunicorn, from PyPI")
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", dest="options",
        help="an option of accountd's configuration; may be repeated")
    parser.add_argument("--out", type=Path, default=PROJECT / ".bench", metavar="DIR", help="results and data (.bench)")
    parser.add_argument("--quick", action="store_true", help="whether it works at all: few accounts, a second each")
    parser.add_argument("--debug", action="store_true", help="a debug build of accountd, which says nothing about speed")
    parser.add_argument("--no-build", action="store_true", help="measure what was built last")
    parser.add_argument("--binary", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--floor", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--django-environment", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    given.rounds = given.rounds or (1 if given.quick else 3)
    given.seconds = given.seconds or (1 if given.quick else 8)
    given.accounts = given.accounts or (1000 if given.quick else 100_000)
    keys = given.rows.split(",") if given.rows else [row.key for row in ROWS]
    unknown = set(keys) - {row.key for row in ROWS}
    if unknown:
        parser.error(f"no such row: {', '.join(sorted(unknown))}")
    given.rows = [row for row in ROWS if row.key in keys and (given.growth or not row.is_growth)]
    given.out = given.out.resolve()
    return given


class Progress:
    """A line that tells what goes on, where somebody looks."""

    def __init__(self):
        self.is_terminal = sys.stderr.isatty()
        self.begin = time.monotonic()
        self.total = self.done = 0

    def say(self, text):
        if self.is_terminal:
            print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)

    def step(self, text):
        left = ""
        if self.done:
            seconds = (time.monotonic() - self.begin) / self.done * (self.total - self.done)
            left = f", about {seconds / 60:.0f} min left" if seconds > 90 else f", about {seconds:.0f} s left"
        filled = 24 * self.done // max(self.total, 1)
        self.say(f"[{'#' * filled}{'.' * (24 - filled)}] {text}{left}")
        self.done += 1

    def line(self, text):
        """A line that stays."""
        if self.is_terminal:
            self.say("")
        print(text, file=sys.stderr, flush=True)


class Bench:
    def __init__(self, given, run):
        self.given, self.run = given, run
        self.progress = Progress()
        self.work = given.out / "bench-work"
        if self.work.exists():
            shutil.rmtree(self.work)
        self.work.mkdir(parents=True)
        self.nginx = Nginx(PROJECT, self.work / "nginx", run)
        self.programs = []
        # In the order of the table.
        self.names = ["accountd", "accountd-small", "floor", "floor-small", "django"]
        # By row and program: a Measurement for each round.
        self.measured = defaultdict(lambda: defaultdict(list))
        self.started, self.idle, self.peak = (defaultdict(list) for _ in range(3))
        # Cores that others use while nothing of ours runs.
        self.others = []
        self.numbers = 0

    # Data

    def template(self, count):
        """A folder with a closed database of so many accounts and its key file, kept from run to run."""
        schema = (PROJECT / "Sources/AccountStore/Migrations.swift").read_bytes()
        ours = (PROJECT / "Benchmarks/accounts.py").read_bytes()
        made_of = hashlib.sha256(schema + ours + json.dumps(self.given.options).encode()).hexdigest()
        folder = self.given.out / f"bench-accounts-{count}"
        mark = folder / "made-of"
        if mark.exists() and mark.read_text() == made_of:
            return folder
        if folder.exists():
            shutil.rmtree(folder)
        self._make_template(folder, count)
        mark.write_text(made_of)
        return folder

    def _make_template(self, folder, count):
        self.progress.line(f"filling a database with {count:,} accounts")
        maker = Accountd(
            f"maker-{count}", None, self.work, self.run, free_port(), binary=self.given.binary,
            options=self.given.options)
        self.nginx.start([maker])
        try:
            # accountd makes the schema, the key and the hash of the one password.
            maker.launch()
            client = http.client.HTTPSConnection(
                "localhost", maker.port, timeout=30,
                context=ssl.create_default_context(cafile=self.nginx.certificate))
            sent = json.dumps({"username": "first", "password": PASSWORD})
            maker.wait_until_live(client)
            client.request("POST", "/auth/users/", sent, {"Content-Type": "application/json"})
            answer = client.getresponse()
            if answer.status != 200:
                raise RuntimeError(f"accountd refused to register the first account: {answer.read()}")
        finally:
            maker.stop()
            self.nginx.stop()
        database = maker.folder / "accounts.db"
        accounts = Accounts(count, maker.folder / "secret.key")
        fill(database, accounts, password_hash_of(database, "first"), self.progress.say)
        folder.mkdir()
        copy_store(maker.folder, folder)
        shutil.rmtree(maker.folder)

    def prepare(self):
        given = self.given
        sizes = [given.accounts] + ([SMALL] if given.growth and any(row.is_growth for row in given.rows) else [])
        kinds = {kind for row in given.rows for kind in row.programs} - (set() if given.django else {"django"})
        for index, count in enumerate(sizes):
            source = self.template(count)
            accounts = Accounts(count, source / "secret.key")
            suffix = "" if index == 0 else "-small"
            # The floor stands beside accountd in every row that compares.
            for kind in ("accountd", "floor"):
                place = (kind + suffix, accounts, self.work, self.run, free_port())
                if kind == "accountd":
                    program = Accountd(*place, binary=given.binary, options=given.options)
                else:
                    program = Floor(*place, binary=given.floor)
                copy_store(source, program.folder)
                self.programs.append(program)
            if index == 0 and "django" in kinds:
                program = Django(
                    "django", accounts, self.work, self.run, free_port(), environment_folder=given.django_environment)
                self.progress.say("filling Django's database")
                program.fill()
                self.programs.append(program)

    # Measuring

    def _asked(self, row, program):
        """The requests of a row in bytes."""
        accounts = program.accounts
        return [message(row.ask(accounts, number), program.port) for number in accounts.sample()]

    def _file(self, key, requests, program):
        path = self.work / f"{key}-{program.name}.requests"
        if not path.exists():
            path.write_bytes(b"".join(each + b"\0" for each in requests()))
        return path

    def _wrk(self, program, path, connections, seconds):
        self.numbers += 1
        return load.Wrk(program.port, path, connections, seconds, self.numbers * 1_000_000_000)

    def measure(self, row, program):
        seconds = self.given.seconds
        for each in self.programs:
            # Also of the others: what they still work on would take the cores.
            each.wait_until_idle()
        if row.is_paced:
            flood = None
            if row.flood:
                path = self._file(
                    "flood", lambda: [
                        message(login(program.accounts, n), program.port) for n in program.accounts.sample()], program)
                flood = self._wrk(program, path, row.flood, seconds + int(load.PACED_LEAD) + 1)
            try:
                requests = self._asked(row, program)
                result = load.paced(program.port, requests, self.nginx.certificate, row.connections, seconds)
            finally:
                if flood:
                    beside = flood.result()
            if flood:
                result.beside = beside.rate
        else:
            path = self._file(row.key, lambda: self._asked(row, program), program)
            before = program.process.cpu_seconds()
            result = self._wrk(program, path, row.connections, seconds).result()
            result.cpu_us = (program.process.cpu_seconds() - before) / max(result.requests, 1) * 1e6
        program.process.check()
        return result

    def round(self, number):
        loaded = [row for row in self.given.rows if row.ask]
        self.others.append(cores_in_use())
        for program in self.programs:
            self.progress.step(f"round {number}: start {program.name}")
            self.started[program.name].append(program.start(self.nginx.certificate))
            self.idle[program.name].append(program.process.memory_mb("VmRSS"))
        for row in loaded:
            takers = [
                program for program in self.programs
                if program.kind in row.programs and (row.is_growth or not program.name.endswith("-small"))]
            # Each time another begins, so that none always has the cache or the disk as another left it.
            turn = number % max(len(takers), 1)
            for program in takers[turn:] + takers[:turn]:
                self.progress.step(f"round {number}/{self.given.rounds}: {row.title}, {program.name}")
                self.measured[row.key][program.name].append(self.measure(row, program))
        for program in self.programs:
            self.peak[program.name].append(program.process.memory_mb("VmHWM"))
            program.stop()
        if not self.progress.is_terminal:
            self.progress.line(f"round {number} of {self.given.rounds} measured")

    def run_all(self):
        self.prepare()
        counts = [len(self.programs)] + [len(row.programs) for row in self.given.rows if row.ask]
        self.progress.total = sum(counts) * self.given.rounds
        self.nginx.start(self.programs)
        for number in range(1, self.given.rounds + 1):
            self.round(number)
        self.progress.say("")

    def stop(self):
        for program in self.programs:
            program.stop()
        self.nginx.stop()


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def main():
    given = arguments()
    end_by_signals()
    given.out.mkdir(parents=True, exist_ok=True)
    # Held open until the end.
    lock = (given.out / ".bench-lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print(f"script/bench: another one uses {given.out}", file=sys.stderr)
        return 1
    # A unix socket's path is at most 107 bytes long, so it cannot lie in the results' folder.
    run = Path(tempfile.mkdtemp(prefix="accountd-bench."))
    try:
        bench = Bench(given, run)
        try:
            bench.run_all()
        finally:
            for each in (signal.SIGTERM, signal.SIGINT):
                signal.signal(each, signal.SIG_IGN)
            bench.stop()
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    except RuntimeError as error:
        print(f"\nscript/bench: {error}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(run, ignore_errors=True)
    result = report.result(bench)
    (given.out / "results.json").write_text(json.dumps(result, indent=2) + "\n")
    (given.out / "results.svg").write_text(report.svg(result))
    (given.out / "results.md").write_text(report.markdown(result))
    print(report.markdown(result))
    print(f"Also in {given.out}: results.json, results.md, results.svg")
    shutil.rmtree(bench.work, ignore_errors=True)
    return 0


if __name__ == "__main__":
    os.umask(0o077)
    sys.exit(main())
