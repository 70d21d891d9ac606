"""How shells are told what can be typed: a script each, made once, that runs no Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple


class Values(NamedTuple):
    """What a value can be.

    Parameters
    ----------
    words : tuple of str
        Those ending in "=" go on.
    files, folders : bool
    """

    words: tuple[str, ...] = ()
    files: bool = False
    folders: bool = False


class Command(NamedTuple):
    """What can be typed after a command.

    Parameters
    ----------
    name, about : str
    options : mapping of option to Values or None
        None where it takes no value.
    told : mapping of option to str
        Its help.
    places : sequence of Values
        Of what is no option, one after the other.
    """

    name: str
    about: str
    options: Mapping[str, Values | None]
    told: Mapping[str, str]
    places: Sequence[Values]


_SCRIPT = Path(__file__).with_name("completion.bash")
_ZSH = """\
# completion of workbench in zsh: eval "$(workbench completion zsh)"
autoload -Uz compinit bashcompinit
(( $+functions[compdef] )) || compinit
bashcompinit
"""


def bash(commands: Sequence[Command]) -> str:
    """Return the script for bash.

    Examples
    --------
    >>> made = bash([Command("new", "", {"--force": None}, {}, [Values(("shift",))])])
    >>> 'new) words="shift"' in made and 'new) words="--force"' in made
    True
    """
    values = [
        f'        "{one.name} {option}") {_assigned(value)} ;;'
        for one in commands
        for option, value in one.options.items()
        if value is not None
    ]
    options = [f'        {one.name}) words="{" ".join(one.options)}" ;;' for one in commands]
    parts = {
        "commands": " ".join(one.name for one in commands),
        "options": "\n".join(options),
        "values": "\n".join(values),
        "places": "\n".join(
            f"            {one.name}) {_assigned(_together(one.places))} ;;" for one in commands
        ),
    }
    script = _SCRIPT.read_text(encoding="utf-8")
    for name, text in parts.items():
        script = script.replace(f"@{name}@", text)
    return script


def _assigned(values: Values) -> str:
    """Assign what completes a value; a value that nobody can know is completed by nothing."""
    said = [f'words="{" ".join(values.words)}"'] if values.words else []
    if values.files or values.folders:
        said.append(f"files={'-f' if values.files else '-d'}")
    return " ".join(said) or ":"


def _together(places: Sequence[Values]) -> Values:
    """Offer at every place what any of them takes: which one it is, is not counted."""
    words = tuple(dict.fromkeys(word for one in places for word in one.words))
    return Values(words, any(one.files for one in places), any(one.folders for one in places))


def zsh(commands: Sequence[Command]) -> str:
    """Return the script for zsh, which reads that for bash."""
    return _ZSH + bash(commands).partition("\n")[2]


def fish(commands: Sequence[Command]) -> str:
    """Return the script for fish, which shows the help of each option."""
    lines = ["# completion of workbench in fish: workbench completion fish | source"]
    lines.append("complete -c workbench -f")
    lines += [
        f"complete -c workbench -n __fish_use_subcommand -a {one.name} -d {_quoted(one.about)}"
        for one in commands
    ]
    for one in commands:
        begun = f"complete -c workbench -n '__fish_seen_subcommand_from {one.name}'"
        if offered := _in_fish(_together(one.places)):
            lines.append(f"{begun} {offered}")
        for option, values in one.options.items():
            kind = f"-l {option[2:]}" if option.startswith("--") else f"-s {option[1:]}"
            taken = "" if values is None else f" -x {_in_fish(values)}".rstrip()
            lines.append(f"{begun} {kind}{taken} -d {_quoted(one.told.get(option, ''))}")
    return "\n".join(lines) + "\n"


def _in_fish(values: Values) -> str:
    said = list(values.words)
    said += ["(__fish_complete_path)"] if values.files else []
    said += ["(__fish_complete_directories)"] if values.folders and not values.files else []
    return f"-a {_doubly(' '.join(said))}" if said else ""


def _quoted(text: str) -> str:
    plain = " ".join(text.split()).replace("\\", "\\\\").replace("'", "\\'")
    return f"'{plain}'"


def _doubly(text: str) -> str:
    return f'"{text}"'


SCRIPTS: Mapping[str, Callable[[Sequence[Command]], str]] = {
    "bash": bash,
    "zsh": zsh,
    "fish": fish,
}
