"""accountctl config: what is in force and where it is set, and whether it is right."""

import json
import re

import accountctl
from running import PROJECT


def shown(server, *arguments):
    status, output, errors = accountctl.run(server, "config", "show", "--json", *arguments)
    assert (status, errors) == (0, "")
    return {option["option"]: option for option in map(json.loads, output.splitlines())}


def test_every_option_is_shown_with_its_origin(server):
    options = shown(server, "--set", "log.level=debug", "--set", "token.lifetime=0")
    default = (PROJECT / "systemd" / "accountd.conf").read_text()
    assert len(options) == len(re.findall(r"(?m)^#\w", default))
    file = server.data / "accountd.conf"
    line = file.read_text().splitlines().index("[store]") + 2
    assert options["store.path"] == {
        "option": "store.path", "value": f'"{server.database}"', "default": '"/var/lib/accountd/accounts.db"', "changed": True,
        "origin": f"{file}:{line}", "restart": True}
    assert (options["log.level"]["value"], options["log.level"]["origin"], options["log.level"]["restart"]) == ('"debug"', "--set", False)
    # Set to what it is by default: it has an origin, and is not changed.
    assert (options["token.lifetime"]["changed"], options["token.lifetime"]["origin"]) == (False, "--set")
    assert options["session.lifetime"] == {
        "option": "session.lifetime", "value": "1209600", "default": "1209600", "changed": False, "origin": None, "restart": False}


def test_what_is_shown_is_a_configuration_by_itself(server, tmp_path):
    status, output, _ = accountctl.run(server, "config", "show", "--changed", "--set", 'cors.origins=["https://a.example"]')
    assert status == 0 and 'cors.origins = ["https://a.example"]  # --set\n' in output
    assert set(shown(server, "--changed")) == {re.match(r"\S+", line)[0] for line in output.splitlines()} - {"cors.origins"}
    copy = tmp_path / "accountd.conf"
    copy.write_text(output)

    class Other:
        data = tmp_path

    again = shown(Other, "--changed")
    assert {name: option["value"] for name, option in again.items()} == {
        name: option["value"] for name, option in shown(server, "--changed", "--set", 'cors.origins=["https://a.example"]').items()}
    # The default file says the same of a restart.
    default = (PROJECT / "systemd" / "accountd.conf").read_text()
    for name, option in shown(server).items():
        section, key = name.split(".")
        comment = re.search(rf"(?ms)^\[{section}\]\n.*?^#{key} = ", default)[0].rsplit("\n\n", 1)[1]
        assert ("needs a restart" in comment.replace("\n# ", " ")) == option["restart"], name


def test_a_good_configuration_is_good(server):
    assert accountctl.run(server, "config", "check") == (0, "", "")
    assert accountctl.run(server, "config", "check", "--json") == (0, '{"good":true,"problems":[]}\n', "")


def test_every_problem_is_told_at_once_as_accountd_itself_tells_it(start):
    server = start()
    file = server.data / "accountd.conf"
    good = file.read_text()
    file.write_text(good + "[log]\nlevl = 1\nlevel = 2\n")
    status, output, errors = accountctl.run(server, "config", "check")
    line = len(good.splitlines()) + 2
    assert (status, output) == (1, "")
    assert errors.splitlines()[0].startswith(f"{file}:{line}:1: unknown option") and f"{file}:{line + 1}:1: log.level" in errors
    assert accountctl.run(server, "config", "show")[0] == 78
    file.write_text(good)
    server.database.chmod(0o666)
    (server.data / "secret.key").chmod(0o644)
    status, output, _ = accountctl.run(server, "config", "check", "--json")
    problems = json.loads(output)["problems"]
    assert status == 1 and len(problems) == 2 and all("chmod 600" in problem for problem in problems), problems
    server.database.chmod(0o600)
    (server.data / "secret.key").chmod(0o600)
    assert accountctl.run(server, "config", "check")[0] == 0
