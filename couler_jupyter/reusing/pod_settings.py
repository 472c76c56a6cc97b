"""The variables by which a process in a pod finds the cache that this machine has.

No secret is among them: what needs one is refused, and has to come from a secret of the
cluster. `cluster` in the configuration says how pods see the place; where it names keys
of secrets for S3, the process gets these.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl, urlsplit

from couler_jupyter.engines.ahead import Settings
from couler_jupyter.errors import UsageFailed
from couler_jupyter.ir import S3, SecretRef
from couler_jupyter.reusing.config import Config, load_config
from couler_jupyter.reusing.reach import REPOSITORY, reach_of

URL, INDEX = "COULER_CACHE_URL", "COULER_CACHE_INDEX"
_ON_THIS_MACHINE = ("", "file", "local", "memory")
_HERE = frozenset({"", "localhost", "127.0.0.1", "::1"})
_ENDPOINT = "AWS_ENDPOINT_URL"


def pod_settings(
    given: frozenset[str], *, variables: Mapping[str, str] = os.environ
) -> Settings | None:
    """Return the variables; None if the cache is switched off.

    Args:
        given: names of variables that the process has anyway.
        variables: of the environment, which may name an endpoint of S3.

    Raises:
        UsageFailed: no pod can reach the store or its index, or only with a secret.
    """
    config = load_config()
    if not config.enabled:
        return None
    told: dict[str, str | SecretRef] = {"COULER_CACHE": "on"}
    told["COULER_CACHE_POLICY"] = config.policy
    if config.budget:
        told["COULER_CACHE_BUDGET"] = str(config.budget)
    if URL not in given:
        told |= _place(config, variables)
    if INDEX not in given:
        told[INDEX] = _index(config)
    return {name: value for name, value in told.items() if name not in given}


def _place(config: Config, variables: Mapping[str, str]) -> Settings:
    seen = config.cluster.partition("?")[0]
    seen = seen if urlsplit(seen).scheme == "s3" else config.place
    split = urlsplit(seen)
    if split.scheme in _ON_THIS_MACHINE:
        raise UsageFailed(
            f"the store {seen} is on this machine, where no pod reaches it: keep it on S3 "
            "or the like (COULER_CACHE_URL), or write follower=here"
        )
    if split.password:
        raise UsageFailed(_secret(URL, "the store's URL"))
    told: dict[str, str | SecretRef] = {URL: seen}
    if split.scheme == "s3":
        told |= dict(_s3(config, variables))
    return told


def _s3(
    config: Config, variables: Mapping[str, str]
) -> Iterator[tuple[str, str | SecretRef]]:
    """Yield what S3 is reached by, as pods do that read from the store."""
    if config.cluster == REPOSITORY:
        return
    place = reach_of(config.place, config.cluster, variables=variables)("0" * 64)
    if not isinstance(place, S3):
        return
    if place.endpoint != "s3.amazonaws.com":
        scheme = "http" if place.insecure else "https"
        yield _ENDPOINT, f"{scheme}://{place.endpoint}"
    if place.region:
        yield "AWS_DEFAULT_REGION", f"{place.region}"
    keys = (place.access_key, place.secret_key, place.session_token)
    for name, key in zip(_KEYS, keys, strict=True):
        if key is not None:
            yield name, key


_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")


def _index(config: Config) -> str:
    split = urlsplit(config.index)
    asked = dict(parse_qsl(split.query))
    if not split.scheme.startswith("postgresql"):
        raise UsageFailed(
            f"the store's index {config.index or 'is a file beside it'}: no pod reaches a "
            "file of this machine; use PostgreSQL (COULER_CACHE_INDEX), or follower=here"
        )
    if split.password or "password" in asked:
        raise UsageFailed(_secret(INDEX, "the index's URL"))
    if (split.hostname or asked.get("host", "")) in _HERE or "/" in asked.get(
        "host", ""
    ):
        raise UsageFailed(
            f"the store's index {config.index} is on this machine; name its host as pods "
            f"see it, as follower_env {INDEX}=SECRET/KEY"
        )
    return config.index


def _secret(name: str, what: str) -> str:
    return (
        f"a password in {what} would stand in the cluster for all to read: put it into a "
        f"secret and name that, as follower_env {name}=SECRET/KEY"
    )
