"""What a cache is asked of a launch, and what its answer is in the words of a run."""

from __future__ import annotations

from pathlib import Path

from couler_jupyter.engines.cache import Content, Kind, Question
from couler_jupyter.engines.local.placing.run_folder import RunFolder
from couler_jupyter.engines.local.placing.site import Site
from couler_jupyter.engines.local.reusing.contents import Contents, Unclear
from couler_jupyter.engines.local.scheduling.data import Data, Kept, Pickled
from couler_jupyter.engines.local.scheduling.evaluate import name_of, text_of
from couler_jupyter.engines.local.scheduling.orders import Launch
from couler_jupyter.ir import (
    AttemptRef,
    Constant,
    InputRef,
    Leaf,
    PathRef,
    RunRef,
    leaves,
    texts_of,
)

_NOT_KNOWN = (Constant, InputRef, PathRef, AttemptRef, RunRef)


class Asking:
    """Questions of one run.

    Attributes:
        folder: the run's folder.
        contents: what its data is.
    """

    def __init__(self, site: Site, *, on_paper: bool = False) -> None:
        """Know nothing yet; `on_paper`, read nothing only to ask."""
        self.folder: RunFolder = site.folder
        self.contents = Contents(
            site.folder.path, site.user_folder, site.datasets, on_paper=on_paper
        )

    def question(self, launch: Launch) -> Question:
        """Return what is asked of a launch.

        Raises:
            ValueError: something it needs is not there or of no use.
            OSError: a file cannot be read.
            StorageTrouble, NoSecret: a dataset cannot be read.
        """
        step = launch.step
        trusting = step.cache is not None and step.cache.enabled
        key = "" if step.cache is None else text_of(step.cache.key, launch.look_up)
        unclear = ""
        inputs: dict[str, str] = {}
        for name, value in launch.inputs.items():
            try:
                inputs[name] = self.contents.text(value, trusting=trusting)
            except Unclear as error:
                unclear = f"input {name!r}: {error}; write cache=True to trust it"
        return Question(
            path=launch.path,
            step=step,
            inputs=inputs,
            known=self._known(launch),
            key=key,
            unclear=unclear,
            copies=() if unclear else self.contents.copies(step, launch.inputs),
        )

    def stand_in(self, launch: Launch, name: str, content: Content) -> Data:
        """Return an output as the run has it, wherever its bytes are."""
        folder, told = self.folder, content.value
        if content.kind is Kind.JSON:
            return told
        if content.kind is Kind.PICKLE:
            base = folder.value(launch.path, launch.attempt)
            target = base.with_name(f"{base.name}.{name}")
            pickled = Pickled(folder.within(target), told["type"])
            self.contents.know(pickled, content.text)
            return pickled
        place = folder.artifacts(launch.path, launch.attempt) / name
        kept = Kept(
            path=folder.within(place / Path(told["name"]).name),
            folder=content.kind is Kind.FOLDER,
            size=told["size"],
            sha256=content.text,
            storage=told["storage"],
        )
        self.contents.know_mode(kept, told["mode"])
        return kept

    def _known(self, launch: Launch) -> dict[str, str]:
        found: dict[Leaf, None] = {}
        for text in texts_of(launch.step.template):
            for leaf in leaves(text):
                if not isinstance(leaf, _NOT_KNOWN):
                    found[leaf] = None
        known: dict[str, str] = {}
        for leaf in found:
            name = name_of(leaf)
            name = f"{leaf}" if name == "a value" or name in known else name
            known[name] = self.contents.text(launch.look_up(leaf))
        return known
