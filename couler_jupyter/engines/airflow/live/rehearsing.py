"""What can be said of a submission before it: its options, and whether it would be taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from couler_jupyter.engines.airflow.live.opening import open_server
from couler_jupyter.engines.airflow.live.options import LiveOptions, dags_of
from couler_jupyter.engines.airflow.live.placing import DagsFolder
from couler_jupyter.engines.airflow.live.submitting import (
    Submitting,
    see_free,
    see_runs,
)
from couler_jupyter.engines.airflow.names import dag_name
from couler_jupyter.engines.airflow.setting import USUAL, Containers, Setting
from couler_jupyter.engines.base import Engine
from couler_jupyter.engines.choices import Choice, choices_of
from couler_jupyter.engines.following.options import checked, options_of
from couler_jupyter.errors import UsageFailed
from couler_jupyter.ir import Json, Workflow

_ELSEWHERE = ("compile", "folder", "token_from", "password_from")
"""Options that a person does not type in, or not as text."""
_MAIN = ("server", "dags", "containers", "pool")
_SOME = {"containers": tuple(one.value for one in Containers)}


@dataclass(frozen=True)
class Rehearsing(Submitting):
    """Goes through a submission up to the file that would have a run begin."""

    def choices(self) -> tuple[Choice, ...]:
        """Return the options that a person may choose for a run here."""
        live = choices_of(LiveOptions, but=_ELSEWHERE, main=_MAIN)
        return (*live, *choices_of(Setting, some=_SOME, main=_MAIN))

    def configured(self, options: Mapping[str, Json]) -> Engine:
        """Return the engine that compiles as these options of a run say.

        Raises:
            UsageFailed: with every option that is unknown or has a wrong value.
        """
        return self.chosen(options)[1]

    def chosen(self, given: Mapping[str, Json]) -> tuple[LiveOptions, Submitting]:
        """Return the options of a run, and this engine with what else they say.

        Raises:
            UsageFailed: with every option that is unknown or has a wrong value.
        """
        own = asdict(USUAL)
        rest = {name: value for name, value in given.items() if name not in own}
        mine = {name: value for name, value in given.items() if name in own}
        kept = rest.get("compile")
        mine = {**(kept if isinstance(kept, dict) else {}), **mine}
        faults: list[str] = []
        values, options = {}, LiveOptions()
        try:
            values = checked(mine, own, _SOME)
        except UsageFailed as error:
            faults.append(str(error))
        try:
            options = options_of(
                LiveOptions, rest | ({"compile": mine} if mine else {})
            )
        except UsageFailed as error:
            faults.append(str(error))
        if faults:
            raise UsageFailed("; ".join(faults))
        if "containers" in values:
            values["containers"] = Containers(values["containers"])
        return options, replace(self, setting=replace(self.setting, **values))

    def rehearse(
        self,
        workflow: Workflow,
        *,
        arguments: Mapping[str, Json],
        options: Mapping[str, Json],
    ) -> tuple[str, ...]:
        """Return what was looked at and found good; see `Rehearser`.

        Nothing is written, and nothing is made on the server.

        Raises:
            Unsupported: Airflow cannot express it.
            SubmitFailed: Airflow or its folder of DAGs cannot be reached or refuses.
            UsageFailed: an option is unknown or has a wrong value.
        """
        del arguments  # those that are wrong do not come so far
        chosen, compiler = self.chosen(options)
        see_runs(compiler.setting)
        (document,) = compiler.compile(workflow).documents
        server, folder = open_server(chosen), DagsFolder(dags_of(chosen))
        version = server.version()
        told = f"Airflow {version} at {server.where} answers and lets you in"
        if chosen.deployed:
            return (f"DAG {dag_name(workflow.name)} is said to be there", told)
        folder.check()
        see_free(server, dag_name(workflow.name), document, folder)
        size = len(document.text.encode())
        return (
            f"a DAG file of {size:,} bytes",
            f"{folder.file(document.filename)} can be written",
            told,
        )
