"""docs/security.md names tests that there are, and counts its lines rightly."""

import re

import pytest

from running import PROJECT

PAGE = (PROJECT / "docs" / "security.md").read_text()
SWIFT = {}
for pattern in ["*Tests/*.swift", "Fuzzing/Replay/*.swift"]:
    for path in (PROJECT / "Tests").glob(pattern):
        # Suites of two modules may have one name.
        SWIFT[path.stem] = SWIFT.get(path.stem, "") + path.read_text()


def sections():
    """The tables' lines as (section, requirement, shown by, mark)."""
    for section in PAGE.split("\n## ")[1:]:
        heading, _, text = section.partition("\n")
        for line in text.splitlines():
            cells = [cell.strip() for cell in line.split("|")]
            if line.startswith("| ") and len(cells) == 5 and cells[1:] != ["requirement", "shown by", "", ""]:
                yield heading, *cells[1:4]


LINES = list(sections())


def words(title):
    """A title as far as Markdown leaves it."""
    return re.sub(r"[^a-z0-9]+", " ", title.lower()).strip()


@pytest.mark.parametrize("line", LINES, ids=lambda line: line[1][:40])
def test_the_tests_that_a_line_names_are_there(line):
    _, requirement, shown, mark = line
    assert mark in ("test", "reason"), mark
    assert shown, requirement
    named = re.findall(r"(?<!\*)(test_\w+\.py|\b[A-Z]\w*Tests\b)((?:(?:, | and )?\s*\*[^*]+\*)*)", shown)
    assert named or mark != "test", requirement
    for file, titles in named:
        for title in re.findall(r"\*([^*]+)\*", titles):
            if file.endswith(".py"):
                text = (PROJECT / "Tests" / "EndToEnd" / file).read_text()
                assert f"def test_{title}(" in text, (file, title)
            else:
                assert words(title) in words(SWIFT[file]), (file, title)
        assert (PROJECT / "Tests" / "EndToEnd" / file).exists() or file in SWIFT, file


def test_the_lines_are_counted_rightly():
    counts = {}
    for heading, _, _, mark in LINES:
        for name in [heading, "all"]:
            count = counts.setdefault(name, [0, 0, 0])
            count[0] += 1
            count[1 if mark == "test" else 2] += 1
    found = re.findall(r"(?m)^\| ([^|]+) \| (\d+) \| (\d+) \| (\d+) \|$", PAGE)
    assert {name: list(map(int, numbers)) for name, *numbers in found} == counts
