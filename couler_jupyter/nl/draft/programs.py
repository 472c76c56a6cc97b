"""Programs that a wish names: an image, a command, or both."""

from __future__ import annotations

import re
from typing import Final

from couler_jupyter.nl.draft.things import Prose, Sort
from couler_jupyter.nl.draft.vocabulary import words_in

_SHELL: Final = words_in("shell")
_SAYS_ITS_NAME = re.compile(
    r"\becho\w*\s+(?:with\s+)?(?:their|its|the|his)\s+(?:own\s+)?(?:letter|name)"
)
_BARE = re.compile(
    r"\b(echo|ls|cat|sleep|date|python3? [\w./-]+\.py|sh -c|bash -c)\b([^,;]*)"
)


def program_in(text: str, prose: Prose) -> tuple[str, str] | None:
    """Return the image and the command that a part names; None if it names neither."""
    image = prose.first(text, Sort.IMAGE)
    if re.search(r"\bsame (?:image|container)\b", text):
        image = only_image(prose)
    command = ""
    for thing in prose.things_in(text):
        if thing.sort in (Sort.CODE, Sort.QUOTED) and _is_command(thing.text, image):
            command = thing.text
            break
    if image and not command and (found := _BARE.search(prose.said(text))):
        command = re.split(r"\s+(?:in|on|with|using)\s+", found[0])[0].strip()
    return (image, command) if image or command else None


def only_image(prose: Prose) -> str:
    """Return the image of the whole wish, if it names just one."""
    images = {one.text for one in prose.things if one.sort is Sort.IMAGE}
    return images.pop() if len(images) == 1 else ""


def programs_in(text: str, prose: Prose) -> tuple[tuple[str, str], ...]:
    """Return images and commands, where a part names several of one and one of the other."""
    things = list(prose.things_in(text))
    images = [one.text for one in things if one.sort is Sort.IMAGE]
    commands = [
        one.text
        for one in things
        if one.sort in (Sort.CODE, Sort.QUOTED) and _is_command(one.text, "any")
    ]
    if len(commands) > 1 and len(images) <= 1:
        return tuple((images[0] if images else "", one) for one in commands)
    if len(images) > 1 and len(commands) <= 1:
        return tuple((one, commands[0] if commands else "") for one in images)
    return ()


def named_program(name: str, prose: Prose) -> tuple[str, str]:
    """Return the image and command of a step with a name, where all have the same."""
    image = only_image(prose)
    says = image and _SAYS_ITS_NAME.search(prose.text)
    return image, f"echo {name}" if says else ""


def _is_command(text: str, image: str) -> bool:
    first = text.strip().partition(" ")[0]
    if first in _SHELL:
        return True
    return bool(image) and text != image
