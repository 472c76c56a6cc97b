"""What old scripts say of files and values that steps leave behind or take."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

from couler_jupyter import dsl
from couler_jupyter.compat.secrets import create_secret
from couler_jupyter.dsl.names import free
from couler_jupyter.dsl.origin import misused
from couler_jupyter.dsl.ports import ArtifactSpec, ParameterSpec, spec_of
from couler_jupyter.ir import SecretRef

Artifact: TypeAlias = ParameterSpec | ArtifactSpec
"""A value or a file that a step leaves behind, or a file that it takes."""

Credential: TypeAlias = str | SecretRef | None


def create_parameter_artifact(path: str, is_global: bool = False) -> ParameterSpec:
    """Return an output parameter: the text of the file `path` that the step writes."""
    return dsl.from_file(path, str, is_global=is_global)


def create_local_artifact(path: str, is_global: bool = False) -> ArtifactSpec:
    """Return a file that is kept where the engine keeps files."""
    return dsl.create_artifact(path, is_global=is_global)


def create_oss_artifact(
    path: str,
    bucket: str | None = None,
    accesskey_id: Credential = None,
    accesskey_secret: Credential = None,
    key: str | None = None,
    endpoint: str | None = None,
    is_global: bool = False,
) -> ArtifactSpec:
    """Return an object in Alibaba OSS.

    Args:
        path: where the program leaves or finds it.
        bucket: its bucket.
        accesskey_id: the key's name; texts become a secret, see `create_secret`.
        accesskey_secret: the key itself.
        key: its key in the bucket; by default `path`.
        endpoint: the server.
        is_global: whether it is known to the whole run.

    Raises:
        BuildFailed: there is one credential without the other.
    """
    access, secret = _credentials(accesskey_id, accesskey_secret)
    return dsl.create_oss_artifact(
        path,
        bucket or "",
        access,
        secret,
        key,
        endpoint=endpoint or "",
        is_global=is_global,
    )


def create_s3_artifact(
    path: str,
    bucket: str | None = None,
    accesskey_id: Credential = None,
    accesskey_secret: Credential = None,
    key: str | None = None,
    endpoint: str | None = None,
    is_global: bool = False,
) -> ArtifactSpec:
    """Return an object in S3, or what speaks its protocol; see `create_oss_artifact`.

    Raises:
        BuildFailed: there is one credential without the other.
    """
    access, secret = _credentials(accesskey_id, accesskey_secret)
    return dsl.create_s3_artifact(
        path,
        bucket or "",
        access,
        secret,
        key,
        endpoint=endpoint or "",
        is_global=is_global,
    )


def named_outputs(given: object) -> list[Artifact]:
    """Return the outputs of a step, each with a name of its own, after its file.

    Raises:
        BuildFailed: something is no output.
    """
    many = given if isinstance(given, list | tuple) else [given]
    found: list[Artifact] = []
    taken: set[str] = set()
    for one in many:
        if one is None:
            continue
        base, spec = spec_of("", one)
        if not isinstance(spec, ParameterSpec | ArtifactSpec):
            raise misused(f"output={one!r} is none; write couler.create_..._artifact")
        name = free(base, taken)
        taken.add(name)
        found.append(replace(spec, name=name))
    return found


def path_of(spec: Artifact) -> str:
    """Return the path at which the program leaves an output."""
    if isinstance(spec, ArtifactSpec):
        return spec.path
    return getattr(spec.source, "path", "")


def _credentials(
    accesskey_id: Credential, accesskey_secret: Credential
) -> tuple[SecretRef | None, SecretRef | None]:
    if not accesskey_id and not accesskey_secret:
        return None, None
    match accesskey_id, accesskey_secret:
        case SecretRef(), SecretRef():
            return accesskey_id, accesskey_secret
        case str(), str() if accesskey_id and accesskey_secret:
            pair = {"accessKey": accesskey_id, "secretKey": accesskey_secret}
            name = create_secret(pair)
            return SecretRef(name, "accessKey"), SecretRef(name, "secretKey")
        case _:
            raise misused("accesskey_id and accesskey_secret go together; give both")
