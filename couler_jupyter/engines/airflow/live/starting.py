"""From a DAG file that lies there to a run: read by Airflow, not paused, triggered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from couler_jupyter.engines.airflow.live.handed import Handed
from couler_jupyter.engines.airflow.live.options import LiveOptions
from couler_jupyter.engines.airflow.live.server import AirflowServer
from couler_jupyter.engines.web.refusal import Refused
from couler_jupyter.errors import SubmitFailed
from couler_jupyter.ir import Json


class Ready(Enum):
    """Whether a run has begun."""

    YES = "yes"
    NOT_YET = "not yet"


class NeverBegins(SubmitFailed):
    """Airflow will not run it, however often it is asked."""


@dataclass(slots=True, kw_only=True)
class Start:
    """What has a run begin.

    Attributes:
        server: the API server.
        handed: what was handed over.
        text: of the DAG file; empty where none was written.
        conf: what the run is given.
        options: of the run.
        asked: whether Airflow was asked to read the file before its time.
    """

    server: AirflowServer
    handed: Handed
    text: str
    conf: Mapping[str, Json]
    options: LiveOptions
    asked: bool = False

    def tried(self, now: float) -> Ready:
        """Trigger the run if Airflow has read the file.

        Raises:
            NeverBegins: the file cannot be loaded, was not seen in time, or its DAG is
                paused and is to stay so.
            SubmitFailed: Airflow refuses, or is not there at the moment.
        """
        dag = self.server.dag(self.handed.dag)
        if self.text and not self._is_read(dag):
            self._see_errors()
            if not self.asked and dag is not None and dag.get("file_token"):
                self._ask_to_read(str(dag["file_token"]))
            late = now - self.handed.since - self.options.discovery
            if late > 0:
                raise NeverBegins(self._unseen(there=dag is not None))
            return Ready.NOT_YET
        if dag is None:
            raise NeverBegins(f"Airflow has no DAG {self.handed.dag}")
        if dag.get("is_paused"):
            if not self.options.unpause:
                raise NeverBegins(
                    f"DAG {self.handed.dag} is paused; unpause it, or leave the option "
                    "unpause as it is"
                )
            self.server.pause(self.handed.dag, False)
        self.server.trigger(self.handed.dag, self.handed.run, self.conf)
        return Ready.YES

    def is_final(self, error: SubmitFailed) -> bool:
        """Whether it makes no sense to try again after an error."""
        if isinstance(error, Refused):
            return not error.may_pass()
        return isinstance(error, NeverBegins)

    def _is_read(self, dag: Json) -> bool:
        return dag is not None and self.server.source(self.handed.dag) == self.text

    def _ask_to_read(self, token: str) -> None:
        """Have a file read before its time; a wish that Airflow need not grant."""
        self.asked = True
        try:
            self.server.read_again(token)
        except Refused as error:
            if error.may_pass():
                raise

    def _see_errors(self) -> None:
        when, trace = self.server.import_error(self.handed.file)
        if when and when != self.handed.failed_before:
            why = next((one for one in reversed(trace.splitlines()) if one.strip()), "")
            raise NeverBegins(
                f"Airflow cannot load {self.handed.file}: {' '.join(why.split())}"
            )

    def _unseen(self, *, there: bool) -> str:
        after = f"in {self.options.discovery:g} s"
        if there:
            return (
                f"Airflow has not read the new {self.handed.place} {after}; it still has "
                f"the DAG as it was before"
            )
        return (
            f"Airflow has not seen {self.handed.place} {after}; is that in the folder "
            "that its DAG processor reads?"
        )
