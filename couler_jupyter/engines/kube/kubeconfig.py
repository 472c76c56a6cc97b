"""The way to a Kubernetes API server that a kubeconfig or a pod's own account knows."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import urlencode

from couler_jupyter.engines.web.wire import Answer, ConnectionLost, Request, Stream
from couler_jupyter.errors import SubmitFailed

_PATIENCE = 30.0
_CONNECT = 10.0
_POOL = 32
_NAMESPACE = Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace")


class KubeWire:
    """Logs in as the kubernetes client does; TLS and credentials are its work.

    Attributes:
        namespace: that of the context, or of the pod this runs in.
    """

    def __init__(self, *, kubeconfig: str = "", context: str = "") -> None:
        """Read the configuration.

        Args:
            kubeconfig: a file; empty for `KUBECONFIG` or `~/.kube/config`, and the
                pod's own account where there is neither.
            context: one of the file; empty for its current one.

        Raises:
            SubmitFailed: there is no cluster to be found, or the client is missing.
        """
        self._given = (kubeconfig, context)
        self._lock = Lock()
        self._load()

    @property
    def where(self) -> str:
        """The API server's URL."""
        return f"cluster {self._configuration.host}"

    def send(self, request: Request) -> Answer:
        """Ask, and return the whole answer."""
        with self.stream(request, _PATIENCE) as answer:
            return answer.whole()

    @contextmanager
    def stream(self, request: Request, silence: float) -> Generator[Stream, None, None]:
        """Ask, and lend the answer."""
        import urllib3

        query = f"?{urlencode(request.query)}" if request.query else ""
        try:
            found = self._pool.request(
                request.method,
                f"{self._configuration.host}{request.path}{query}",
                body=request.body or None,
                headers=self._headers(request),
                preload_content=False,
                redirect=False,
                retries=False,
                timeout=urllib3.Timeout(connect=_CONNECT, read=silence),
            )
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise ConnectionLost(_said(error)) from None
        try:
            yield _KubeStream(found)
        finally:
            found.close()  # what is not read to its end must not be used again
            found.release_conn()

    def renew(self) -> bool:
        """Read file, token and certificates afresh."""
        self._load()
        return True

    def _load(self) -> None:
        with self._lock:
            found, self.namespace = _configuration(*self._given)
            from kubernetes.client.rest import RESTClientObject

            found.connection_pool_maxsize = _POOL
            self._configuration = found
            self._pool: Any = RESTClientObject(found).pool_manager

    def _headers(self, request: Request) -> dict[str, str]:
        headers = {"Accept": "application/json", "User-Agent": "couler-jupyter"}
        if request.body:
            headers["Content-Type"] = request.content_type
        with self._lock:  # asking may run a program that gets a new token
            found = self._configuration.auth_settings().get("BearerToken")
        if found and found["value"]:
            headers["Authorization"] = found["value"]
        elif self._configuration.username:
            headers["Authorization"] = self._configuration.get_basic_auth_token()
        return headers


class _KubeStream:
    def __init__(self, found: Any) -> None:  # noqa: ANN401 (urllib3's response)
        self._found = found

    @property
    def status(self) -> int:
        return int(self._found.status)

    def chunks(self) -> Iterator[bytes]:
        import urllib3

        pieces = self._found.stream(1 << 16, decode_content=True)
        while True:
            try:
                yield next(pieces)
            except StopIteration:
                return
            except (urllib3.exceptions.HTTPError, OSError) as error:
                raise ConnectionLost(_said(error)) from None

    def whole(self) -> Answer:
        headers = {name.lower(): value for name, value in self._found.headers.items()}
        return Answer(self.status, headers, b"".join(self.chunks()))

    def hang_up(self) -> None:
        with suppress(OSError, RuntimeError, ValueError):  # it was read to its end
            self._found.shutdown()


def _configuration(kubeconfig: str, context: str) -> tuple[Any, str]:
    """Return the client's configuration, and the namespace that is meant."""
    try:
        from kubernetes import client, config
        from yaml import YAMLError
    except ImportError:
        raise SubmitFailed(
            "the kubernetes client is missing; pip install 'couler-jupyter[kubernetes]'"
        ) from None
    made = client.Configuration()
    file = kubeconfig or os.environ.get("KUBECONFIG") or None
    try:
        config.load_kube_config(file, context or None, made)
    except config.ConfigException as error:
        if kubeconfig or context or not _in_cluster(made):
            raise SubmitFailed(_no_cluster(error, file or "", context)) from None
        return made, _NAMESPACE.read_text("utf-8").strip() or "default"
    except (YAMLError, TypeError, AttributeError, KeyError) as error:
        raise SubmitFailed(_no_cluster(error, file or "", context)) from None
    except OSError as error:
        raise SubmitFailed(
            f"kubeconfig {error.filename}: {error.strerror or error}"
        ) from None
    listed: Any = config.list_kube_config_contexts(file)
    contexts, current = listed
    chosen = [one for one in contexts if one["name"] == (context or current["name"])]
    return made, chosen[0]["context"].get("namespace") or "default"


def _in_cluster(made: Any) -> bool:  # noqa: ANN401 (the client's configuration)
    from kubernetes import config

    try:
        config.load_incluster_config(made)
    except config.ConfigException:
        return False
    return True


def _no_cluster(error: Exception, file: str, context: str) -> str:
    where = ", ".join(filter(None, (file, context and f"context {context!r}")))
    said = " ".join(str(error).split()).removesuffix(".")
    if "No configuration found" in said:
        said = "it holds no configuration" if file else "no kubeconfig was found"
        said = said if not file or Path(file).exists() else "there is no such file"
    elif type(error).__module__.startswith("yaml"):
        said = f"it is no kubeconfig: {said}"
    elif type(error).__module__ == "builtins":
        said = "it is no kubeconfig"
    return (
        f"no cluster to submit to: {f'{where}: ' if where else ''}{said}; set "
        "KUBECONFIG, or give -o context=NAME, -o kubeconfig=FILE or -o server=URL"
    )


def _said(error: Exception) -> str:
    """Return what went wrong without the noise that pools put around it."""
    reason = getattr(error, "reason", None)
    inner = reason if isinstance(reason, Exception) else error
    text = " ".join(str(inner).split()) or type(inner).__name__
    return text.rpartition("object at 0x")[2].partition(">: ")[2] or text
