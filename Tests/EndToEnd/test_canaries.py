"""Secrets stay where they belong: none of those that went through a run is in its logs, in the database, in what the kernel tells
of the process, or in what a crash leaves behind. That no server of any test has one in its logs or its database is checked
when it ends (secrets_sent.py)."""

import os
import signal
from pathlib import Path

import fastcgi
from client import Client
from dialects import ALL, session, simplejwt
from running import wait_until
from test_pictures import png

OLD, NEW, WRONG = "canary-old-5e1f", "canary-new-77c3", "canary-wrong-90aa"


def test_no_password_and_no_token_is_in_a_log_or_in_the_database(start):
    server = start("--set", "log.level=debug")
    session.have_account(server, "anna", "anna@example.com", OLD)
    secrets = [OLD, NEW, WRONG]

    def sign_in_everywhere(password):
        clients = {dialect: dialect.sign_in(server, "anna", password) for dialect in ALL}
        for dialect, client in clients.items():
            assert dialect.read_profile(client)[0] == 200
            secrets.append(client.credential)
        secrets.append(clients[simplejwt].refresh)
        secrets.append(clients[session].cookie("csrftoken"))
        return clients

    clients = sign_in_everywhere(OLD)
    status, body = Client(server).ask("POST", "/api/user/refresh/", {"refresh": clients[simplejwt].refresh})
    assert status == 200
    secrets.append(body["access"])
    for dialect in ALL:
        assert dialect.ask_to_sign_in(server, "anna", WRONG) == dialect.wrong
        assert dialect.ask_to_sign_in(server, WRONG, WRONG) == dialect.wrong
    session.change_password(clients[session], "anna@example.com", OLD, NEW)
    for dialect, client in clients.items():
        assert dialect.read_profile(client)[0] in (401, 403)
    sign_in_everywhere(NEW)
    # Faults too: what cannot be read is not quoted either.
    for dialect in ALL:
        headers = {"Content-Type": "application/json"}
        text = f'{{"{dialect.login_field}": "anna", "password": "{WRONG}'.encode()
        assert Client(server).send("POST", dialect.login_path, data=text, headers=headers).status_code in (400, 401)
        bad = {"Authorization": f"Token {WRONG}", "Cookie": f"sessionid={WRONG}"}
        Client(server).send("GET", dialect.profile_path, headers=bad)
    # The keys themselves are secrets as well, as text and as bytes; strangers who guess at nginx's are not quoted.
    key = (server.data / "secret.key").read_text().splitlines()[-1]
    assert len(key) == 64
    secrets += [key, server.gateway_key()]
    for guess in [server.gateway_key()[:-1], WRONG]:
        assert fastcgi.answer(server, "GET", "/core/profile/", key=guess)[0] == 403

    places = {path.name: path.read_bytes() for path in server.data.glob("accounts.db*")}
    places |= {path.name: path.read_bytes() for path in (server.data / "log").iterdir()}
    places |= {"errors": server.errors.read_bytes(), "output": server.output.read_bytes()}
    assert {"accounts.db", "accounts.db-wal", "nginx-access.log", "nginx-error.log"} <= set(places)
    assert b"anna" in places["accounts.db"] + places["accounts.db-wal"] and b"auth.login.ok" in places["errors"]
    forms = [secret.encode() for secret in secrets] + [bytes.fromhex(key)]
    forms += [bytes.fromhex(secret) for secret in secrets if len(secret) == 40 and secret.isalnum()]
    places |= {name: content for name, content in told_by_the_kernel(server.accountd_pid())}
    found = [(form, place) for form in forms for place, content in places.items() if form in content]
    assert found == []
    assert len(set(secrets)) > 15
    assert set(secrets) - server.secrets <= {key, server.gateway_key(), WRONG}

    # A crash that would leave a core dump, in the folder of the process.
    before = set(Path(f"/proc/{server.accountd_pid()}/cwd").resolve().glob("core*"))
    killed = server.accountd_pid()
    os.kill(killed, signal.SIGSEGV)
    wait_until(lambda: server.accountd_pid() != killed, "another process")
    wait_until(lambda: Client(server).ask("GET", "/-/ready", allowed=[502])[0] == 200, "an answer")
    assert set(Path(f"/proc/{server.accountd_pid()}/cwd").resolve().glob("core*")) == before
    assert "accountd ended with status 139; starting it again\n" in server.log()

    server.stop()
    for path in server.data.glob("accounts.db*"):
        content = path.read_bytes()
        assert [form for form in forms if form in content] == []


def told_by_the_kernel(pid):
    """What others can read of a process, as far as this user may."""
    for name in ["environ", "cmdline", "status", "maps", "limits"]:
        try:
            yield name, Path(f"/proc/{pid}/{name}").read_bytes()
        except PermissionError:
            assert os.geteuid() != 0


def test_the_files_of_a_server_are_its_owners_alone_whatever_the_umask(start):
    before = os.umask(0)
    try:
        server = start()
    finally:
        os.umask(before)
    session.have_account(server, "anna", "anna@example.com")
    client = simplejwt.sign_in(server, "anna", "Corr3ct-horse")
    sent = {"email": "anna@example.com", "full_name": "Anna"}
    assert client.send("PATCH", "/api/user/update/", data=sent, files={"profile_pic": ("a.png", png())}).status_code == 200
    made = [path for path in server.data.rglob("*") if path.parent.name != "nginx"]
    pictures = [path for path in made if server.data / "media" in [path, *path.parents]]
    assert len(pictures) >= 5
    for path in made:
        mode = path.stat().st_mode & 0o777
        # Pictures are read by the web server's group; logs of nginx are its own.
        if path in pictures:
            assert mode & 0o027 == 0, (path, oct(mode))
        elif path.parent.name != "log" and path.name not in ("tls.crt", "nginx", "log", ".lock", ".accountd-data", "accountd.pid"):
            assert mode == 0o600, (path, oct(mode))
    names = {path.name for path in made}
    assert {"accounts.db", "accounts.db-wal", "accounts.db-shm", "secret.key", "gateway.key", "tls.key"} <= names


def test_the_files_of_a_server_are_its_owners_alone(start):
    server = start()
    assert server.data.stat().st_mode & 0o777 == 0o700
    for name in ["secret.key", "accounts.db", "tls.key"]:
        assert (server.data / name).stat().st_mode & 0o777 == 0o600
    # The socket is for accountd and for the group of the web server.
    assert os.stat(server.socket_path()).st_mode & 0o007 == 0


def test_a_sign_in_can_be_answered_without_the_password(start):
    server = start("--set", "session.echo_password=false")
    session.have_account(server, "anna", None, OLD)
    sent = {"username": "anna", "password": OLD}
    response = Client(server).send("POST", "/core/login/", sent)
    assert (response.status_code, response.json()) == (200, {"username": "anna"})
    assert response.headers["Cache-Control"] == "no-store"
