"""Artifacts in object stores and HDFS, by fsspec and the package for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias, TypeVar, assert_never

from couler_jupyter.engines.local.secrets import Secrets
from couler_jupyter.engines.local.storing.listing import System, listed
from couler_jupyter.engines.local.storing.trouble import StorageTrouble
from couler_jupyter.ir import GCS, HDFS, OSS, S3, Azure, SecretRef

Remote: TypeAlias = S3 | GCS | OSS | Azure | HDFS
T = TypeVar("T")
PACKAGES = {
    S3: "s3fs",
    GCS: "gcsfs",
    OSS: "ossfs",
    Azure: "adlfs",
    HDFS: "pyarrow",
}


def download(storage: Remote, target: Path, secrets: Secrets) -> None:
    """Copy an object, or all objects below a prefix, to `target`."""
    system, path = _open(storage, secrets)

    def get() -> None:
        if system.isdir(path):
            _get_all(system, path, listed(system, path).names, target)
        else:
            system.get_file(path, str(target))

    _try(get, storage, path)


def read(storage: Remote, target: Path, secrets: Secrets, *, wanted: str = "") -> str:
    """Copy as `download` does, and return which version it is, as `version` tells it.

    Args:
        storage: where it lies.
        target: the file or folder to make.
        secrets: where credentials are found.
        wanted: the id of a version, where the storage has several; else the latest.

    Raises:
        StorageTrouble: it cannot be read, or changed meanwhile.
    """
    system, path = _open(storage, secrets, wanted)

    def get() -> str:
        before = listed(system, path)
        if before.is_folder:
            _get_all(system, path, before.names, target)
        else:
            system.get_file(path, str(target))
            _check_size(target, before.size)
        if listed(system, path) != before:
            raise StorageTrouble("it changed while it was read", transient=True)
        return before.version

    return _try(get, storage, path)


def version(storage: Remote, secrets: Secrets, *, wanted: str = "") -> str:
    """Return which version of an object, or of all below a prefix, there is.

    Raises:
        StorageTrouble: it cannot be asked for.
    """
    system, path = _open(storage, secrets, wanted)
    return _try(lambda: listed(system, path).version, storage, path)


def _get_all(system: System, path: str, names: tuple[str, ...], target: Path) -> None:
    target.mkdir(exist_ok=True)
    for name in names:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
    root = path.rstrip("/")
    there = [f"{root}/{name}" for name in names]
    system.get(there, [str(target / name) for name in names])


def _check_size(target: Path, size: int | None) -> None:
    got = target.stat().st_size
    if size is not None and got != size:
        what = f"it broke off after {got} of {size} bytes"
        raise StorageTrouble(what, transient=True)


def upload(source: Path, storage: Remote, secrets: Secrets) -> str:
    """Copy a file or folder to the storage; return its URL."""
    system, path = _open(storage, secrets)

    def send() -> None:
        if source.is_dir():
            system.put(f"{source}/", f"{path.rstrip('/')}/", recursive=True)
        else:
            parent = path.rpartition("/")[0]
            if isinstance(storage, HDFS) and parent:
                system.makedirs(parent, exist_ok=True)
            system.put_file(str(source), path)

    _try(send, storage, path)
    return f"{protocol_of(storage)}://{path.lstrip('/')}"


def protocol_of(storage: Remote) -> str:
    """Return the protocol under which fsspec knows a storage."""
    match storage:
        case S3():
            return "s3"
        case GCS():
            return "gs"
        case OSS():
            return "oss"
        case Azure():
            return "abfs"
        case HDFS():
            return "hdfs"
        case _ as never:
            assert_never(never)


def path_of(storage: Remote) -> str:
    """Return where in its file system an artifact is: bucket and key."""
    match storage:
        case S3() | GCS() | OSS():
            if not storage.bucket:
                kind = type(storage).__name__
                raise StorageTrouble(
                    f"{kind} key {storage.key} has no bucket; name one"
                )
            return f"{storage.bucket}/{str(storage.key).lstrip('/')}"
        case Azure(container=container, blob=blob):
            return f"{container}/{str(blob).lstrip('/')}"
        case HDFS(path=path):
            return str(path)
        case _ as never:
            assert_never(never)


def settings_of(storage: Remote, secrets: Secrets) -> dict[str, Any]:
    """Return what the file system is opened with, in its package's own words.

    Raises:
        NoSecret: a credential is not there.
    """

    def secret(ref: SecretRef | None) -> str | None:
        return None if ref is None else secrets.value(ref)

    match storage:
        case S3():
            if storage.role_arn:
                raise StorageTrouble("S3 by role is not possible here; use keys")
            scheme = "http" if storage.insecure else "https"
            region = {"region_name": storage.region} if storage.region else None
            return _given(
                key=secret(storage.access_key),
                secret=secret(storage.secret_key),
                token=secret(storage.session_token),
                endpoint_url=_url(storage.endpoint, scheme),
                client_kwargs=region,
            )
        case GCS():
            return _given(token=_service_account(secret(storage.service_account_key)))
        case OSS():
            return _given(
                key=secret(storage.access_key),
                secret=secret(storage.secret_key),
                token=storage.security_token or None,
                endpoint=storage.endpoint or None,
            )
        case Azure():
            account = storage.endpoint.split("//")[-1].partition(".")[0]
            key = secret(storage.account_key)
            return _given(account_name=account or None, account_key=key)
        case HDFS():
            host, _, port = (storage.addresses or ("default",))[0].partition(":")
            return _given(
                host=host,
                port=int(port) if port.isdigit() else None,
                user=storage.user or None,
            )
        case _ as never:
            assert_never(never)


def _open(storage: Remote, secrets: Secrets, wanted: str = "") -> tuple[Any, str]:
    package = PACKAGES[type(storage)]
    path = path_of(storage)
    try:
        import fsspec

        settings = settings_of(storage, secrets)
        if wanted and isinstance(storage, S3):
            settings["version_aware"] = True
            path = f"{path}?versionId={wanted}"
        system = fsspec.filesystem(protocol_of(storage), **settings)
    except ImportError:
        kind = type(storage).__name__
        raise StorageTrouble(
            f"{kind} needs the packages fsspec and {package}; pip install fsspec {package}"
        ) from None
    except (OSError, ValueError, TypeError) as error:
        what = f"{type(storage).__name__} cannot be opened: {_line(error)}"
        raise StorageTrouble(what, transient=isinstance(error, OSError)) from None
    return system, path


def _try(action: Callable[[], T], storage: Remote, path: str) -> T:
    where = f"{protocol_of(storage)}://{path.lstrip('/')}"
    try:
        return action()
    except FileNotFoundError:
        raise StorageTrouble(f"there is no {where}") from None
    except StorageTrouble as trouble:
        what = f"{where}: {trouble}"
        raise StorageTrouble(what, transient=trouble.transient) from None
    except PermissionError as error:
        raise StorageTrouble(f"{where}: no access: {_line(error)}") from None
    except Exception as error:
        # every package raises what its own client does, so there is no closer class
        raise StorageTrouble(f"{where}: {_line(error)}", transient=True) from error


def _given(**settings: object) -> dict[str, Any]:
    return {name: value for name, value in settings.items() if value is not None}


def _url(endpoint: str, scheme: str) -> str | None:
    if not endpoint:
        return None
    return endpoint if "://" in endpoint else f"{scheme}://{endpoint}"


def _service_account(text: str | None) -> Mapping[str, Any] | None:
    import json

    if text is None:
        return None
    try:
        found = json.loads(text)
    except ValueError:
        raise StorageTrouble("the GCS service account key is no JSON") from None
    return found if isinstance(found, dict) else None


def _line(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text[:300]}" if text else type(error).__name__
