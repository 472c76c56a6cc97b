"""The environment variables of a step, with values for its references."""

from __future__ import annotations

import socket
from collections.abc import Iterable

from couler_jupyter.engines.local.placing.site import Site
from couler_jupyter.engines.local.scheduling.evaluate import LookUp, Unfit, text_of
from couler_jupyter.engines.local.scheduling.orders import Launch
from couler_jupyter.ir import ConfigRef, EnvFrom, EnvSource, EnvVar, FieldRef, SecretRef
from couler_jupyter.ir.template import Boxed

FIELDS = (
    "metadata.name",
    "metadata.namespace",
    "spec.nodeName",
    "status.hostIP",
    "status.podIP",
)
"""Fields of a pod that mean something on one machine."""


class Environment:
    """Variables as they are put together; remembers which values are secret."""

    def __init__(self, launch: Launch, site: Site, look_up: LookUp) -> None:
        self._launch = launch
        self._site = site
        self._look_up = look_up
        self.secrets: list[str] = []

    def whole(self) -> tuple[tuple[str, str], ...]:
        """Return the variables of the step, with those that tell it what it is.

        Raises:
            NoSecret, Unknown, Unfit: as `of`.
        """
        own = {
            "COULER_RUN": self._site.run_id,
            "COULER_STEP": self._launch.path,
            "COULER_ATTEMPT": str(self._launch.attempt),
        }
        template = self._launch.step.template
        if isinstance(template, Boxed):
            own |= self.of(template.env, template.env_from)
        return tuple(own.items())

    def of(
        self, variables: Iterable[EnvVar], sets: Iterable[EnvFrom] = ()
    ) -> dict[str, str]:
        """Return variables with their values; optional ones without are left out.

        Raises:
            NoSecret: a value is not there.
            Unknown, Unfit: as `evaluate`.
        """
        found: dict[str, str] = {}
        for one in sets:
            found |= self._whole_set(one)
        for variable in variables:
            value = self._value(variable)
            if value is not None:
                found[variable.name] = value
        return found

    def secret(self, ref: SecretRef) -> str | None:
        """Return the value of a secret, to be hidden in the log from now on."""
        value = self._site.secrets.value(ref)
        if value:
            self.secrets.append(value)
        return value

    def _whole_set(self, one: EnvFrom) -> dict[str, str]:
        config = one.source is EnvSource.CONFIG_MAP
        found = self._site.secrets.all_of(
            one.name, config=config, optional=one.optional
        )
        if not config:
            self.secrets += [value for value in found.values() if value]
        return {f"{one.prefix}{key}": value for key, value in found.items()}

    def _value(self, variable: EnvVar) -> str | None:
        match variable.value:
            case SecretRef() as ref:
                return self.secret(ref)
            case ConfigRef() as ref:
                return self._site.secrets.config(ref)
            case FieldRef(path=path):
                return self._field(path)
            case text:
                return text_of(text, self._look_up)

    def _field(self, path: str) -> str:
        match path:
            case "metadata.name":
                return f"{self._site.run_id}/{self._launch.path}"
            case "metadata.namespace":
                return ""
            case "spec.nodeName":
                return socket.gethostname()
            case "status.hostIP" | "status.podIP":
                return "127.0.0.1"
            case _:
                raise Unfit(f"a step on this machine has no {path}")
