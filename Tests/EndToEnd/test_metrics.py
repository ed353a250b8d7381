"""What accountd tells Prometheus, by Prometheus' own parser; and that the page, the dashboard and the alert rules speak of the same
metrics. promtool (Debian's `prometheus`, 95 MB, is not installed for this) checks more where it is."""

import json
import re
import shutil
import socket
import subprocess

import pytest
import requests
import yaml
from prometheus_client.parser import text_string_to_metric_families

import fastcgi
from client import COMMON_HEADERS, Client
from dialects import ALL, PASSWORD, djoser, session
from running import PROJECT, wait_until

PROMTOOL = shutil.which("promtool")
needs_promtool = pytest.mark.skipif(PROMTOOL is None, reason="promtool is not installed")
PAGE = PROJECT / "docs" / "metrics.md"
DASHBOARD = PROJECT / "docs" / "grafana-accountd.json"
ALERTS = PROJECT / "docs" / "accountd-alerts.yml"


def scrape(server):
    """The text of the metrics, through nginx as Prometheus asks for it."""
    answer = requests.get(
        server.url("/-/metrics"), verify=server.certificate, timeout=30,
        headers={"Accept": "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.4,*/*;q=0.1"})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    for name, value in COMMON_HEADERS.items():
        assert answer.headers[name] == value
    return answer.text


def samples(text):
    """Every sample by its name and labels; one that comes twice is a fault."""
    found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            key = sample.name, tuple(sorted(sample.labels.items()))
            assert key not in found, key
            found[key] = sample.value
    return found


def value(text, name, **labels):
    return samples(text)[name, tuple(sorted(labels.items()))]


def families(text):
    """The metrics as {name: (type, names of labels)}, with the names as they stand in the text."""
    found = {}
    for family in text_string_to_metric_families(text):
        name = family.name + "_total" if family.type == "counter" else family.name
        found[name] = family.type, {label for sample in family.samples for label in sample.labels} - {"le"}
    return found


@pytest.fixture(scope="module")
def text(server):
    session.have_account(server, "metrica", "metrica@example.com")
    djoser.sign_in(server, "metrica", PASSWORD)
    return scrape(server)


def test_the_text_is_what_the_format_asks_for(text):
    lines = text.splitlines()
    names = [line.split()[2] for line in lines if line.startswith("# TYPE ")]
    assert len(names) == len(set(names))
    assert [line.split()[2] for line in lines if line.startswith("# HELP ")] == names, "each has a HELP line, and in this order"
    assert text.endswith("\n")
    for family in text_string_to_metric_families(text):
        assert family.samples, family.name
        assert family.documentation.endswith("."), family.name
        assert family.name.startswith("accountd_"), family.name
        if family.type == "histogram":
            assert_is_histogram(family)


def assert_is_histogram(family):
    """The steps add up and end at infinity, and their labels otherwise are those of the sum."""
    series = {}
    for sample in family.samples:
        labels = {name: value for name, value in sample.labels.items() if name != "le"}
        series.setdefault(tuple(labels.items()), []).append(sample)
    for parts in series.values():
        steps = [(float(part.labels["le"]), part.value) for part in parts if part.name.endswith("_bucket")]
        assert [bound for bound, _ in steps] == sorted({bound for bound, _ in steps})
        assert [count for _, count in steps] == sorted(count for _, count in steps)
        assert steps[-1][0] == float("inf")
        rest = {part.name.removeprefix(family.name): part.value for part in parts if not part.name.endswith("_bucket")}
        assert set(rest) == {"_sum", "_count"}
        assert rest["_count"] == steps[-1][1]


@needs_promtool
def test_promtool_has_nothing_to_say_against_it(text):
    done = subprocess.run([PROMTOOL, "check", "metrics"], input=text, text=True, capture_output=True, timeout=30)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_page_explains_every_metric_and_no_other(text):
    rows = [line.split("|") for line in PAGE.read_text().splitlines() if line.startswith("| `accountd_")]
    documented = {}
    for _, name, kind, labels, what, *_ in rows:
        name = name.strip(" `")
        assert name not in documented
        assert what.strip() or name.endswith("_threads"), name
        documented[name] = kind.strip(), set(re.findall(r"`(\w+)`", labels))
    assert documented == families(text)


def expressions():
    """Every expression of the dashboard and of the alert rules."""
    board = json.loads(DASHBOARD.read_text())
    for panel in board["panels"]:
        for target in panel.get("targets", []):
            yield panel["title"], target["expr"]
    for note in board["annotations"]["list"]:
        yield note["name"], note["expr"]
    for group in yaml.safe_load(ALERTS.read_text())["groups"]:
        for rule in group["rules"]:
            yield rule["alert"], rule["expr"]


def test_dashboard_and_alerts_ask_for_what_there_is(text):
    there = families(text)
    told = samples(text)
    asked = set()
    for title, expression in expressions():
        found = re.findall(r"\b(accountd_\w+)(?:\{([^}]*)\})?", expression)
        assert found, title
        for name, matchers in found:
            base = re.sub(r"_(bucket|sum|count)$", "", name) if name not in there else name
            asked.add(base)
            assert base in there, (title, name)
            assert (there[base][0] == "histogram") == (name != base), (title, name)
            for label, sign, wanted in re.findall(r'(\w+)\s*(=~?|!=)\s*"([^"]*)"', matchers):
                if label in ("job", "instance"):
                    continue
                assert label in there[base][1], (title, name, label)
                values = {dict(labels)[label] for (each, labels) in told if each.startswith(base) and label in dict(labels)}
                # A status that did not come yet has no series.
                if label != "status":
                    for each in wanted.split("|"):
                        assert each in values, (title, name, label, each)
        for labels in re.findall(r"\bby \(([^)]*)\)", expression):
            known = {"instance", "le"} | {label for name in asked if name in there for label in there[name][1]}
            assert {label.strip() for label in labels.split(",")} <= known, title
    assert asked - {"accountd_build_info"} == set(there) - {"accountd_build_info"}, "each metric is on the dashboard"


def test_the_dashboard_is_one_that_grafana_can_place():
    board = json.loads(DASHBOARD.read_text())
    ids = [panel["id"] for panel in board["panels"]]
    assert len(ids) == len(set(ids))
    places = set()
    for panel in board["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        cells = {(x, y) for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])}
        assert not cells & places, panel["title"]
        places |= cells
        assert panel["type"] == "row" or all(target["refId"] for target in panel["targets"])


def test_every_alert_says_what_it_means_and_what_to_do():
    rules = [rule for group in yaml.safe_load(ALERTS.read_text())["groups"] for rule in group["rules"]]
    assert len({rule["alert"] for rule in rules}) == len(rules)
    for rule in rules:
        assert rule["labels"]["severity"] in ("warning", "critical")
        assert rule["annotations"]["summary"] and rule["annotations"]["description"].endswith(".")


@needs_promtool
def test_the_alerts_fire_when_they_should_and_not_before(tmp_path):
    shutil.copy(ALERTS, tmp_path / "alerts.yml")
    shutil.copy(PROJECT / "Tests" / "EndToEnd" / "alerts_test.yml", tmp_path)
    for arguments in (["check", "rules", "alerts.yml"], ["test", "rules", "alerts_test.yml"]):
        done = subprocess.run([PROMTOOL, *arguments], cwd=tmp_path, text=True, capture_output=True, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr


def test_what_clients_do_is_counted_and_what_they_write_is_not_told(start):
    server = start()
    before = scrape(server)
    trap = 'x"} 1\\n# HELP evil'
    for dialect in ALL:
        name = f"anna{dialect.__class__.__name__.lower()}"
        dialect.have_account(server, name, f"{name}@example.com")
        dialect.sign_in(server, f"{name}@example.com", PASSWORD)
        dialect.ask_to_sign_in(server, trap, "wrong-password")
    client = Client(server)
    for number in range(20):
        client.ask("GET", f"/auth/{number}{trap}")
        client.ask("GET", f"/user/{number}/")
    client.ask("GET", "/user/1", headers={"User-Agent": trap, "Origin": trap, "Accept": "*/*"})
    after = scrape(server)
    for dialect in ALL:
        dialect = dialect.__class__.__name__.lower()
        for outcome in ("ok", "failed"):
            assert value(after, "accountd_sign_ins_total", dialect=dialect, outcome=outcome) == 1
        assert value(after, "accountd_registrations_total", dialect=dialect, outcome="ok") == 1
    route = {"dialect": "djoser", "route": "/user/{id}", "method": "GET", "status": "401"}
    assert value(after, "accountd_requests_total", **route) == 21
    missing = {"dialect": "none", "route": "none", "method": "GET", "status": "404"}
    assert value(after, "accountd_requests_total", **missing) == 20
    assert value(after, "accountd_audit_events_total", event="auth.login.failed") == 5
    assert "evil" not in after and "anna" not in after
    # One series for each kind of answer that there was, and no more.
    assert len(after.splitlines()) < len(before.splitlines()) + 60
    for name in ("accountd_password_hash_seconds_sum", "accountd_password_hash_seconds_count"):
        assert value(after, name, work="verify") > value(before, name, work="verify") == 0
    assert value(after, "accountd_writer_batch_writes_sum") >= 10
    assert value(after, "accountd_store_database_bytes") + value(after, "accountd_store_wal_bytes") > 0


def test_only_this_machine_is_told(server):
    key = server.gateway_key()
    # By POST, which this machine is refused for another reason, and in JSON.
    for address, status in [("127.0.0.1", 405), ("::1", 405), ("203.0.113.1", 403), ("2001:db8::1", 403), ("unix:", 403)]:
        for method in ("POST", "GET") if status == 403 else ("POST",):
            got = fastcgi.answer(server, method, "/-/metrics", key=key, REMOTE_ADDR=address)
            assert got[0] == status, (address, got)
    assert fastcgi.answer(server, "GET", "/-/metrics", REMOTE_ADDR="127.0.0.1")[0] == 403, "without nginx's key"


def test_systemd_is_told_how_it_goes_at_the_start_and_with_each_ping(start, monkeypatch, tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.settimeout(20)
        systemd.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        monkeypatch.setenv("WATCHDOG_USEC", "200000")
        server = start()
        # script/server asks whether it is ready, perhaps before it says so.
        ready = r"READY=1\nSTATUS=Answering; \d requests?, 0 signing in, 0 waiting"
        assert re.fullmatch(ready, systemd.recv(4096).decode())
        client = Client(server)
        for _ in range(1100):
            client.ask("GET", "/user/1/")
        while True:
            ping = re.fullmatch(
                r"WATCHDOG=1\nSTATUS=Answering; ([\d,]+) requests?, \d+ signing in, \d+ waiting", systemd.recv(4096).decode())
            assert ping
            if ping[1].startswith("1,1"):
                break
        server.stop()
        while (last := systemd.recv(4096)) != b"STOPPING=1":
            assert last.startswith(b"WATCHDOG=1\nSTATUS=Answering; 1,1"), last


def test_a_full_lane_shows_as_refusals_of_the_lane_and_of_the_route(start):
    """One thread and a queue of one, and more sign-ins at once than they take."""
    server = start("--set", "server.hash_threads=1", "--set", "server.hash_queue=1")
    session.have_account(server, "anna", "anna@example.com")
    body = json.dumps({"username": "anna", "password": PASSWORD}).encode()
    key = server.gateway_key()
    refused = {"dialect": "token", "route": "/api-token-auth", "method": "POST", "status": "503"}

    def is_full():
        peers = [fastcgi.Peer(server) for _ in range(8)]
        for peer in peers:
            peer.send(fastcgi.request("POST", "/api-token-auth/", body, key))
        for peer in peers:
            peer.rest()
        return value(scrape(server), "accountd_lane_refusals_total", lane="hash") > 0

    wait_until(is_full, "a refusal")
    text = scrape(server)
    assert value(text, "accountd_requests_total", **refused) == value(text, "accountd_lane_refusals_total", lane="hash")
    assert value(text, "accountd_lane_capacity", lane="hash") == 1
    wait_until(lambda: value(scrape(server), "accountd_lane_waiting", lane="hash") == 0, "an empty queue")
    wait_until(lambda: value(scrape(server), "accountd_lane_running", lane="hash") == 0, "an idle thread")
