"""script/bench works and measures every row. How fast anything is, is not for a test to say."""

import json
import subprocess
import xml.etree.ElementTree

from running import PROJECT

LOADED = {
    "constant", "token-32", "token-256", "jwt-32", "cookie-32", "write-32", "login", "register", "paced-alone",
    "paced-flood"}


def test_a_quick_run_measures_every_row_of_accountd_and_the_floor_and_writes_json_and_a_plot(tmp_path):
    command = [PROJECT / "script" / "bench", "--quick", "--debug", "--no-build", "--out", tmp_path]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr

    results = json.loads((tmp_path / "results.json").read_text())
    rows = {row["row"]: row["programs"] for row in results["rows"]}
    assert set(rows) == LOADED | {"memory", "start"}
    for key, programs in rows.items():
        only_accountd = key in ("jwt-32", "cookie-32", "register")
        assert set(programs) == ({"accountd"} if only_accountd else {"accountd", "floor"}), key
    # Every answer was the one asked for: a program that refuses quickly would look fast.
    wrong = {
        (key, name): (one["refused"], one["broken"])
        for key in LOADED for name, one in rows[key].items() if one["refused"] or one["broken"]}
    assert wrong == {}
    assert results["settings"]["build"] == "debug"

    plot = xml.etree.ElementTree.parse(tmp_path / "results.svg").getroot()
    assert plot.tag.endswith("svg")
    assert "| profile by JWT | accountd |" in (tmp_path / "results.md").read_text()
    assert (tmp_path / "results.md").read_text() in done.stdout


def test_an_unknown_row_is_refused(tmp_path):
    command = [PROJECT / "script" / "bench", "--rows", "speed", "--debug", "--no-build", "--out", tmp_path]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.returncode, "no such row: speed" in done.stderr) == (2, True), done.stderr
