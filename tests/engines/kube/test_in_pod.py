"""A process in a pod finds its cluster by the pod's own account."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from couler_jupyter.engines.kube import kubeconfig
from couler_jupyter.engines.kube.client import Client
from couler_jupyter.engines.kube.kubeconfig import KubeWire
from couler_jupyter.engines.web.refusal import Refused
from couler_jupyter.testing.kube import Cluster

WORKFLOWS = "/apis/argoproj.io/v1alpha1/namespaces/team/workflows"


def certificate(folder: Path) -> Path:
    """Write a certificate of 127.0.0.1 with its key; return the file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    day = dt.timedelta(days=1)
    host = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - day)
        .not_valid_after(now + day)
        .add_extension(x509.SubjectAlternativeName([host]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "ca.crt"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with Cluster() as made:
        yield made


@pytest.fixture
def account(cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an account's token, as it is in a pod of the cluster."""
    from kubernetes.config import incluster_config, kube_config

    both = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    cluster._server.socket = context.wrap_socket(
        cluster._server.socket, server_side=True
    )
    host, port = cluster.url.removeprefix("http://").split(":")
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", host)
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", port)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("KUBECONFIG", raising=False)
    usual = str(tmp_path / ".kube" / "config")  # read once, when it was imported
    monkeypatch.setattr(kube_config, "KUBE_CONFIG_DEFAULT_LOCATION", usual)
    token = tmp_path / "token"
    monkeypatch.setattr(incluster_config, "SERVICE_TOKEN_FILENAME", str(token))
    monkeypatch.setattr(incluster_config, "SERVICE_CERT_FILENAME", str(both))
    (tmp_path / "namespace").write_text("team\n")
    monkeypatch.setattr(kubeconfig, "_NAMESPACE", tmp_path / "namespace")
    token.write_text("first")
    cluster.token = "first"
    return tmp_path


def test_it_is_asked_with_the_token_of_the_account(
    cluster: Cluster, account: Path
) -> None:
    wire = KubeWire()
    assert wire.namespace == "team"
    assert Client(wire).ask("GET", WORKFLOWS)["items"] == []


def test_a_token_that_was_renewed_is_read_again(
    cluster: Cluster, account: Path
) -> None:
    client = Client(KubeWire())
    assert client.ask("GET", WORKFLOWS)["items"] == []
    cluster.token = "second"
    with pytest.raises(Refused):
        client.ask("GET", WORKFLOWS)
    (account / "token").write_text("second")
    assert client.ask("GET", WORKFLOWS)["items"] == []
