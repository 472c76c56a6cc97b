"""Manifests that are one too many of something, and one less."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.engines.argo.linting.broken import HEAD, MAIN, TEMPLATE, WORK, Broken


def large() -> Iterator[Broken]:
    """Yield what breaks a limit by one, and the most that does not."""
    yield _of("ARGO009", 3, _annotated, 262_144 - len("x"))
    yield _of("ARGO305", 6, _templates, 200)
    yield _of("ARGO345", 10, _argument, 131_072)
    yield _of("ARGO442", 9, _tasks, 200)
    yield _of("ARGO615", 7, _metrics, 100)
    yield _of("ARGO616", 7, _parameters, 500)


def _of(rule: str, line: int, make: Callable[[int], str], most: int) -> Broken:
    return Broken(rule, make(most + 1), make(most), line)


def _annotated(size: int) -> str:
    return (HEAD + MAIN).replace("a-}", f"a-, annotations: {{x: {'y' * size}}}}}")


def _templates(number: int) -> str:
    rest = "".join(f"  - {{name: t{n}, suspend: {{}}}}\n" for n in range(number - 1))
    return f"{HEAD}  templates:\n  - {{name: main, suspend: {{}}}}\n{rest}"


def _argument(size: int) -> str:
    return (
        f"{HEAD}{TEMPLATE}    container:\n      image: a\n      args: [{'x' * size}]\n"
    )


def _tasks(number: int) -> str:
    tasks = "".join(f"      - {{name: t{n}, template: work}}\n" for n in range(number))
    return f"{HEAD}{TEMPLATE}    dag:\n      tasks:\n{tasks}{WORK}"


def _metrics(number: int) -> str:
    each = "    - {name: m%d, help: h, counter: {value: '1'}}\n"
    metrics = "".join(each % n for n in range(number))
    return f"{HEAD}  metrics:\n    prometheus:\n{metrics}{MAIN}"


def _parameters(number: int) -> str:
    each = "".join(f"    - {{name: p{n}, value: '1'}}\n" for n in range(number))
    return f"{HEAD}  arguments:\n    parameters:\n{each}{MAIN}"
