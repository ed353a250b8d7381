"""What scanners say of nginx's side: TLS by sslyze against Mozilla's profile, the configuration by gixy."""

import json
import re
import shutil
import socket
import ssl
import subprocess
import sys
from pathlib import Path

import pytest

BIN = Path(sys.executable).parent


def program(name):
    """A program of the tests' own Python packages."""
    path = shutil.which(name, path=str(BIN))
    if path is None:
        pytest.skip(f"{name} is not installed: it has no package for this kind of machine")
    return path


@pytest.mark.parametrize("port", [0, 1], ids=["HTTPS", "SimpleJWT's port"])
def test_tls_is_mozillas_intermediate_profile_but_for_the_private_authority(server, port, tmp_path):
    scan = subprocess.run(
        [program("sslyze"), "--mozilla_config=intermediate", f"--json_out={tmp_path / 'scan'}", f"localhost:{server.ports[port]}"],
        capture_output=True, text=True, timeout=120)
    objections = re.findall(r"(?m)^ +\* (\w+): (.*)$", scan.stdout.split("COMPLIANCE AGAINST TLS CONFIGURATION")[1])
    assert objections == [
        ("certificate_path_validation", "Certificate path validation failed for CN=localhost.")], scan.stdout[-2000:]
    # The scan was one, and found what was meant to be found.
    result = json.loads((tmp_path / "scan").read_text())["server_scan_results"][0]["scan_result"]
    accepted = {version: len(result[f"{version}_cipher_suites"]["result"]["accepted_cipher_suites"])
                for version in ["ssl_2_0", "ssl_3_0", "tls_1_0", "tls_1_1", "tls_1_2", "tls_1_3"]}
    assert {version for version, count in accepted.items() if count} == {"tls_1_2", "tls_1_3"}, accepted
    assert result["heartbleed"]["result"]["is_vulnerable_to_heartbleed"] is False


def test_no_session_ticket_is_given_out(server):
    """Their key would be in nginx's memory for as long as it runs, and could open what was recorded."""
    context = ssl.create_default_context(cafile=server.certificate)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with socket.create_connection(("localhost", server.port), timeout=20) as plain:
        with context.wrap_socket(plain, server_hostname="localhost") as connection:
            assert connection.version() == "TLSv1.2" and not connection.session.has_ticket


def gixy(configuration):
    result = subprocess.run([program("gixy"), str(configuration)], capture_output=True, text=True, timeout=60)
    return re.findall(r"(?m)^>> Problem: \[(\w+)\]", result.stdout), result.stdout


def test_gixy_finds_nothing_in_the_configuration(server, tmp_path):
    problems, report = gixy(server.data / "nginx" / "nginx.conf")
    assert problems == [] and "No issues found" in report, report
    # It would find the classic: an alias without its last slash, which serves the folder's neighbours.
    copy = tmp_path / "nginx"
    shutil.copytree(server.data / "nginx", copy)
    for path in copy.iterdir():
        path.write_text(path.read_text().replace(str(server.data / "nginx"), str(copy)).replace(
            "location /media/          { return 404; }", f"location /media {{ alias {server.data}/media/; }}"))
    problems, report = gixy(copy / "nginx.conf")
    assert problems == ["alias_traversal"], report
