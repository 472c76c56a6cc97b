"""What a run's attempts leave behind, offered to the policy: at birth, and at the end."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

from couler_jupyter.caching import Artifact, Verdict
from couler_jupyter.engines.cache import Answer, Ended
from couler_jupyter.errors import StoreFailed
from couler_jupyter.reusing.keeping import Keeping, Source, readable
from couler_jupyter.reusing.outputs import made_of, with_objects
from couler_jupyter.store import Made, Object, Parts, Result


@dataclass(frozen=True, slots=True)
class _Loose:
    """What was not kept, though all that is needed for it is there."""

    artifact: Artifact
    wanted: dict[Object, Source]
    result: Result
    parts: Parts


class Offering:
    """Offers what attempts of one run left; remembers what each was, kept or not.

    Attributes:
        fresh: results to be written down, with what their fingerprints are made of.
    """

    def __init__(self, keeping: Keeping, run: str) -> None:
        self.fresh: list[tuple[Result, Parts]] = []
        self._keeping = keeping
        self._run = run
        self._loose: dict[str, _Loose] = {}

    def offer(
        self, artifact: Artifact, answer: Answer, ended: Ended, parts: Parts
    ) -> tuple[Verdict, int]:
        """Offer what an attempt left behind.

        Args:
            artifact: what the policy is told of it; its size is worked out here.
            answer: to what was asked before the attempt.
            ended: the attempt.
            parts: what the fingerprint is made of.

        Returns:
            What the policy says, and how many bytes it was about.
        """
        wanted, outputs = _wanted(ended)
        size = sum(one.size for one in wanted)
        artifact = replace(artifact, size=size)
        if wanted:
            verdict, kept = self._keeping.offer(artifact, wanted)
        else:
            verdict, kept = Verdict(keep=True, reason="it stands in the index"), {}
        result = Result(
            fingerprint=answer.fingerprint,
            workflow=artifact.workflow,
            step=artifact.step,
            run=self._run,
            outputs=with_objects(outputs, kept),
            seconds=ended.seconds,
            made=time.time(),
        )
        self.fresh.append((result, parts))
        if not verdict.keep:
            self._loose[artifact.key] = _Loose(artifact, wanted, result, parts)
        return verdict, size

    def again(self) -> Iterator[tuple[str, str]]:
        """Offer what was not kept now that nothing is leased any more.

        What is gone by now, as a step or whoever watched it may have removed it, is not
        offered: others would be given up for it in vain.

        Yields:
            The step of each artifact that is kept after all, and why.
        """
        loose, self._loose = self._loose, {}
        for artifact in self._keeping.offers(one.artifact for one in loose.values()):
            one = loose[artifact.key]
            try:
                wanted = readable(one.wanted)
            except (OSError, StoreFailed):
                continue
            verdict, kept = self._keeping.offer(artifact, wanted)
            if verdict.keep:
                outputs = with_objects(dict(one.result.outputs), kept)
                self.fresh.append((replace(one.result, outputs=outputs), one.parts))
                yield artifact.step, verdict.reason

    def remark(self, path: str, size: int) -> str:
        """Return what people are told of an artifact that can never be kept."""
        budget = self._keeping.budget
        if size <= budget:
            return ""
        return (
            f"{path} leaves {size} bytes, more than the budget of {budget}; "
            "couler cache budget SIZE gives it more"
        )


def _wanted(ended: Ended) -> tuple[dict[Object, Source], dict[str, Made]]:
    """Return the objects to be kept with their sources, and all outputs by name."""
    wanted: dict[Object, Source] = {}
    outputs: dict[str, Made] = {}
    for name, (content, source) in ended.outputs.items():
        made, given = made_of(content, source)
        outputs[name] = made
        if made.object is not None and given is not None:
            wanted[made.object] = given
    return wanted, outputs
