"""Steps that restart, kill, stop and starve the service while clients work with it."""

import os
import select
import signal
import time

from load import Caller, Load
from running import wait_until
from steps import step

STORE = "/var/lib/accountd"
DROP_IN = "/run/systemd/system/accountd.service.d/test.conf"
CYCLES = 50
# What nginx, whose event loop is busy, may take to see the end of a connection, in seconds.
NOTICE = 0.02


def assert_nothing_failed(load):
    assert load.failures() == [], load.failures()[:5]
    assert_nothing_was_lost(load)


def assert_nothing_was_lost(load):
    assert (load.lost, load.missing()) == ([], [])


@step
def restart_under_load(run):
    """50 restarts under load lose no request."""
    with Load(run.container) as load:
        for _ in range(CYCLES):
            run.container.run("systemctl", "restart", "accountd")
            load.wait_for(5)
    run.number(f"{CYCLES} restarts under load", f"{len(load.failures())} of {len(load.exchanges)} requests failed, "
               f"slowest {load.longest():.0f} ms")
    assert_nothing_failed(load)


@step
def kill_under_load(run):
    """50 times kill -9 under load lose no acknowledged write, and what fails is a 502 in flight."""
    container, kills, absences = run.container, [], []
    with Load(container) as load:
        for _ in range(CYCLES):
            kills.append(kill(container))
            caller = Caller(container.certificate, [])
            wait_until(lambda: caller.ask("GET", "/-/ready")[0] == 200, "an answer after a kill")
            absences.append(1000 * (time.monotonic() - kills[-1][0]))
            load.wait_for(5)
    failures = load.failures()
    run.number(f"{CYCLES} x kill -9 under load", f"{len(failures)} of {len(load.exchanges)} requests failed, all 502")
    run.number("acknowledged writes lost then", len(load.lost) + len(load.missing()))
    median = sorted(absences)[len(absences) // 2]
    run.number("kill -9 to the first 200", f"{median:.0f} ms median, {max(absences):.0f} ms at most")
    assert_nothing_was_lost(load)
    assert {each.status for each in failures} <= {502}, failures[:5]
    late = [each for each in failures if not any(each.begin <= after and each.end >= before for before, after in kills)]
    assert late == [], f"failed, but not in flight: {late[:5]} of {len(late)}, kills {kills[:3]}"
    # The rest depends on who else wants this machine's cores.
    assert median < 500, sorted(absences)
    container.run("accountctl", "audit", "verify")


def kill(container):
    """Kills accountd; when that was, and when the process had ended and nginx knew that its connections had."""
    pid = container.main_pid()
    process = os.pidfd_open(pid)
    try:
        begin = time.monotonic()
        os.kill(pid, signal.SIGKILL)
        assert select.select([process], [], [], 10)[0], "the killed process did not end"
        return begin, time.monotonic() + NOTICE
    finally:
        os.close(process)


@step
def replace_a_silent_service(run):
    """The watchdog replaces a process that no longer answers."""
    container = run.container
    container.write(DROP_IN, "[Service]\nWatchdogSec=2\n")
    container.run("systemctl", "daemon-reload")
    container.run("systemctl", "restart", "accountd")
    pid = container.kill(signal.SIGSTOP)
    begin = time.monotonic()
    wait_until(lambda: container.main_pid() not in (None, 0, pid), "another process", 15)
    caller = Caller(container.certificate, [])
    wait_until(lambda: caller.ask("GET", "/-/ready")[0] == 200, "an answer of the new process")
    run.number("silent process replaced, with a watchdog of 2 s", f"{time.monotonic() - begin:.1f} s")
    container.path(DROP_IN).unlink()
    container.run("systemctl", "daemon-reload")
    container.run("systemctl", "restart", "accountd")


@step
def mend_a_wrong_configuration(run):
    """A service that was restarted with a wrong configuration starts by itself once that is mended."""
    container = run.container
    path = container.path("/etc/accountd/accountd.conf")
    good = path.read_text()
    path.write_text(good + "\nnonsense = 1\n")
    container.run("systemctl", "restart", "accountd", fails=True)
    assert "nonsense" in container.journal("--lines=50")
    path.write_text(good)
    begin = time.monotonic()
    wait_until(lambda: container.property("ActiveState") == "active", "the service after its configuration was mended")
    run.number("back after a wrong configuration was mended", f"{1000 * (time.monotonic() - begin):.0f} ms")


@step
def fill_the_disk(run):
    """On a full disk writes are answered 507 or 503 and reads go on, and with space again all is as before, without a restart."""
    container = run.container
    container.run("systemctl", "stop", "accountd.socket", "accountd.service")
    size = int(container.text("du", "-sk", STORE).split()[0]) // 1024 + 16
    container.run("mount", "-t", "tmpfs", "-o", f"size={size}m,mode=0751,uid=accountd,gid=accountd", "tmpfs", "/mnt")
    container.run("cp", "-a", f"{STORE}/.", "/mnt/")
    container.run("mount", "--bind", "/mnt", STORE)
    container.run("systemctl", "start", "accountd.socket", "accountd.service")
    try:
        load = _fill_and_empty(run)
    finally:
        container.run("systemctl", "stop", "accountd.socket", "accountd.service")
        container.run("umount", STORE)
        container.run("sh", "-c", f"rm -rf {STORE}/* && cp -a /mnt/. {STORE}/ && umount /mnt")
        container.run("systemctl", "start", "accountd.socket", "accountd.service")
    assert_nothing_was_lost(load)


def _fill_and_empty(run):
    container = run.container
    load = Load(container)
    # SQLite goes on in the room that its log has already; a clean stop removes the log.
    container.run("systemctl", "restart", "accountd")
    pid = container.main_pid()
    container.run("dd", "if=/dev/zero", f"of={STORE}/filler", "bs=4k", fails=True)
    with load:
        load.wait_until(lambda each: each.method == "PATCH" and each.status in (503, 507), 50, "refused writes")
        load.wait_until(lambda each: each.method == "POST" and each.status in (503, 507), 5, "refused registrations")
        load.wait_until(lambda each: each.method == "GET" and each.status == 200, 50, "reads on a full disk")
        container.run("rm", f"{STORE}/filler")
        begin = time.monotonic()
        load.wait_until(lambda each: each.method == "PATCH" and each.status == 200, 20, "writes again")
        run.number("full disk: 20 writes again after space returned", f"{1000 * (time.monotonic() - begin):.0f} ms")
        load.wait_until(lambda each: each.method == "POST" and each.status == 201, 5, "registrations again")
        assert container.main_pid() == pid
    failures = load.failures()
    statuses = sorted({each.status for each in failures}, key=str)
    run.number("full disk: refused", ", ".join(
        f"{sum(each.status == status for each in failures)} x {status}" for status in statuses))
    assert set(statuses) <= {503, 507}, failures[:3]
    assert {each.method for each in failures} <= {"PATCH", "POST"}, [each for each in failures if each.method == "GET"][:3]
    return load
