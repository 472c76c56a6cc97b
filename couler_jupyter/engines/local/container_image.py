"""Has an image here before a container is made of it, as its pull policy says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from couler_jupyter.engines.local.attempt import Pull
from couler_jupyter.engines.local.container_service import explain

if TYPE_CHECKING:
    from docker import DockerClient


def fetch_image(client: DockerClient, name: str, pull: Pull) -> str:
    """Have the image `name` here; return why that cannot be, and what to do."""
    from docker.errors import APIError, ImageNotFound

    try:
        if pull is not Pull.ALWAYS:
            client.images.get(name)
            return ""
    except ImageNotFound:
        if pull is Pull.NEVER:
            what = "its pull policy is Never: fetch or build it, or allow pulling"
            return f"image {name!r} is not here, and {what}"
    try:
        why = _pull(client, name)
    except APIError as error:
        why = explain(error)
    what = "check its name, or fetch or build it and use pull policy Never"
    return f"image {name!r} cannot be pulled ({why}); {what}" if why else ""


def _pull(client: DockerClient, name: str) -> str:
    """Pull an image; return why it cannot be, or nothing.

    The client's own pull would hide what a registry says while it answers.
    """
    from docker.utils import parse_repository_tag

    repository, tag = parse_repository_tag(name)
    lines: Any = client.api.pull(
        repository, tag=tag or "latest", stream=True, decode=True
    )
    errors = (str(line["error"]) for line in lines if "error" in line)
    return next((" ".join(error.split()) for error in errors), "")
