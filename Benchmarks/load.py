"""Load and what it measures: many connections as fast as they are answered, by wrk; a few at a fixed pace, by ourselves."""

import json
import os
import socket
import ssl
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

LUA = Path(__file__).with_name("load.lua")
# Of each paced connection, in requests a second: far below what any program can do, so that waiting is the server's.
PACE = 100
# The first second of a paced measurement is not counted: the load beside it is only beginning.
PACED_LEAD = 1.0


@dataclass
class Measurement:
    """What one program did in one row of one round."""

    rate: float
    p50_ms: float
    p99_ms: float
    requests: int
    # Answers of status 400 and above, and requests without an answer.
    refused: int
    broken: int
    # Time of all cores that the program took for a request, nginx's not counted.
    cpu_us: float | None = None
    # Sign-ins a second of the flood beside it.
    beside: float | None = None


class Wrk:
    """One run of wrk; the numbers that it puts into requests begin at `first_number`."""

    def __init__(self, port, requests, connections, seconds, first_number):
        threads = min(connections, os.cpu_count() or 1)
        command = [
            "wrk", "--threads", threads, "--connections", connections, "--duration", f"{seconds}s", "--timeout", "30s",
            "--script", LUA, f"https://127.0.0.1:{port}", "--", requests, first_number]
        self.process = subprocess.Popen(
            [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True)

    def result(self):
        try:
            output, _ = self.process.communicate()
        finally:
            if self.process.poll() is None:
                self.process.kill()
                self.process.wait()
        found = [line for line in output.splitlines() if line.startswith("RESULT ")]
        if not found:
            raise RuntimeError(f"wrk measured nothing:\n{output}")
        result = json.loads(found[0].removeprefix("RESULT "))
        return Measurement(
            result["requests"] / result["seconds"], result["p50_ms"], result["p99_ms"], result["requests"],
            result["refused"], result["broken"])


class PacedConnection(threading.Thread):
    """Sends a request at fixed points in time, or as soon after as the answer before allows."""

    def __init__(self, port, requests, certificate, begin, seconds):
        super().__init__(daemon=True)
        self.requests = requests
        self.begin, self.count = begin, int((PACED_LEAD + seconds) * PACE)
        self.latencies, self.refused, self.error, self.ended = [], 0, None, 0.0
        context = ssl.create_default_context(cafile=certificate)
        plain = socket.create_connection(("127.0.0.1", port), timeout=30)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.connection = context.wrap_socket(plain, server_hostname="localhost")

    def run(self):
        try:
            self._run()
        except OSError as error:
            self.error = error
        finally:
            self.connection.close()

    def _run(self):
        lead = int(PACED_LEAD * PACE)
        answered = 0.0
        for number in range(self.count):
            due = self.begin + number / PACE
            time.sleep(max(due - time.perf_counter(), 0))
            # That this thread woke late is not the server's doing; that the answer before was late is.
            sent = time.perf_counter() if answered <= due else due
            self.connection.sendall(self.requests[number % len(self.requests)])
            status = self._status_of_answer()
            answered = time.perf_counter()
            if number >= lead:
                self.latencies.append((answered - sent) * 1000)
                self.refused += status >= 400
        self.ended = answered

    def _status_of_answer(self):
        received = b""
        while (split := received.find(b"\r\n\r\n")) < 0:
            received += self._receive()
        head = received[:split].lower()
        length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
        while len(received) < split + 4 + length:
            received += self._receive()
        return int(head.split(b" ", 2)[1])

    def _receive(self):
        block = self.connection.recv(65536)
        if not block:
            raise ConnectionError("the server closed a paced connection")
        return block


def paced(port, requests, certificate, connections, seconds):
    """Measures a few connections at a pace."""
    begin = time.perf_counter() + 0.1
    threads = [
        PacedConnection(port, requests[index::connections], certificate, begin + index / PACE / connections, seconds)
        for index in range(connections)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    latencies = sorted(latency for each in threads for latency in each.latencies)
    broken = sum(each.error is not None for each in threads)
    if not latencies:
        raise RuntimeError(f"no paced request was answered: {[each.error for each in threads]}")
    # What is answered after the end makes the time longer, and the rate lower.
    lasted = max(seconds, max(each.ended for each in threads) - begin - PACED_LEAD)
    return Measurement(
        len(latencies) / lasted, percentile(latencies, 50), percentile(latencies, 99), len(latencies),
        sum(each.refused for each in threads), broken)


def percentile(ordered, percent):
    return ordered[min(len(ordered) * percent // 100, len(ordered) - 1)]
