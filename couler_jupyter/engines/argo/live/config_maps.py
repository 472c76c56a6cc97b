"""The ConfigMaps that runs mount: there before the run, gone with the last that uses them.

Each is named by what it holds, so one that is there already is the right one. Whoever
mounts it owns it; Kubernetes deletes it with the last of its owners.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from couler_jupyter.engines.argo.live.door import Door
from couler_jupyter.engines.argo.live.objects import name_of, owned_by
from couler_jupyter.errors import SubmitFailed
from couler_jupyter.ir import Json


@dataclass(slots=True)
class Beside:
    """The ConfigMaps that one object mounts.

    Attributes:
        door: where they are to be.
        maps: the ConfigMaps.
    """

    door: Door
    maps: Sequence[Json]
    _made: list[str] = field(default_factory=list[str])

    def check(self) -> None:
        """Refuse them where none can be made.

        Raises:
            SubmitFailed: the door leads to an argo-server.
        """
        if self.maps and not self.door.takes_config_maps:
            raise SubmitFailed(
                f"{self.door.where}: scripts of this workflow are too long for one object "
                "and lie in ConfigMaps, which an argo-server cannot make; "
                "name the cluster itself, by kubeconfig and context, or pass what is long "
                "as an artifact"
            )

    def lay_out(self) -> None:
        """Have them there, whoever owns them.

        Raises:
            SubmitFailed: one cannot be made, or another of its name is there.
        """
        for one in self.maps:
            if self.door.lay_out(one):
                self._made.append(name_of(one))

    def take_away(self) -> None:
        """Take those away again that were not there before and that nobody owns.

        What kept their owner from being made is told, and may keep this from working.
        """
        with suppress(SubmitFailed):
            for name in self._made:
                self.door.take_away(name)

    def belong_to(self, owner: Json) -> None:
        """Have them belong to an object, too, so that they go when it goes.

        Raises:
            SubmitFailed: they do not; what mounts them is there all the same.
        """
        for one in self.maps:
            self.door.lay_out(one, owned_by(owner))
