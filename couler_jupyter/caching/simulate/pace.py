"""How fast a machine is, and how the engine on it goes about a run."""

from __future__ import annotations

from dataclasses import dataclass

from couler_jupyter.caching.artifact import Artifact, Rates

_ENDLESS = float("inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What a replay takes for granted; the defaults are those of a bare machine.

    Attributes:
        workers: steps that run at once.
        rates: bytes a second that are read.
        run: seconds that a run takes beside its steps.
        step: seconds that running a step takes beside its own and its bytes.
        reuse: seconds that reusing one takes beside its bytes.
        write: bytes a second at which steps leave behind what they made.
        keep: bytes a second at which that is put into the cache, one artifact after
            the other while steps go on; a run ends when all of it is.
        brings: whether what is held of a workflow is brought where the run is, once,
            whoever reads it, and what comes behind a new step is not foreseen, as in
            the local engine; else each step reads from the cache what it needs.
        in_steps: whether the longest way to the end, which goes first, is counted in
            steps, as by an engine that knows no seconds.
        again: whether what a run made and did not keep is offered once more at its end.
    """

    workers: int = 4
    rates: Rates = Rates()  # noqa: RUF009 (frozen)
    run: float = 0.0
    step: float = 0.0
    reuse: float = 0.0
    write: float = _ENDLESS
    keep: float = _ENDLESS
    brings: bool = False
    in_steps: bool = False
    again: bool = True

    def made(self, one: Artifact) -> float:
        """Return the seconds that making an artifact takes beside reading."""
        return self.step + one.seconds + one.size / self.write

    def brought(self, one: Artifact) -> float:
        """Return the seconds that reusing an artifact takes."""
        return self.reuse + one.size / self.rates.kept
