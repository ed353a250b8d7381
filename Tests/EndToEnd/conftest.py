"""The servers of the tests. One is shared by all tests of a worker; a test that kills or fills its server starts its own."""

import itertools

import pytest

from client import Client
from running import RunningServer

numbers = itertools.count()
running = []


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """The server that most tests of a worker share."""
    one = _start(tmp_path_factory.mktemp("server"))
    yield one
    _end(one)


@pytest.fixture
def start(tmp_path):
    """Starts servers of the test's own; all have ended when the test has."""
    started = []

    def begin(*options, folder="own", ready=True, ports=None, limits=False, prefix=()):
        one = RunningServer(tmp_path / folder, *options, ports=ports, limits=limits, prefix=prefix)
        started.append(one)
        running.append(one)
        return one.wait_until_ready() if ready else one

    yield begin
    for one in started:
        if one.process.poll() is None:
            _end(one)
        else:
            one.assert_secrets_were_kept()
            if one in running:
                running.remove(one)


@pytest.fixture
def empty_server(start):
    """A server that has no account yet, so that the names and ids of the documents' examples are free."""
    return start()


@pytest.fixture
def client(server):
    """A caller of the shared server without any credential."""
    return Client(server)


@pytest.fixture
def name():
    """A name that no other test on this server has."""
    return f"anna{next(numbers)}"


def _start(folder, *options):
    one = RunningServer(folder, *options)
    running.append(one)
    try:
        return one.wait_until_ready()
    except BaseException:
        one.destroy()
        raise


def _end(one):
    if one in running:
        running.remove(one)
    try:
        one.stop()
    finally:
        one.destroy()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Shows the logs of the servers when a test failed."""
    report = yield
    if report.failed:
        for one in running:
            report.sections.append((f"log of {one.folder}", one.log()[-20_000:]))
            for path in sorted((one.data / "log").glob("*.log")):
                report.sections.append((str(path), path.read_text(errors="replace")[-4_000:]))
    return report
