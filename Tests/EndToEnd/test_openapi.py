"""The descriptions of the APIs: valid OpenAPI, and true of the running server under every check that schemathesis has.
SCHEMATHESIS_EXAMPLES sets how many requests are made up at random for each operation (script/test --schemathesis). Without it only
the phases run that make the same requests every time, so that the whole suite never fails by chance."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from client import Client
from running import PROJECT, RunningServer

FOLDER = Path(__file__).resolve().parent
EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "0"))
PHASES = "examples,coverage,fuzzing,stateful" if EXAMPLES else "examples,coverage"
OPTIONS = {
    "openapi.enabled": "true",
    # The least that is allowed, since most requests cost a hash.
    "password.memory": "7168",
    "password.passes": "5",
    "simplejwt.access_lifetime": "86400",
}
DIALECTS = ("session", "djoser", "jwt", "simplejwt", "token")


@pytest.fixture(scope="module")
def described(tmp_path_factory):
    """A server that serves its descriptions."""
    words = [word for name, value in OPTIONS.items() for word in ("--set", f"{name}={value}")]
    server = RunningServer(tmp_path_factory.mktemp("described"), *words).wait_until_ready()
    yield server
    server.stop()
    server.destroy()


@pytest.mark.parametrize("dialect", DIALECTS)
def test_description_is_valid_and_served_as_committed(described, dialect):
    status, served = Client(described).ask("GET", f"/-/openapi/{dialect}.json")
    assert status == 200
    OpenAPIV31SpecValidator(served).validate()
    committed = json.loads((PROJECT / "docs" / "openapi" / f"{dialect}.json").read_text())
    assert served["servers"] == [{"url": described.url()}]
    assert {**served, "servers": committed["servers"]} == committed


def test_description_is_read_only(described):
    response = Client(described).send("POST", "/-/openapi/session.json", {})
    assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD")


def test_description_is_served_only_where_enabled(client):
    assert client.ask("GET", "/-/openapi/session.json") == (404, {"detail": "Not found."})


@pytest.mark.parametrize("dialect", DIALECTS)
def test_server_does_what_the_description_says(described, dialect, tmp_path):
    command = [Path(sys.executable).with_name("schemathesis"), "run", described.url(f"/-/openapi/{dialect}.json")]
    command += ["--url", described.url(), "--tls-verify", described.certificate, "--checks", "all", "--mode", "all"]
    command += ["--phases", PHASES, "--max-examples", EXAMPLES or 1, "--seed", 1]
    command += ["--request-timeout", 30, "--suppress-health-check", "all", "--continue-on-failure", "--no-color"]
    environment = {
        **os.environ, "SCHEMATHESIS_HOOKS": "schemathesis_hooks", "PYTHONPATH": str(FOLDER), "ACCOUNTD_URL": described.url(),
        "ACCOUNTD_CERTIFICATE": described.certificate, "ACCOUNTD_DIALECT": dialect}
    result = subprocess.run(
        [str(word) for word in command], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=600 + 60 * EXAMPLES)
    print(result.stdout[result.stdout.find("= SUMMARY ="):])
    assert result.returncode == 0 and "Warnings:" not in result.stdout, result.stdout[-20_000:] + result.stderr[-5_000:]
    # An operation of ours that failed is in the log, whoever asked.
    assert "request.failed" not in described.log()
