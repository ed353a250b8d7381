"""Steps with the package's other versions: upgrade, downgrade, removal, purge; and the backup, which an operator makes before."""

import json
import os
import subprocess
import time

import dialects
import requests
from faults import STORE, assert_nothing_failed
from load import Caller, Load
from running import wait_until
from steps import step

NEWER = "9.9.9-1"


def repacked(run, version):
    """The same package under another version, as a file in the container; fast to make, so that no second build is needed."""
    file = run.container.root / f"root/accountd-{version}.deb"
    if file.exists():
        return f"/root/{file.name}"
    folder = run.folder / f"repacked-{version}"
    subprocess.run(["dpkg-deb", "--raw-extract", run.package, folder], check=True)
    control = folder / "DEBIAN/control"
    lines = [f"Version: {version}" if line.startswith("Version: ") else line for line in control.read_text().split("\n")]
    control.write_text("\n".join(lines))
    subprocess.run(["dpkg-deb", "--root-owner-group", "-Znone", "--build", folder, file], check=True, capture_output=True)
    return f"/root/{file.name}"


def installed(run):
    return run.container.text("dpkg-query", "-Wf${db:Status-Abbrev} ${Version}", "accountd")


def change_version(run, file, what):
    """Installs another version under load; the new program answers afterwards, and no request failed."""
    container = run.container
    with Load(container) as load:
        pid, opened = container.main_pid(), container.property("ActiveEnterTimestampMonotonic", "accountd.socket")
        begin = time.monotonic()
        output = container.run("dpkg", "--install", file)
        took = time.monotonic() - begin
        load.wait_for(50)
    run.number(f"{what} under load", f"{len(load.failures())} of {len(load.exchanges)} requests failed, "
               f"slowest {load.longest():.0f} ms, dpkg took {took:.1f} s")
    assert_nothing_failed(load)
    assert container.main_pid() != pid, output.stdout + output.stderr
    assert "(deleted)" not in os.readlink(f"/proc/{container.main_pid()}/exe")
    assert container.property("ActiveEnterTimestampMonotonic", "accountd.socket") == opened, "the socket was opened anew"


@step
def upgrade(run):
    """An upgrade by dpkg -i under load loses no request, and the next version answers."""
    before = keys(run)
    change_version(run, repacked(run, NEWER), "upgrade")
    assert installed(run) == f"ii  {NEWER}"
    assert keys(run) == before


@step
def downgrade(run):
    """A downgrade under load loses no request either."""
    change_version(run, "/root/accountd.deb", "downgrade")


@step
def upgrade_with_a_wrong_configuration(run):
    """An upgrade that finds a wrong configuration says so, leaves dpkg content and the old process answering."""
    container, newer = run.container, repacked(run, NEWER)
    path = container.path("/etc/accountd/accountd.conf")
    good, pid = path.read_text(), container.main_pid()
    path.write_text(good + "\nnonsense = 1\n")
    with Load(container) as load:
        output = container.run("dpkg", "--install", newer)
        load.wait_for(20)
    assert_nothing_failed(load)
    assert "the old one still runs" in output.stderr, output.stderr
    assert (installed(run), container.main_pid()) == (f"ii  {NEWER}", pid)
    path.write_text(good)
    container.run("systemctl", "restart", "accountd")
    container.run("dpkg", "--install", "/root/accountd.deb")


def keys(run):
    return [run.container.path(f"/etc/accountd/{name}").read_bytes() for name in
            ("secret.key", "gateway.key", "nginx-gateway-key.conf")]


def accounts(run):
    return run.container.rows("SELECT id, username, email, password FROM accounts ORDER BY id")


@step
def back_up_and_restore(run):
    """A backup during writes holds them up little, and a restored one is equal to it."""
    container = run.container
    with Load(container, writers=8) as load:
        before = set(load.registered)
        told = json.loads(container.text("accountctl", "db", "backup", "/var/backups/accountd", "--json"))
        load.wait_for(20)
    run.number("backup during writes", f"slowest write {load.longest('PATCH'):.0f} ms of "
               f"{sum(each.method == 'PATCH' for each in load.exchanges)}, {len(load.failures())} failed")
    assert_nothing_failed(load)
    container.run("systemctl", "stop", "accountd.socket", "accountd.service")
    container.run("sh", "-c", f"rm -rf {STORE}/accounts.db* {STORE}/media/*")
    container.run("accountctl", "db", "restore", told["path"], "--yes")
    container.run("systemctl", "start", "accountd.socket", "accountd.service")
    there = {name for _, name, _, _ in accounts(run)}
    assert before <= there, before - there
    assert dialects.token.ask_to_sign_in(container, "anna-token", dialects.PASSWORD)[0] == 200
    assert requests.get(run.picture, verify=container.certificate, timeout=10).status_code == 200


@step
def remove_and_install_again(run):
    """A removal keeps accounts and keys, and a new installation goes on with them."""
    container = run.container
    before = accounts(run), keys(run)
    container.run("apt-get", "remove", "--yes", "accountd")
    assert container.run("systemctl", "is-active", "accountd.service", "accountd.socket", fails=True)
    assert not container.path("/run/accountd").exists()
    container.run("nginx", "-t")
    assert (accounts(run), keys(run)) == before
    container.run("apt-get", "install", "--yes", "--no-install-recommends", "/root/accountd.deb")
    wait_until(lambda: Caller(container.certificate, []).ask("GET", "/-/ready")[0] == 200, "an answer")
    assert (accounts(run), keys(run)) == before
    assert dialects.token.ask_to_sign_in(container, "anna-token", dialects.PASSWORD)[0] == 200


@step
def purge(run):
    """A purge deletes accounts, keys and our link in nginx, which still starts; backups and the user stay, and so does what is mounted."""
    container = run.container
    # What an administrator copied under another name, and links of his that lead nowhere, are his.
    container.run("cp", "/etc/nginx/sites-available/accountd", "/root/site")
    run.keys = keys(run)
    backups = container.text("ls", "/var/backups/accountd")
    assert backups
    # As where accounts have a file system of their own.
    container.run("systemctl", "stop", "accountd.socket", "accountd.service")
    container.run("mount", "--bind", STORE, STORE)
    purged = container.run("apt-get", "purge", "--yes", "accountd")
    assert "backups are kept: rm -rf /var/backups/accountd" in purged.stdout + purged.stderr
    assert container.text("ls", "-A", STORE) == ""
    container.run("umount", STORE)
    container.run("rmdir", STORE)
    assert container.text("ls", "/var/backups/accountd") == backups
    container.run("rm", "-r", "/var/backups/accountd")
    container.run("nginx", "-t")
    container.run("systemctl", "restart", "nginx")
    for path in ("/etc/accountd", STORE, "/run/accountd", "/etc/nginx/sites-enabled/accountd"):
        assert not os.path.lexists(container.path(path)), path
    assert container.text("sh", "-c", "find /etc /usr -name '*accountd*' ! -path '/etc/ssl/private/*'") == ""
    container.run("id", "accountd")
    assert container.text("systemctl", "--failed", "--quiet") == ""
    container.run("sh", "-c", "cp /root/site /etc/nginx/conf.d/own-site.conf && nginx -t && rm /etc/nginx/conf.d/own-site.conf")


@step
def install_after_the_purge(run):
    """An installation after the purge begins anew, with other keys and no accounts."""
    container = run.container
    old = run.keys
    container.run("apt-get", "install", "--yes", "--no-install-recommends", "/root/accountd.deb")
    assert all(new != before for new, before in zip(keys(run), old))
    container.run("sh", "-c", "cp /root/site /etc/nginx/sites-available/accountd && "
                  "ln -s ../sites-available/accountd /etc/nginx/sites-enabled/ && nginx -t && systemctl reload nginx")
    wait_until(lambda: Caller(container.certificate, []).ask("GET", "/-/ready")[0] == 200, "an answer")
    assert accounts(run) == []
    container.run("apt-get", "purge", "--yes", "accountd")
    # A relative link, this time.
    assert not os.path.lexists(container.path("/etc/nginx/sites-enabled/accountd"))
    container.run("nginx", "-t")
