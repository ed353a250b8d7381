#!/usr/bin/env python3
"""What an honest client sees while others attack: a sign-in and a profile over new connections, again and again for some seconds.

usage: honest.py PORT CERTIFICATE SECONDS NAME"""

import http.client
import json
import ssl
import sys
import time

LOGIN = json.dumps({"username": "honest", "password": "battery-staple"})


def ask(context, port, method, path, body=None, token=None):
    """One request over a connection of its own: its status, JSON, and how many seconds it took, the handshake included."""
    begun = time.perf_counter()
    connection = http.client.HTTPSConnection("localhost", port, timeout=30, context=context)
    headers = {"Content-Type": "application/json"} if body else {}
    if token:
        headers["Authorization"] = f"Token {token}"
    try:
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        return response.status, json.loads(response.read() or b"null"), time.perf_counter() - begun
    finally:
        connection.close()


def summary(name, seconds):
    """A line of the number of requests and their median, 99th percentile and maximum in milliseconds."""
    ordered = sorted(seconds)
    at = [ordered[min(len(ordered) - 1, int(len(ordered) * part))] * 1000 for part in (0.5, 0.99, 1)]
    return f"{name} {len(ordered)} times: median {at[0]:.1f} ms, p99 {at[1]:.1f} ms, most {at[2]:.1f} ms"


def main():
    port, certificate, seconds, name = int(sys.argv[1]), sys.argv[2], float(sys.argv[3]), sys.argv[4]
    context = ssl.create_default_context(cafile=certificate)
    ask(context, port, "POST", "/api/v1/users/", LOGIN)
    sign_ins, profiles, failures = [], [], []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            status, body, took = ask(context, port, "POST", "/api-token-auth/", LOGIN)
            if status != 200:
                failures.append(status)
                continue
            sign_ins.append(took)
            for _ in range(5):
                status, _, took = ask(context, port, "GET", "/auth/users/me/", token=body["token"])
                (profiles if status == 200 else failures).append(took if status == 200 else status)
        except OSError as error:
            failures.append(type(error).__name__)
    print(f"{name}: {summary('profile', profiles)}; {summary('sign-in', sign_ins)}; failed: {failures or 'none'}", flush=True)


main()
