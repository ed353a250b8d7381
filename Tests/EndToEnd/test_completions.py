"""The completions that the package installs: bash offers what the programs take, and the other shells' have the same words."""

import subprocess

import pytest

from command_lines import PROGRAMS, PROJECT, program


def script(name, shell):
    """The completion script of a program for a shell."""
    made = subprocess.run(
        [PROJECT / ".build" / "debug" / name, "--generate-completion-script", shell], capture_output=True, text=True, check=True)
    return made.stdout


def offered(name, *words):
    """What bash offers when the last of these words is completed."""
    ask = """
        source /dev/fd/3
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMP_POINT=$((${#COMP_LINE}))
        COMPREPLY=()
        "_$1" "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
        printf '%s\\n' "${COMPREPLY[@]}"
    """
    answer = subprocess.run(
        ["bash", "-c", f"exec 3<<'END_OF_COMPLETION'\n{script(name, 'bash')}\nEND_OF_COMPLETION\n{ask}", "bash", name, *words],
        capture_output=True, text=True, timeout=60)
    assert (answer.returncode, answer.stderr) == (0, ""), answer.stderr
    return set(answer.stdout.split("\n")) - {""}


def test_bash_offers_the_groups_of_commands_and_the_commands_of_each():
    accountctl = program("accountctl")
    assert offered("accountctl", "") - {"--version", "-h", "--help"} == {*accountctl.subcommands, "help"}
    for name, group in accountctl.subcommands.items():
        if group.subcommands:
            assert offered("accountctl", name, "") - {"--version", "-h", "--help"} == set(group.subcommands)


@pytest.mark.parametrize("path", sorted(command.path for command in program("accountctl").leaves()), ids=" ".join)
def test_bash_offers_the_options_of_a_command(path):
    (command,) = [command for command in program("accountctl").leaves() if command.path == path]
    assert offered("accountctl", *path, "--") == {f"--{option}" for option in command.options}


def test_bash_offers_the_options_of_accountd_and_files_where_one_is_wanted(tmp_path):
    assert offered("accountd", "--") == {f"--{option}" for option in program("accountd").options}
    (tmp_path / "accountd.conf").touch()
    assert offered("accountd", "--config", f"{tmp_path}/acc") == {f"{tmp_path}/accountd.conf"}


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_the_scripts_of_other_shells_have_every_option(name, shell):
    text = script(name, shell)
    for command in program(name).leaves():
        for option in command.options:
            assert option in text, (command.path, option)
