"""What runs around a program: a shell script that puts files where each side wants them.

Kubeflow replaces placeholders in the arguments of a container and reads outputs from
files that it names itself. It does not catch what a program prints. So a program with
more to it than arguments is run by a small POSIX script; the image needs a shell. Texts
reach it as arguments of their own and never as a part of its source.
"""

from __future__ import annotations

from functools import cache
from shlex import quote

HOME = "/tmp/couler"  # noqa: S108 (in a container of its own)
"""The folder that steps start in which use relative paths."""
_PRINTED = f"{HOME}/.printed"
_KEEP = """\
keep() {
  [ -e "$1" ] || { [ -n "${3+x}" ] || { echo "the step left no $1" >&2; exit 65; }
    mkdir -p "$(dirname "$2")"; printf %s "$3" > "$2"; return; }
  mkdir -p "$(dirname "$2")"
  text=$(cat "$1"; echo .); text=${text%.}
  printf %s "${text%
}" > "$2"
}"""
_PRINTING = f"""\
{{ code=0; "$@" || code=$?; echo "$code" > {HOME}/.code; }} | tee {_PRINTED}
read -r code < {HOME}/.code; [ "$code" = 0 ] || exit "$code\""""
_RUNNING = '"$@" || exit $?'


class Wrapping:
    """A script around a program, written line by line."""

    def __init__(self) -> None:
        self._slots: list[str] = []
        self._before: list[str] = []
        self._after: list[str] = []
        self._prints = False
        self._keeps = False

    @property
    def is_needed(self) -> bool:
        """Whether there is anything in it."""
        return bool(self._before or self._after or self._prints)

    def start_in(self, folder: str) -> None:
        """Start the program in a folder, which is made if it is not there."""
        where = quote(folder)
        self._before.append(f"mkdir -p {where} && cd {where} || exit 66")

    def set_variable(self, name: str, text: str) -> None:
        """Give the program an environment variable."""
        self._before.append(f"export {name}={self._slot(text)}")

    def put(self, placed: str, path: str) -> None:
        """Let the program find at `path` what lies at `placed`."""
        self._before.append(_make_folder_of(quote(path)))
        self._before.append(f"ln -sfn {self._slot(placed)} {quote(path)}")

    def expect(self, path: str) -> None:
        """Make the folder that the program will leave a file in."""
        self._before.append(_make_folder_of(quote(path)))

    def write(self, text: str, path: str) -> None:
        """Write a text to a file before the program runs."""
        self._before.append(f"printf %s {self._slot(text)} > {quote(path)}")

    def write_values(self, texts: dict[str, str], path: str) -> None:
        """Write texts to a file as JSON, each with its name; the image has Python."""
        program = (
            "import json, sys; given = sys.argv[1:]; "
            "pairs = zip(given[::2], given[1::2]); "
            "print(json.dumps([dict(name=n, value=v) for n, v in pairs]))"
        )
        pairs = " ".join(f"{quote(k)} {self._slot(v)}" for k, v in texts.items())
        line = f"python3 -c {quote(program)} {pairs} > {quote(path)} || exit 66"
        self._before.append(line)

    def keep(self, path: str, target: str, default: str | None = None) -> None:
        """Take an output from a file; without it from the default, if there is one."""
        self._keeps = True
        end = "" if default is None else f" {self._slot(default)}"
        self._after.append(f"keep {quote(path)} {self._slot(target)}{end}")

    def keep_printed(self, target: str, default: str | None = None) -> None:
        """Take an output from what the program prints."""
        self._prints = True
        self.keep(_PRINTED, target, default)

    def move(self, path: str, target: str) -> None:
        """Take an artifact from where the program left it."""
        there, where = quote(path), self._slot(target)
        told = quote(f"the step left no {path}")
        self._after.append(f"[ -e {there} ] || {{ echo {told} >&2; exit 65; }}")
        self._after.append(f'mkdir -p "$(dirname {where})"; rm -rf {where}')
        self._after.append(f"cp -R {there} {where}")

    def around(self, words: list[str]) -> tuple[list[str], list[str]]:
        """Return the command and the arguments that run a program in this."""
        count = len(self._slots)
        lines = [f"given{n}=${{{n}}}" for n in range(1, count + 1)]
        if count:
            lines.append(f"shift {count}")
        if self._keeps:
            lines.append(_KEEP)
        if self._prints:
            lines.append(f"mkdir -p {HOME}")
        lines += [*self._before, _PRINTING if self._prints else _RUNNING, *self._after]
        return ["sh", "-c", "\n".join(lines), "couler"], [*self._slots, *words]

    def _slot(self, text: str) -> str:
        """Return what an argument of the script's own is called in it."""
        self._slots.append(text)
        return f'"$given{len(self._slots)}"'


@cache
def _make_folder_of(path: str) -> str:
    return f'mkdir -p "$(dirname {path})" || exit 66'
