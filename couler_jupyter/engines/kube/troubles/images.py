"""Troubles with images: names, registries, rights to pull."""

from __future__ import annotations

from couler_jupyter.engines.kube.troubles.row import Policy, Trouble, reads

IMAGES = (
    Trouble(
        name="image-name",
        pattern=reads("InvalidImageName", "couldn't parse image"),
        policy=Policy.GIVE_UP,
        advice="correct the step's image",
        examples=(
            (
                'InvalidImageName: Failed to apply default image tag "Py:3": couldn\'t '
                'parse image name "Py:3": invalid reference format'
            ),
        ),
    ),
    Trouble(
        name="image-rate-limit",
        pattern=reads("toomanyrequests", "pull rate limit"),
        policy=Policy.WAIT,
        advice="the registry limits pulls: wait, log in with a pull secret, or use a "
        "mirror",
        examples=(
            "ErrImagePull: toomanyrequests: You have reached your pull rate limit",
        ),
    ),
    Trouble(
        name="image-forbidden",
        pattern=reads(
            "pull access denied",
            r"(ErrImagePull|pull).*(unauthorized|authentication required|403 Forbidden)",
        ),
        policy=Policy.GIVE_UP,
        advice="name a pull secret that may read the image, or correct its name",
        examples=(
            (
                "ErrImagePull: pull access denied for acme/train, repository does not exist "
                "or may require 'docker login'"
            ),
            'ErrImagePull: failed to pull "acme/x": unauthorized: authentication required',
        ),
    ),
    Trouble(
        name="image-missing",
        pattern=reads(
            r"manifest.*(unknown|not found)",
            "manifest unknown",
            r"ErrImagePull.*not found",
            "ErrImageNeverPull",
        ),
        policy=Policy.GIVE_UP,
        advice="there is no such image: correct its name or tag, or push it",
        examples=(
            "ErrImagePull: manifest for python:3.99 not found: manifest unknown",
            'ErrImagePull: rpc error: code = NotFound desc = "x": not found',
            "ErrImageNeverPull: Container image is not present with pull policy of Never",
        ),
    ),
    Trouble(
        name="registry-unreachable",
        pattern=reads(
            "RegistryUnavailable",
            r"(ErrImagePull|pull).*(no such host|i/o timeout|connection refused|"
            r"TLS handshake)",
        ),
        policy=Policy.WAIT,
        advice="the nodes cannot reach the registry; it is tried again",
        examples=(
            "RegistryUnavailable: image pull failed for quay.io/x",
            (
                'ErrImagePull: Get "https://registry-1.docker.io/v2/": dial tcp: lookup '
                "registry-1.docker.io: no such host"
            ),
        ),
    ),
    Trouble(
        name="image-pull",
        pattern=reads("ImagePullBackOff", "ErrImagePull", "Back-off pulling image"),
        policy=Policy.GIVE_UP,
        advice="the image cannot be pulled: check its name, its tag and the pull secret",
        examples=(
            'ImagePullBackOff: Back-off pulling image "acme/train:1"',
            "ErrImagePull: rpc error: code = Unknown",
        ),
    ),
)
"""From the particular to the general: the first that fits is meant."""
