"""Steps from the package to the first answers, and what the installed service may and may not do."""

import os
import re
import subprocess
import time

import dialects
import pictures
import requests
from client import Client
from load import Caller
from running import wait_until
from steps import needed, step

SITE = "/etc/nginx/sites-available/accountd"


@step
def lintian(run):
    """Lintian finds nothing wrong with the package."""
    result = subprocess.run(
        ["lintian", "--allow-root", "--fail-on=error,warning", run.package], capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr


@step
@needed
def install(run):
    """The package is installed on a clean Debian that never saw Swift, and the service runs right after it."""
    container = run.container
    assert subprocess.run(["find", container.root, "-name", "libswift*"], capture_output=True).stdout == b""
    (container.root / "root/accountd.deb").write_bytes(run.package.read_bytes())
    run.began = time.monotonic()
    container.run("apt-get", "install", "--yes", "--no-install-recommends", "/root/accountd.deb")
    run.number("apt install with its 80 or so libraries, already downloaded", f"{time.monotonic() - run.began:.1f} s")
    timers = sorted(path.name for path in (container.root / "usr/lib/systemd/system").glob("accountd*.timer"))
    for unit in ("accountd.service", "accountd.socket", *timers):
        assert container.text("systemctl", "is-active", unit) == "active"
        assert container.text("systemctl", "is-enabled", unit) == "enabled"
    # Nothing was changed in nginx that needs a site, and nothing that keeps it from starting.
    container.run("nginx", "-t")
    run.number("size of the package", f"{run.package.stat().st_size / 1e6:.1f} MB")
    run.number("installed size", f"{int(container.text('dpkg-query', '-Wf${Installed-Size}', 'accountd')) / 1024:.1f} MiB")


@step
@needed
def link_the_site(run):
    """After a certificate, a name and a link nginx answers for accountd over HTTPS."""
    container = run.container
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout",
         container.folder / "tls.key", "-out", container.certificate], check=True, capture_output=True)
    for kind in ("key", "crt"):
        container.write(f"/etc/ssl/private/accountd.{kind}", (container.folder / f"tls.{kind}").read_text())
    site = container.path(SITE)
    text = site.read_text().replace("accounts.example;", "localhost;")
    text = re.sub(r"/etc/letsencrypt/\S+/fullchain.pem", "/etc/ssl/private/accountd.crt", text)
    site.write_text(re.sub(r"/etc/letsencrypt/\S+/privkey.pem", "/etc/ssl/private/accountd.key", text))
    container.run("ln", "-s", SITE, "/etc/nginx/sites-enabled/accountd")
    container.run("nginx", "-t")
    container.run("systemctl", "reload", "nginx")
    caller = Caller(container.certificate, [])
    wait_until(lambda: caller.ask("GET", "/-/ready")[0] == 200, "the first answer over HTTPS")
    run.number("install to the first HTTPS 200", f"{time.monotonic() - run.began:.1f} s")


@step
@needed
def raise_limits(run):
    """Registrations from one address are no longer limited, by accountd's own options, so that one machine can be a crowd."""
    container = run.container
    for option in ("registrations_per_network", "registrations_overall"):
        container.set_option("limits", option, '"1000/s, burst 1000"')
    container.run("systemctl", "restart", "accountd")


@step
@needed
def answer_five_apis(run):
    """Each of the five APIs registers, signs in and shows the profile, and all know the others' accounts."""
    for dialect in dialects.ALL:
        name = f"anna-{str(dialect).lower()}"
        email = f"{name}@example.com"
        dialect.have_account(run.container, name, email)
        full_name = getattr(dialect, "full_name", "")
        client = dialect.sign_in(run.container, name if dialect.has_username else email, dialects.PASSWORD)
        status, profile = dialect.read_profile(client)
        assert status == 200 and profile["email"] == email, (status, profile, full_name)
        for other in dialects.ALL:
            login = name if dialect.has_username and other.login_field != "email" else email
            assert other.read_profile(other.sign_in(run.container, login, dialects.PASSWORD))[0] == 200


@step
@needed
def serve_a_picture(run):
    """An uploaded picture is decoded in its sandbox under the unit, and nginx serves it by its group alone."""
    container, dialect = run.container, dialects.simplejwt
    dialect.have_account(container, None, "bea@example.com")
    client = dialect.sign_in(container, "bea@example.com", dialects.PASSWORD)
    upload = {"profile_pic": ("photo.png", pictures.saved(pictures.quarters(), "PNG"))}
    status, account = client.ask("PATCH", "/api/user/update/", files=upload)
    assert status == 200, account
    answer = requests.get(account["profile_pic"], verify=container.certificate, timeout=10)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/png")
    run.picture = account["profile_pic"]
    found = container.text("find", "/var/lib/accountd/media", "-type", "f", "-printf", r"%m %u %g\n").split("\n")
    assert set(found) == {"640 accountd www-data"}, found
    assert "www-data" not in container.text("id", "-nG", "accountd").split()


@step
def keep_modes(run):
    """Keys, accounts and sockets have the owners and modes that the documents promise."""
    expected = {
        "/etc/accountd/secret.key": "600 root root", "/etc/accountd/gateway.key": "600 root root",
        "/etc/accountd/nginx-gateway-key.conf": "600 root root", "/etc/accountd/accountd.conf": "644 root root",
        "/var/lib/accountd": "751 accountd accountd", "/var/lib/accountd/accounts.db": "600 accountd accountd",
        "/var/lib/accountd/media": "2750 accountd www-data", "/var/backups/accountd": "700 accountd accountd",
        "/run/accountd": "755 root root", "/run/accountd/accountd.sock": "660 root www-data"}
    found = {path: run.container.stat(path) for path in expected}
    assert found == expected, found
    account = run.container.text("getent", "passwd", "accountd").split(":")
    assert account[4:] == ["Account service", "/var/lib/accountd", "/usr/sbin/nologin"], account
    # Whoever opens the door to root's files must not find a key that another path leads to.
    keys = [run.container.path(f"/etc/accountd/{name}.key").read_text().split("\n")[-2] for name in ("secret", "gateway")]
    assert keys[0] != keys[1] and all(re.fullmatch("[0-9a-f]{64}", key) for key in keys)
    assert not any(key in run.container.text("journalctl", "--no-pager") for key in keys)


@step
def confine(run):
    """The running service has no capability, no network, its own users, a filter of system calls, and slow hash threads."""
    container, pid = run.container, run.container.main_pid()
    status = dict(re.findall(r"(?m)^(\w+):\t(.*)$", open(f"/proc/{pid}/status").read()))
    assert {name: int(status[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")} == {
        "CapInh": 0, "CapPrm": 0, "CapEff": 0, "CapBnd": 0, "CapAmb": 0}
    assert (status["NoNewPrivs"], status["Seccomp"]) == ("1", "2")
    assert status["Uid"].split()[0] == container.text("id", "-u", "accountd")
    for kind in ("net", "mnt", "user", "ipc", "uts"):
        outside = os.readlink(f"/proc/{container.leader}/ns/{kind}")
        assert os.readlink(f"/proc/{pid}/ns/{kind}") != outside, f"{kind} namespace of the whole machine"
    niceness = [
        int(open(f"/proc/{pid}/task/{thread}/stat").read().rsplit(")", 1)[1].split()[16])
        for thread in os.listdir(f"/proc/{pid}/task")]
    assert 19 in niceness and 0 in niceness, niceness
    assert "hash.keeps_core" not in container.text("journalctl", "--no-pager")
    assert [
        line for line in os.listdir(f"/proc/{pid}/root/home") + os.listdir(f"/proc/{pid}/root/root")] == []


@step
def score(run):
    """systemd finds nothing wrong with the units, and the exposure is 0.3 at most."""
    container = run.container
    exposure = float(container.text("systemd-analyze", "security", "accountd.service").rsplit("level for", 1)[1].split()[1])
    run.number("exposure by systemd-analyze security", exposure)
    assert exposure <= 0.3
    units = container.text("sh", "-c", "cd /usr/lib/systemd/system && echo accountd*").split()
    # This Debian has no man(1) to find the pages with, so they are looked for here.
    result = container.run("systemd-analyze", "verify", "--man=no", *units)
    assert result.stdout + result.stderr == ""
    named = set()
    for unit in units:
        named |= set(re.findall(r"man:(accountd[\w.-]*)\((\d)\)", container.path(f"/usr/lib/systemd/system/{unit}").read_text()))
    missing = [f"{page}({number})" for page, number in sorted(named)
               if not container.path(f"/usr/share/man/man{number}/{page}.{number}.gz").exists()]
    assert missing == []


@step
def measure_idle(run):
    """Idle it needs little memory, and it is ready soon after its start."""
    container = run.container
    container.run("systemctl", "restart", "accountd")
    start, active = (
        int(container.property(name)) for name in ("ExecMainStartTimestampMonotonic", "ActiveEnterTimestampMonotonic"))
    run.number("start to READY", f"{(active - start) / 1000:.0f} ms")
    wait_until(lambda: Caller(container.certificate, []).ask("GET", "/-/ready")[0] == 200, "an answer")
    sizes = dict(re.findall(r"(?m)^(Pss|Rss):\s+(\d+) kB$", open(f"/proc/{container.main_pid()}/smaps_rollup").read()))
    run.number("idle memory", f"{int(sizes['Rss']) / 1024:.1f} MiB resident, {int(sizes['Pss']) / 1024:.1f} MiB proportional")


@step
def reboot(run):
    """After a reboot it answers by itself."""
    run.container.power_off()
    run.number("boot to running", f"{run.container.boot():.2f} s")
    assert Caller(run.container.certificate, []).ask("GET", "/-/ready")[0] == 200
    client = Client(run.container)
    assert dialects.token.ask_to_sign_in(run.container, "anna-token", dialects.PASSWORD)[0] == 200, client
