"""DAG and steps templates as workflows."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any

from couler_jupyter.engines.argo.importing.lookup import Known
from couler_jupyter.engines.argo.importing.outputs import read_workflow_outputs
from couler_jupyter.engines.argo.importing.ports import read_inputs
from couler_jupyter.engines.argo.importing.resolver import Resolver
from couler_jupyter.engines.argo.importing.task import Called, read_task
from couler_jupyter.engines.argo.importing.waiting import (
    after_all,
    waits_of,
    without_any_end,
)
from couler_jupyter.engines.argo.structure.verdict import BODY
from couler_jupyter.engines.kube.reading.fields import (
    NoWord,
    Object,
    flag_at,
    list_at,
    object_at,
    objects_at,
    text_at,
    whole_at,
)
from couler_jupyter.errors import InvalidWorkflow
from couler_jupyter.ir import (
    After,
    Constant,
    Extra,
    Input,
    InputArtifact,
    InputParameter,
    Json,
    Step,
    Workflow,
    output_names,
)

_STEP = re.compile(r"step '(.*)'", re.DOTALL)
_BAD_END = re.compile(r"\.(?:Failed|Errored|AllFailed)\b")
_OWN_WORDS = 2
"""From this level of trouble on a step's template is kept as Argo's own."""


_AS_ARGO_ENDS = Extra(
    engine="argo", path="verdict", value=Constant.of("leaves"), ignorable=True
)
_AS_A_TASK = Extra(
    engine="argo", path="verdict", value=Constant.of("task"), ignorable=True
)
_AS_ARGO_GATHERS = Extra(
    engine="argo", path="gathered", value=Constant.of("result"), ignorable=True
)


@dataclass(slots=True)
class Dag:
    """A dag or steps template that becomes a workflow.

    Attributes:
        name: of the template.
        node: its object.
        resolver: gives what its tasks run.
        parameters: names of the parameters of the whole workflow.
        at_end: whether it runs when all else has ended.
        trouble: steps that made no workflow as they were, and how often they did.
    """

    name: str
    node: Object
    resolver: Resolver
    parameters: Collection[str]
    at_end: bool = False
    trouble: dict[str, int] = field(default_factory=dict)

    def read(self, **more: Any) -> Workflow:  # noqa: ANN401 (fields of a workflow)
        """Return the workflow; `more` are fields of it that are known otherwise.

        Raises:
            NoWord: the IR has no such workflow.
        """
        extras = (*self.forms(), *more.pop("extras", ()))
        while True:
            steps = self.steps()
            known = self.known(steps)
            if self.resolver.reads_own(self.name):
                steps = without_any_end(steps)
            fields: dict[str, Any] = {
                "name": self.name,
                "parallelism": whole_at(self.node, "parallelism"),
                "fail_fast": self._fails_fast(),
                **self._ports(known),
                **more,
            }
            outputs = tuple(read_workflow_outputs(self.node, known))
            try:
                return Workflow(steps=steps, outputs=outputs, extras=extras, **fields)
            except InvalidWorkflow as error:
                self._note(error)

    def forms(self) -> tuple[Extra, ...]:
        """Return the extras that keep how the template is written."""
        name = Constant.of(self.name)
        chosen = [Extra(engine="argo", path="entrypoint", value=name, ignorable=True)]
        if (groups := self.groups()) is not None:
            names = [[text_at(one, "name") for one in group] for group in groups]
            layout = Constant.of(names)
            chosen.append(
                Extra(engine="argo", path="layout", value=layout, ignorable=True)
            )
        chosen.append(_AS_A_TASK if self._has_verdict() else _AS_ARGO_ENDS)
        return tuple(chosen)

    def _has_verdict(self) -> bool:
        """Whether the last task is one that our own compiler added."""
        tasks = list(objects_at(object_at(self.node, "dag"), "tasks"))
        if len(tasks) < 2 or not text_at(tasks[-1], "name").startswith("verdict"):
            return False
        if not self.resolver.reads_own(self.name):
            return False
        last = self.resolver.node_of(text_at(tasks[-1], "template"))
        return {key: value for key, value in last.items() if key != "name"} == BODY

    @property
    def is_strict(self) -> bool:
        """Whether it has failed if any step has, though others are there for that."""
        if not self._has_verdict():
            return False
        *tasks, verdict = objects_at(object_at(self.node, "dag"), "tasks")
        waits = [text_at(one, "depends") for one in tasks]
        tolerant = any(_BAD_END.search(one) for one in waits)
        return tolerant and ".Succeeded" not in text_at(verdict, "depends")

    def groups(self) -> list[list[Object]] | None:
        """Return the groups of a steps template; None for a DAG."""
        if "steps" not in self.node:
            return None
        return list_at(self.node, "steps")

    def steps(self) -> tuple[Step, ...]:
        """Return the steps that the tasks are.

        Raises:
            NoWord: something stands in one that no step has.
        """
        called = self._called()
        known = self.known(called)
        blind = replace(known, steps={})
        return tuple(
            self._with_extras(
                read_task(
                    one,
                    blind if self.trouble.get(one.name) else known,
                    raw=self.resolver.takes_raw(self.name, one.name),
                )
            )
            for one in called
        )

    def _with_extras(self, step: Step) -> Step:
        more = self.resolver.extras_of(self.name, step.name)
        if step.loop is not None:
            more = (_AS_ARGO_GATHERS, *more)
        return replace(step, extras=(*step.extras, *more)) if more else step

    def known(self, steps: Collection[Step] | Collection[Called]) -> Known:
        """Return what tags may name in the tasks of the template."""
        ports = self._ports(Known(parameters=self.parameters))
        templates = {
            one.name: one.imported.template if isinstance(one, Called) else one.template
            for one in steps
        }
        return Known(
            parameters=self.parameters,
            inputs={one.name for one in ports["parameters"]},
            files={one.name for one in ports["artifacts"]},
            steps={name: output_names(one) for name, one in templates.items()},
            daemons={
                one.name
                for one in steps
                if (one.imported.part.daemon if isinstance(one, Called) else one.daemon)
            },
            in_dag=True,
            at_end=self.at_end,
        )

    def _called(self) -> list[Called]:
        groups = self.groups()
        if groups is None:
            tasks = list(objects_at(object_at(self.node, "dag"), "tasks"))
            tasks = tasks[:-1] if self._has_verdict() else tasks
        else:
            tasks = [one for group in groups for one in group]
        runs = {
            text_at(task, "name"): self.resolver.of_task(
                task,
                self.node,
                keep=self._keeps(text_at(task, "name")),
                at_end=self.at_end,
            )
            for task in tasks
        }
        if len(runs) != len(tasks):
            raise NoWord("two tasks have the same name")
        daemons = {name for name, one in runs.items() if one.part.daemon}
        by_name = {text_at(task, "name"): task for task in tasks}
        after: dict[str, tuple[After, ...]] = {}
        if groups is None:
            after = {n: waits_of(one, by_name, daemons) for n, one in by_name.items()}
        else:
            before: tuple[After, ...] = ()
            for group in groups:
                names = [text_at(one, "name") for one in group]
                after |= dict.fromkeys(names, before)
                before = tuple(after_all(names, by_name, daemons))
        return [Called(task, runs[name], after[name]) for name, task in by_name.items()]

    def _keeps(self, name: str) -> bool:
        return self.trouble.get(name, 0) >= _OWN_WORDS

    def _ports(self, known: Known) -> dict[str, Json]:
        """Return the inputs of the template as parameters and artifacts."""
        ports: tuple[Input, ...] = read_inputs(object_at(self.node, "inputs"), known)
        return {
            "parameters": tuple(
                one for one in ports if isinstance(one, InputParameter)
            ),
            "artifacts": tuple(one for one in ports if isinstance(one, InputArtifact)),
        }

    def _fails_fast(self) -> bool:
        if "dag" not in self.node:
            return False
        dag = object_at(self.node, "dag")
        return flag_at(dag, "failFast") if "failFast" in dag else True

    def _note(self, error: InvalidWorkflow) -> None:
        """Note which steps are in trouble.

        Raises:
            NoWord: it is no single step, or nothing more helps.
        """
        places = {problem.where for problem in error.problems}
        for match in map(_STEP.fullmatch, places):
            level = 0 if match is None else self.trouble.get(match[1], 0) + 1
            if match is None or level > _OWN_WORDS:
                raise NoWord(str(error)) from None
            self.trouble[match[1]] = level
