"""A small stand-in for Kubeflow Pipelines: it runs a PipelineSpec on this machine.

It keeps to what the driver and the launcher do: values are a protobuf Struct, in which
all numbers are floats; a task runs if those it waits for succeeded, a skipped one did
not; placeholders are replaced in arguments, and outputs are read from files.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import yaml

from couler_jupyter.engines.kubeflow.wrapping import HOME
from tests.engines.kubeflow.tasks import Tasks

Object = dict[str, Any]
_STRING = re.compile(r"'(?:[^'\\]|\\.)*'")
_COMPLETED = "ALL_UPSTREAM_TASKS_COMPLETED"


@dataclass
class Ran:
    """What a run came to.

    Attributes:
        phase: of the whole run.
        phases: by the path of the step.
        outputs: texts that steps left, by the path of the step.
        left: what the pipeline left.
    """

    phase: str = ""
    phases: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, dict[str, Any]] = field(default_factory=dict)
    left: dict[str, Any] = field(default_factory=dict)


class StandIn:
    """Runs one pipeline."""

    def __init__(
        self,
        text: str,
        folder: Path,
        *,
        tasks: Tasks | None = None,
        done: Mapping[str, Object] | None = None,
    ) -> None:
        """Prepare.

        Args:
            text: of the pipeline.
            folder: where its steps run.
            tasks: is told of each task as it begins and ends.
            done: what containers left that need not run again.
        """
        self._tasks = tasks or Tasks(folder)
        self._done = done or {}
        self.made: dict[str, Object] = {}
        self._spec, *more = yaml.safe_load_all(text)
        platform = more[0]["platforms"]["kubernetes"] if more else {}
        self._pods = platform.get("deploymentSpec", {}).get("executors", {})
        whole = platform.get("pipelineConfig", {}).get("activeDeadlineSeconds", 600)
        self._until = time.monotonic() + whole
        self._folder = folder
        self._count = 0
        self.ran = Ran()

    def run(self, arguments: Mapping[str, Any]) -> Ran:
        """Run it and return what came of it."""
        given = {name: _struct(value) for name, value in arguments.items()}
        with self._tasks.doing("root", "ROOT") as told:
            phase, outputs = self._component(self._spec["root"], given, "")
            told.end(phase, outputs)
        self.ran.phase, self.ran.left = phase, outputs
        return self.ran

    def _component(self, spec: Object, given: Object, path: str) -> tuple[str, Object]:
        values = self._typed(spec.get("inputDefinitions", {}), given)
        if "dag" in spec:
            return self._dag(spec, values, path)
        return self._container(spec, values, path)

    def _typed(self, definitions: Object, given: Object) -> Object:
        found: Object = {}
        for name, one in definitions.get("parameters", {}).items():
            if name not in given:
                assert one.get("isOptional"), f"{name} is not given"
                found[name] = one["defaultValue"]
            elif one["parameterType"] == "STRING":
                found[name] = _text(given[name])
            else:
                kind = list if one["parameterType"] == "LIST" else dict
                assert isinstance(given[name], kind), (name, given[name])
                found[name] = given[name]
            if one.get("literals"):
                assert found[name] in one["literals"]
        for name in definitions.get("artifacts", {}):
            found[name] = given[name]
        assert set(given) <= set(found), (given, found)
        return found

    def _dag(self, spec: Object, values: Object, path: str) -> tuple[str, Object]:
        tasks = spec["dag"]["tasks"]
        phases: dict[str, str] = {}
        made: dict[str, Object] = {}
        order = {name: one.get("dependentTasks", ()) for name, one in tasks.items()}
        for name in TopologicalSorter(order).static_order():
            task = tasks[name]
            completed = task.get("triggerPolicy", {}).get("strategy") == _COMPLETED
            good = all(phases[one] == "succeeded" for one in order[name])
            inner = _path(path, name)
            if completed or good:
                given = dict(_given(task, values, made, phases))
                loops = "parameterIterator" in task
                with self._tasks.doing(name, "LOOP" if loops else "DAG") as told:
                    phases[name], made[name] = self._task(task, given, inner)
                    told.end(phases[name], made[name])
            else:
                phases[name] = "omitted"
                self.ran.phases[inner] = "omitted"
        bad = "failed" in phases.values()
        outputs = {} if bad else dict(_selected(spec, made))
        if outputs:
            self.ran.outputs.setdefault(path, outputs)
        return ("failed" if bad else "succeeded"), outputs

    def _task(self, task: Object, given: Object, path: str) -> tuple[str, Object]:
        spec = self._spec["components"][task["componentRef"]["name"]]
        condition = task.get("triggerPolicy", {}).get("condition")
        if condition and not _holds(condition, given):
            self.ran.phases[path] = "skipped"
            return "skipped", {}
        if "parameterIterator" in task:
            return self._each(task, spec, given, path)
        attempts = 1 + task.get("retryPolicy", {}).get("maxRetryCount", 0)
        phase = ""
        outputs: Object = {}
        for _ in range(attempts):
            phase, outputs = self._component(spec, given, path)
            if phase == "succeeded":
                break
        again = task["taskInfo"]["name"].endswith("-again")  # it holds the later turns
        if not again and self.ran.phases.get(path) != "skipped":
            self.ran.phases[path] = phase
        return phase, outputs

    def _each(
        self, task: Object, spec: Object, given: Object, path: str
    ) -> tuple[str, Object]:
        over = task["parameterIterator"]
        items = over["items"]
        found = (
            given[items["inputParameter"]]
            if "inputParameter" in items
            else json.loads(items["raw"])
        )
        phases: list[str] = []
        each: list[Object] = []
        for number, item in enumerate(found):
            mine = {**given, over["itemInput"]: _struct(item)}
            with self._tasks.doing(str(number), "LOOP_ITERATION", number) as told:
                phase, outputs = self._component(spec, mine, f"{path}[{number}]")
                told.end(phase, outputs)
            self.ran.phases.setdefault(f"{path}[{number}]", phase)
            phases.append(phase)
            each.append(outputs)
        phase = "failed" if "failed" in phases else "succeeded"
        self.ran.phases[path] = phase
        names = spec.get("outputDefinitions", {}).get("parameters", {})
        gathered = phase == "succeeded"
        return phase, {n: [one[n] for one in each] for n in names if gathered}

    def _container(self, spec: Object, values: Object, path: str) -> tuple[str, Object]:
        if path in self._done:
            self.ran.outputs[path] = self.made[path] = self._done[path]
            return "succeeded", self._done[path]
        label = spec["executorLabel"]
        container = self._spec["deploymentSpec"]["executors"][label]["container"]
        self._count += 1
        home = self._folder / str(self._count)
        home.mkdir()
        outputs = spec.get("outputDefinitions", {})
        places = {
            name: home / "p" / name / "data" for name in outputs.get("parameters", ())
        }
        files = {name: home / "a" / name for name in outputs.get("artifacts", ())}
        for one in files.values():
            one.parent.mkdir(exist_ok=True)
        said = _placeholders(values, places, files)
        env: dict[str, str] = {}
        for one in container.get("env", ()):
            env[one["name"]] = _expanded(one["value"], env)
        words = [*container["command"], *container.get("args", ())]
        words = [_replaced(_expanded(one, env), said) for one in words]
        words = [one.replace(HOME, str(home / "home")) for one in words]
        limit = self._pods.get(label, {}).get("activeDeadlineSeconds")
        here = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
        if not self._ended_well(words, {**here, **env}, home, limit):
            return "failed", {}
        left: Object = {
            name: _left(place, outputs, name) for name, place in places.items()
        }
        left |= {name: str(place) for name, place in files.items()}
        self.ran.outputs[path] = self.made[path] = left
        return "succeeded", left

    def _ended_well(
        self, words: list[str], env: Mapping[str, str], home: Path, limit: float | None
    ) -> bool:
        """Run a program as a pod of the task, and return whether it ended well."""
        log = self._tasks.pod()
        with log.open("wb") as out:
            process = subprocess.Popen(
                words, env=dict(env), cwd=home, stdout=out, stderr=subprocess.STDOUT
            )
        until = min(self._until, time.monotonic() + (limit or 60.0))
        while True:
            try:
                return process.wait(0.05) == 0
            except subprocess.TimeoutExpired:
                if time.monotonic() < until and not self._tasks.cancelled.is_set():
                    continue
                process.kill()
                process.wait()
                return False


def _given(
    task: Object, values: Object, made: Object, phases: Mapping[str, str]
) -> Iterator[tuple[str, Any]]:
    for of_kind in task.get("inputs", {}).values():
        for name, one in of_kind.items():
            ((word, source),) = one.items()
            match word:
                case "runtimeValue":
                    yield name, source["constant"]
                case "componentInputParameter" | "componentInputArtifact":
                    yield name, values[source]
                case "taskOutputParameter":
                    yield (
                        name,
                        made[source["producerTask"]][source["outputParameterKey"]],
                    )
                case "taskOutputArtifact":
                    yield (
                        name,
                        made[source["producerTask"]][source["outputArtifactKey"]],
                    )
                case _:
                    assert word == "taskFinalStatus"
                    yield name, {"state": phases[source["producerTask"]].upper()}


def _selected(spec: Object, made: Object) -> Iterator[tuple[str, Any]]:
    outputs = spec["dag"].get("outputs", {})
    for name, one in outputs.get("parameters", {}).items():
        several = one.get("valueFromOneof", {}).get("parameterSelectors")
        for found in several or [one["valueFromParameter"]]:
            if made.get(found["producerSubtask"]):
                yield name, made[found["producerSubtask"]][found["outputParameterKey"]]
                break
    for name, one in outputs.get("artifacts", {}).items():
        (found,) = one["artifactSelectors"]
        yield name, made[found["producerSubtask"]][found["outputArtifactKey"]]


def _placeholders(values: Object, places: Object, files: Object) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in values.items():
        found[f"{{{{$.inputs.parameters['{name}']}}}}"] = _text(value)
        found[f"{{{{$.inputs.artifacts['{name}'].path}}}}"] = _text(value)
    for name, place in places.items():
        found[f"{{{{$.outputs.parameters['{name}'].output_file}}}}"] = str(place)
    for name, place in files.items():
        found[f"{{{{$.outputs.artifacts['{name}'].path}}}}"] = str(place)
    return found


def _replaced(word: str, said: Mapping[str, str]) -> str:
    for placeholder, text in said.items():
        word = word.replace(placeholder, text)
    assert "{{$." not in word, word
    return word


def _expanded(word: str, env: Mapping[str, str]) -> str:
    """Return what Kubernetes makes of a word: `$$` is `$`, `$(NAME)` a variable."""
    found = re.split(r"(\$\$|\$\([^()]*\))", word)
    known = {"$$": "$", **{f"$({name})": value for name, value in env.items()}}
    return "".join(known.get(one, one) for one in found)


def _left(place: Path, outputs: Object, name: str) -> Any:
    text = place.read_text("utf-8")
    is_list = outputs["parameters"][name]["parameterType"] == "LIST"
    return _struct(json.loads(text)) if is_list else text


def _struct(value: Any) -> Any:
    """Return a value as a protobuf Struct gives it back."""
    if isinstance(value, list):
        return [_struct(one) for one in value]
    if isinstance(value, dict):
        return {key: _struct(one) for key, one in value.items()}
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number else value


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value if isinstance(value, str) else json.dumps(value)


def _holds(condition: str, given: Object) -> bool:
    """Return whether an expression holds, of those that are written here."""
    texts: list[str] = []

    def kept(match: re.Match[str]) -> str:
        texts.append(
            json.loads(
                '"' + match[0][1:-1].replace("\\'", "'").replace('"', '\\"') + '"'
            )
        )
        return f"texts[{len(texts) - 1}]"

    code = _STRING.sub(kept, condition)
    code = code.replace("inputs.parameter_values[", "given[")
    code = code.replace("&&", " and ").replace("||", " or ").replace("!(", " not (")
    return bool(eval(code, {"texts": texts, "given": given}))


def _path(path: str, name: str) -> str:
    """Return the path of a step: what stands around one task alone has its name."""
    last = path.rpartition("/")[2]
    if name.endswith("-again"):
        base, _, turn = path.rpartition("#") if "#" in last else (path, "", "1")
        return f"{base}#{int(turn) + 1}"
    if name in {"steps", "at-the-end"} or re.fullmatch(rf"{name}([\[#].*)?", last):
        return path
    return f"{path}/{name}" if path else name
