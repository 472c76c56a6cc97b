"""What is known of artifacts before they are made: what was measured earlier."""

from __future__ import annotations

from dataclasses import replace

from couler_jupyter.caching.artifact import Artifact


class Seen:
    """Seconds and bytes of what was made, by content and by step."""

    def __init__(self) -> None:
        self._by_key: dict[str, Artifact] = {}
        self._by_step: dict[tuple[str, str], Artifact] = {}

    def __contains__(self, key: object) -> bool:
        return key in self._by_key

    def made(self, artifact: Artifact) -> None:
        """Take note of what an artifact turned out to be."""
        self._by_key[artifact.key] = artifact
        self._by_step[artifact.workflow, artifact.step] = artifact

    def guess(self, artifacts: tuple[Artifact, ...]) -> tuple[Artifact, ...]:
        """Return the artifacts with the seconds and bytes that may be expected of them.

        Those are its own if it was ever made, else those of the step's last version,
        else 0.
        """
        return tuple(self._guess(one) for one in artifacts)

    def _guess(self, one: Artifact) -> Artifact:
        like = self._by_key.get(one.key) or self._by_step.get((one.workflow, one.step))
        seconds, size = (like.seconds, like.size) if like else (0.0, 0)
        if (seconds, size) == (one.seconds, one.size):
            return one
        return replace(one, seconds=seconds, size=size)
