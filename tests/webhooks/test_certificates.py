"""Over https, only a receiver that proves to be the one in the URL is told anything."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from niagara.webhooks import sending
from niagara.webhooks.models import Attempt, Delivery, Lane
from tests.factories import AT, Floor
from tests.webhooks.delivering import deliver_all, subscribe, tell
from tests.webhooks.receiver import Receiver, listening

NOW = datetime.now(UTC)
HERE = x509.IPAddress(ip_address("127.0.0.1"))
ELSEWHERE = x509.DNSName("receiver.example.com")

Listen = Callable[[ssl.SSLContext], Receiver]


class Authority:
    """Whose certificates are trusted."""

    def __init__(self, home: Path) -> None:
        self.home, self.key, self.name = home, ec.generate_private_key(ec.SECP256R1()), _name("Authority")
        self.file = home / "authority.pem"
        own = self._builder(self.name, self.key, NOW + timedelta(days=1)).issuer_name(self.name)
        own = own.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        self.file.write_bytes(_pem(own.sign(self.key, hashes.SHA256())))

    def certify(self, name: x509.GeneralName, *, until: timedelta = timedelta(days=1)) -> ssl.SSLContext:
        """What a server speaks TLS with that was certified to have this name."""
        key = ec.generate_private_key(ec.SECP256R1())
        builder = self._builder(_name("Receiver"), key, NOW + until).issuer_name(self.name)
        builder = builder.add_extension(x509.SubjectAlternativeName([name]), critical=False)
        return self._context(builder.sign(self.key, hashes.SHA256()), key)

    def certify_itself(self, name: x509.GeneralName) -> ssl.SSLContext:
        """The same of a server that nobody certified but itself."""
        key = ec.generate_private_key(ec.SECP256R1())
        builder = self._builder(_name("Receiver"), key, NOW + timedelta(days=1)).issuer_name(_name("Receiver"))
        builder = builder.add_extension(x509.SubjectAlternativeName([name]), critical=False)
        return self._context(builder.sign(key, hashes.SHA256()), key)

    def _builder(self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, until: datetime) -> x509.CertificateBuilder:
        builder = x509.CertificateBuilder().subject_name(subject).public_key(key.public_key())
        builder = builder.serial_number(x509.random_serial_number())
        return builder.not_valid_before(NOW - timedelta(days=2)).not_valid_after(until)

    def _context(self, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> ssl.SSLContext:
        file = self.home / "receiver.pem"
        secret = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        file.write_bytes(secret + _pem(certificate))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Authority]:
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    sending._new_pool.cache_clear()  # it knows whom to trust since it was made
    yield authority
    sending._new_pool.cache_clear()


@pytest.fixture
def listen() -> Iterator[Listen]:
    with ExitStack() as left:

        def listen(tls: ssl.SSLContext) -> Receiver:
            return left.enter_context(listening(tls))

        yield listen
        sending.close_connections()


def test_a_receiver_with_a_certificate_of_its_name_is_told(floor: Floor, authority: Authority, listen: Listen) -> None:
    receiver = listen(authority.certify(HERE))
    subscribe(floor, receiver.url)
    tell(floor)

    assert deliver_all(AT) == 1

    assert Attempt.objects.get().status == 204
    assert len(receiver.received) == 1


@pytest.mark.parametrize(
    ("tls", "why"),
    [
        pytest.param(
            lambda authority: authority.certify(ELSEWHERE),
            "IP address mismatch, certificate is not valid for '127.0.0.1'",
            id="another name",
        ),
        pytest.param(lambda authority: authority.certify_itself(HERE), "self-signed certificate", id="self-signed"),
        pytest.param(
            lambda authority: authority.certify(HERE, until=-timedelta(days=1)),
            "certificate has expired",
            id="expired",
        ),
    ],
)
def test_a_receiver_without_one_is_told_nothing_and_the_try_failed(
    floor: Floor, authority: Authority, listen: Listen, tls: Callable[[Authority], ssl.SSLContext], why: str
) -> None:
    receiver = listen(tls(authority))
    subscribe(floor, receiver.url)
    tell(floor)

    assert deliver_all(AT) == 1

    attempt = Attempt.objects.get()
    assert (attempt.status, attempt.error) == (None, f"The receiver's certificate is not accepted: {why}.")
    assert Delivery.objects.get().state == Delivery.State.PENDING
    lane = Lane.objects.get()
    assert (lane.sent_version, lane.fails) == (0, 1)
    assert lane.next_at > AT
    assert receiver.received == []
