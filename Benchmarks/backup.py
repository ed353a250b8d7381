"""How long writes wait while a backup is made: about a thousand of them a second, paced, to many accounts, first alone and then
beside `accountctl db backup`; and whether what is put back is equal."""

import argparse
import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import load
from accounts import Accounts, fill
from programs import wait_until
from rows import message, write

PROJECT = Path(__file__).resolve().parents[1]
CONNECTIONS, PACE = 20, 50


def ports():
    import socket

    with socket.socket() as one, socket.socket() as other:
        for each in (one, other):
            each.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]


class Server:
    """script/server on a folder of its own."""

    def __init__(self, data, build, log):
        self.data, (self.port, other) = data, ports()
        command = [PROJECT / "script" / "server", "--no-build", *(["--debug"] if build == "debug" else [])]
        command += ["--data", data, "--port", self.port, "--simplejwt-port", other, "--set", "limits.enabled=false"]
        self.output = log.open("w+")
        self.process = subprocess.Popen([str(word) for word in command], stdout=self.output, stderr=self.output)
        wait_until(lambda: "\nready: " in "\n" + log.read_text() or self.process.poll() is not None, "the server", 60)
        if self.process.poll() is not None:
            sys.exit(log.read_text())

    def stop(self):
        self.process.terminate()
        self.process.wait(30)
        self.output.close()


class Load:
    """Writes at a pace on many connections, with the time of each answer."""

    def __init__(self, server, accounts, seconds):
        load.PACE = PACE
        requests = [
            message(write(accounts, number), server.port).replace(b"\1", b"%012d" % number)
            for number in list(accounts.sample())[:CONNECTIONS * 200]]
        begin = time.perf_counter() + 0.2
        self.threads = [
            load.PacedConnection(
                server.port, requests[index::CONNECTIONS], str(server.data / "tls.crt"),
                begin + index / PACE / CONNECTIONS, seconds)
            for index in range(CONNECTIONS)]
        for each in self.threads:
            each.start()

    def result(self, seconds):
        for each in self.threads:
            each.join()
        errors = [str(each.error) for each in self.threads if each.error]
        times = sorted(latency for each in self.threads for latency in each.latencies)
        return {
            "writes_a_second": round(len(times) / seconds), "refused": sum(each.refused for each in self.threads),
            "broken": errors, "p50_ms": round(load.percentile(times, 50), 1),
            "p99_ms": round(load.percentile(times, 99), 1), "longest_ms": round(times[-1], 1)}


class Log:
    """The largest size of the database's log while it is watched."""

    def __init__(self, server):
        self.path, self.largest, self.ends = server.data / "accounts.db-wal", 0, threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        while not self.ends.wait(0.05):
            self.largest = max(self.largest, self.path.stat().st_size)

    def end(self):
        self.ends.set()
        self.thread.join()
        return round(self.largest / 2**20, 1)


def control(server, program, *arguments):
    command = [program, "db", *arguments, "--json", "--config", server.data / "accountd.conf"]
    begin = time.perf_counter()
    output = subprocess.run([str(word) for word in command], check=True, stdout=subprocess.PIPE).stdout
    return json.loads(output), round(time.perf_counter() - begin, 1)


def rows(path):
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    tables = [name for (name,) in connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name")]
    found = {name: connection.execute(f"SELECT * FROM {name} ORDER BY 1").fetchall() for name in tables}
    connection.close()
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--build", choices=["debug", "release"], default="release")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="accountd-backup-"))
    program = PROJECT / ".build" / options.build / "accountctl"
    running = []
    try:
        data = folder / "data"
        Server(data, options.build, folder / "first").stop()
        accounts = Accounts(options.accounts, data / "secret.key")
        fill(data / "accounts.db", accounts, "!", lambda _: None)
        server = Server(data, options.build, folder / "second")
        running.append(server)
        Load(server, accounts, 2).result(2)

        log, work = Log(server), Load(server, accounts, options.seconds)
        print("alone ", json.dumps({**work.result(options.seconds), "largest_log_mb": log.end()}))
        log, work = Log(server), Load(server, accounts, options.seconds)
        time.sleep(load.PACED_LEAD + options.seconds / 4)
        made, seconds = control(server, program, "backup", folder / "backups")
        print("beside", json.dumps({**work.result(options.seconds), "largest_log_mb": log.end()}))
        print("backup", json.dumps({
            "seconds": seconds, "snapshot_ms": made["snapshot_milliseconds"],
            "database_mb": round(made["manifest"]["database"]["bytes"] / 2**20, 1)}))
        running.pop().stop()
        saved = rows(Path(made["path"], "accounts.db"))
        _, seconds = control(server, program, "restore", made["path"], "--yes")
        print("restore", json.dumps({"seconds": seconds, "equal": rows(data / "accounts.db") == saved}))
    finally:
        for each in running:
            each.stop()
        shutil.rmtree(folder)


main()
