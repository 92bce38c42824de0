"""Certificates: who is not who it says is not talked to; an authority of one's own is named by the environment."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from conformance import transport
from conformance.driver import DriverBroke


class Handler(BaseHTTPRequestHandler):
    """Says that it is there."""

    def do_GET(self) -> None:
        """Any page."""
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate of our own for 127.0.0.1, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Heurtoir")])
    now = datetime.now(UTC)  # noqa: TID251 - certificates are judged by the clock of the machine
    made = (
        x509.CertificateBuilder(
            name, name, key.public_key(), x509.random_serial_number(), now - timedelta(hours=1), now + timedelta(hours=1)
        )
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "certificate.pem"
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return file


@pytest.fixture
def address(certificate: Path) -> Iterator[str]:
    """A server with that certificate."""
    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"https://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def fresh_connections() -> Iterator[None]:
    """What a connection trusts is settled when the first is made."""
    transport._transport.cache_clear()
    yield
    transport._transport.cache_clear()


def test_a_certificate_that_nobody_vouches_for_is_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says that it is the certificate, not that nobody listens."""
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    with pytest.raises(DriverBroke, match="certificate verify failed"):
        transport.exchange(httpx.Request("GET", address))


def test_an_authority_of_ones_own_is_named_by_the_environment(address: str, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SSL_CERT_FILE, as for other programs."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert transport.exchange(httpx.Request("GET", address)).status_code == 200
