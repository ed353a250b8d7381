"""The command lines of accountd and accountctl as the programs themselves tell them, and whether one in a document is taken."""

import json
import re
import shlex
import subprocess
from functools import cache
from pathlib import Path
from typing import NamedTuple

PROJECT = Path(__file__).resolve().parents[2]
PROGRAMS = ("accountd", "accountctl")


class Command(NamedTuple):
    """A program or one of its subcommands."""
    # The words after the program's name.
    path: tuple
    # What each long option takes by its name: "option" or "flag".
    options: dict
    # The letters of the options that have one, by their names.
    letters: dict
    # The names of positional arguments, in order, and whether the last one may be repeated.
    arguments: tuple
    repeats: bool
    # The subcommands, by their names.
    subcommands: dict

    def leaves(self):
        """The commands that do something, at any depth; swift-argument-parser's own `help` is none of ours."""
        if not self.subcommands:
            yield self
        for command in self.subcommands.values():
            yield from command.leaves()


@cache
def program(name):
    """The tree of commands of a program, as its debug build has it."""
    help = subprocess.run(
        [PROJECT / ".build" / "debug" / name, "--experimental-dump-help"], capture_output=True, text=True, check=True, timeout=60)
    return _command(json.loads(help.stdout)["command"], ())


def _command(help, path):
    options, letters, arguments, repeats = {}, {}, [], False
    for argument in help.get("arguments", []):
        if not argument["shouldDisplay"]:
            continue
        if argument["kind"] == "positional":
            arguments.append(argument["valueName"])
            repeats = argument["isRepeating"]
        for one in argument.get("names", []):
            if one["kind"] == "long":
                options[one["name"]] = argument["kind"]
            else:
                letters[argument["preferredName"]["name"]] = one["name"]
    subcommands = {
        each["commandName"]: _command(each, (*path, each["commandName"]))
        for each in help.get("subcommands", []) if each["commandName"] != "help" and each["shouldDisplay"]}
    return Command(path, options, letters, tuple(arguments), repeats, subcommands)


def in_document(text):
    """The command lines of accountd and accountctl in a Markdown text or a manual page, each as a list of words."""
    if text.startswith(".Dd") or text.startswith('.\\"'):
        text = text.replace("\\e", "\\")
        pieces = re.findall(r"^\.Bd -literal.*?\n(.*?)^\.Ed", text, re.M | re.S)
        pieces += re.findall(r"^\.(?:Dl|Ql) (.*)", text, re.M)
    else:
        fenced = re.findall(r"^[ \t]*```\w*\n(.*?)^[ \t]*```$", text, re.M | re.S)
        rest = re.sub(r"^[ \t]*```.*?^[ \t]*```$", "", text, flags=re.M | re.S)
        pieces = fenced + re.findall(r"(?<!`)`([^`\n]+(?:\n[^`\n]+)?)`(?!`)", rest) + re.findall(r"^    (.*)", rest, re.M)
    for piece in pieces:
        for line in piece.replace("\\\n", " ").splitlines():
            yield from _calls(line)


def _calls(line):
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    try:
        words = list(lexer)
    except ValueError:
        # A line of prose with an apostrophe is no command line.
        return
    call = []
    for word in [*words, ";"]:
        if word and set(word) <= set("();<>|&"):
            # What runs another program, and settings before one.
            while call and (call[0] in ("sudo", "exec", "do") or re.fullmatch(r"[A-Z_]+=.*", call[0])):
                call.pop(0)
            if call[:4] == ["runuser", "-u", "accountd", "--"]:
                call = call[4:]
            # Not the folders of the sources, which have the programs' names.
            if call and not call[0].startswith("Sources/") and Path(call[0]).name in PROGRAMS and (Path(call[0]).name != "accountd" or call[1:2] and call[1].startswith("-")):
                yield [Path(call[0]).name, *call[1:]]
            call = []
        else:
            call.append(word)


def fault(call):
    """Why a program does not take a command line, or None; the value of its last option may be left out, as documents do."""
    command, words = program(call[0]), call[1:]
    if words[:1] == ["help"]:
        words = words[1:]
    count = 0
    while words:
        word = words.pop(0)
        if word == "…" or word[:1] == "-" and word[1:] in command.letters.values():
            continue
        if word.startswith("--"):
            name, has_value, _ = word[2:].partition("=")
            # Of a group of commands documents name what some of them take.
            kinds = {kind for leaf in command.leaves() for each, kind in leaf.options.items() if each == name}
            if not kinds:
                return f"{' '.join(command.path)} has no option --{name}"
            if kinds == {"option"} and not has_value and words:
                words.pop(0)
        elif word in command.subcommands and not count:
            command = command.subcommands[word]
        elif command.subcommands:
            return f"{' '.join((call[0], *command.path))} has no subcommand {word}"
        else:
            count += 1
    if count > len(command.arguments) and not command.repeats:
        return f"{' '.join(command.path)} takes {len(command.arguments)} arguments"
    return None
