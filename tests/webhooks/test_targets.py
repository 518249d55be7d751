"""Where deliveries may go, asked when it is saved and again when it is connected to."""

import socket
from collections.abc import Callable
from typing import Any

import pytest

from niagara.webhooks import sending, targets
from niagara.webhooks.models import Subscription
from niagara.webhooks.operations.subscribing import TargetRefused
from tests.factories import Floor
from tests.webhooks.delivering import subscribe
from tests.webhooks.receiver import Receiver

NAMES = {
    "public.example.com": ["93.184.215.14", "2606:2800:21f:cb07::1"],
    "private.example.com": ["10.0.0.5"],
    "both.example.com": ["93.184.215.14", "10.0.0.5"],
    "mapped.example.com": ["::ffff:10.0.0.5"],
    "metadata.example.com": ["169.254.169.254"],
    "factory.example.com": ["10.20.0.7"],
    "mes": ["192.168.7.7"],
}
REFUSED = [
    # this machine, in every notation
    "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "017700000001", "0177.0.0.1", "0x7F.0.0x1",
    "127.255.255.254", "0", "0.0.0.0", "0x0", "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]", "[::127.0.0.1]", "１２７.0.0.1",
    # others inside
    "10.0.0.1", "10.1", "167772161", "012.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.0.1", "192.168.1",
    "3232235521", "100.64.0.1", "100.127.255.255", "[fc00::1]", "[fd12:3456::1]", "[fec0::1]", "[::ffff:10.0.0.1]",
    "[::10.0.0.1]",
    # translated and tunnelled
    "[64:ff9b::10.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::a00:1]", "[2002:a00:1::]", "[2002:7f00:1::1]",
    "[2001:0:a00:1::]", "[2001:0:4136:e378:8000:63bf:3fff:fdd2]",
    # link-local, multicast, broadcast, set apart
    "169.254.1.1", "[fe80::1]", "224.0.0.1", "239.255.255.250", "[ff02::1]", "[ff0e::1]", "255.255.255.255",
    "240.0.0.1", "192.0.0.8", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "192.88.99.1", "[2001:db8::1]",
    "[3fff::1]",
    # the clouds' own
    "169.254.169.254", "2852039166", "0xa9fea9fe", "169.254.170.2", "100.100.100.200", "168.63.129.16", "192.0.0.192",
    "[fd00:ec2::254]", "[::ffff:169.254.169.254]", "[64:ff9b::a9fe:a9fe]", "[2002:a9fe:a9fe::]",
    # names
    "private.example.com", "both.example.com", "mapped.example.com", "metadata.example.com", "mes",
    "nowhere.example.com", "localhost",
]  # fmt: skip
ODD = [
    "http://public.example.com/", "https://public.example.com:22/", "https://public.example.com:25/",
    "https://public.example.com:80/", "https://public.example.com:8080/", "https://user@public.example.com/",
    "https://user:secret@public.example.com/", "https://public.example.com@127.0.0.1/", "ftp://public.example.com/",
    "file:///etc/passwd", "gopher://public.example.com/", "https:///hook", "https://", "//public.example.com/", "",
    "public.example.com", "https://public.example.com:99999/", "https://[::1", "https://a b/", "https://\n127.0.0.1/",
    "javascript:alert(1)", "https://127.0.0.1\\@public.example.com/",
    "https://public.example.com#@127.0.0.1:22/x y\x00",
]  # fmt: skip
NEVER = ["169.254.169.254", "[::ffff:169.254.169.254]", "[fd00:ec2::254]", "100.100.100.200", "[64:ff9b::a9fe:a9fe]"]


@pytest.fixture(autouse=True)
def names(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is a name is looked up here; what is an address, in whichever notation, the system reads."""
    ask = socket.getaddrinfo

    def look_up(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
        if host in NAMES:
            return [(0, 0, 0, "", (address, port)) for address in NAMES[host]]
        if str(host).endswith(".example.com"):
            raise socket.gaierror
        return ask(host, port, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


@pytest.fixture
def allow(settings: Any) -> Callable[..., None]:
    def allow(*hosts: str) -> None:
        settings.WEBHOOK_ALLOWED_HOSTS = list(hosts)

    allow()
    return allow


def error_of(url: str) -> str:
    """What a try to send there comes to, without a check before it."""
    return sending.post(url, b"{}", {}).error


@pytest.mark.parametrize("host", REFUSED)
def test_what_is_inside_is_refused_when_saved_and_when_connected_to(host: str, allow: Callable[..., None]) -> None:
    for url in (f"https://{host}/hook", f"http://{host}:8000/hook"):
        with pytest.raises(targets.Refused) as refused:
            targets.check(url)
        assert error_of(url) == str(refused.value)


def test_there_are_enough_of_them() -> None:
    assert len(REFUSED) >= 40


@pytest.mark.parametrize("url", ODD)
def test_odd_urls_are_refused(url: str, allow: Callable[..., None]) -> None:
    with pytest.raises(targets.Refused):
        targets.check(url)
    assert error_of(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://public.example.com/hook?a=b", "https://public.example.com:8443/", "https://93.184.215.14/",
        "https://[2606:2800:21f:cb07::1]/", "https://[::ffff:93.184.215.14]/", "HTTPS://PUBLIC.example.com",
    ],
)  # fmt: skip
def test_what_is_outside_is_taken(url: str, allow: Callable[..., None]) -> None:
    targets.check(url)


def test_exceptions_are_names_and_networks(allow: Callable[..., None]) -> None:
    allow("MES", "10.20.0.0/16", "fd12::/16", "127.0.0.1")

    for url in ("http://mes:9000/", "http://factory.example.com/", "http://10.20.255.1:81/", "http://[fd12::1]:8/",
                "http://0x7f.1:8000/", "https://[::ffff:127.0.0.1]/"):  # fmt: skip
        targets.check(url)
    for url in ("http://10.21.0.1/", "http://[fd13::1]/", "http://127.0.0.2/", "http://public.example.com/"):
        with pytest.raises(targets.Refused):
            targets.check(url)


@pytest.mark.parametrize("host", NEVER)
def test_no_exception_leads_to_what_a_cloud_tells_its_machines(host: str, allow: Callable[..., None]) -> None:
    allow("0.0.0.0/0", "::/0", host.strip("[]"), "metadata.example.com")

    for url in (f"http://{host}/", "http://metadata.example.com/"):
        with pytest.raises(targets.Refused):
            targets.check(url)
        assert error_of(url) == "Nothing is ever sent to this address."


def test_it_is_looked_at_again_by_its_other_address(allow: Callable[..., None]) -> None:
    """All that a name leads to has to be outside, or all of it excepted."""
    allow("10.0.0.0/8")

    targets.check("http://private.example.com/")
    targets.check("https://both.example.com/")
    with pytest.raises(targets.Refused):
        targets.check("http://both.example.com/")


def test_a_name_that_changes_its_mind_gains_nothing(
    floor: Floor, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, allow: Callable[..., None]
) -> None:
    """It leads outside when it is saved, and here from then on: there is one look-up, and it is checked."""
    port, asked = receiver.url.split(":")[2].split("/")[0], []

    def look_up(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
        asked.append(host)
        return [(0, 0, 0, "", ("93.184.215.14" if len(asked) == 1 else "127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    targets.check("https://fickle.example.com/")

    assert "internal" in error_of(f"http://fickle.example.com:{port}/hook")
    assert "internal" in error_of("https://fickle.example.com/hook")
    assert asked == ["fickle.example.com"] * 3
    assert receiver.received == []


def test_the_connection_goes_to_the_address_that_was_checked(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch, allow: Callable[..., None]
) -> None:
    """It is looked up once for a connection: whoever would look again would get nowhere."""
    allow("fickle.example.com")
    port = receiver.url.split(":")[2].split("/")[0]
    answers = iter([[(0, 0, 0, "", ("127.0.0.1", int(port)))]])
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: next(answers))
    connected = []

    def create_connection(address: Any, *args: Any, **kwargs: Any) -> Any:
        connected.append(address)
        made = socket.socket()
        made.connect(address)
        return made

    monkeypatch.setattr(socket, "create_connection", create_connection)
    answer = sending.post(f"http://fickle.example.com:{port}/hook", b"{}", {"webhook-id": "1"})

    assert (answer.status, answer.error) == (204, "")
    assert connected == [("127.0.0.1", int(port))]
    assert receiver.received[0].headers["host"] == f"fickle.example.com:{port}"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(status: int, receiver: Receiver) -> None:
    receiver.behave = lambda handler, received: handler.answer(status, Location=f"{receiver.url}/more")

    answer = sending.post(receiver.url, b"{}", {})

    assert (answer.status, answer.is_success) == (status, False)
    assert len(receiver.received) == 1


def test_a_proxy_in_the_environment_is_not_asked(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    assert sending.post(receiver.url, b"{}", {}).status == 204


def test_the_name_of_the_certificate_is_that_of_the_url(receiver: Receiver, allow: Callable[..., None]) -> None:
    """What does not speak TLS, or not for this name, is no receiver."""
    allow("127.0.0.1")

    assert error_of(receiver.url.replace("http:", "https:")).startswith(("No connection", "The connection broke"))


def test_it_says_what_is_wrong_at_the_url(floor: Floor, allow: Callable[..., None]) -> None:
    with pytest.raises(TargetRefused) as refused:
        subscribe(floor, "https://10.0.0.1/hook")

    [fault] = refused.value.faults
    assert (fault.path, fault.keyword) == (("url",), "format")
    assert not Subscription.objects.exists()


def test_a_long_answer_is_read_to_64_kib_and_kept_to_4(receiver: Receiver) -> None:
    receiver.behave = lambda handler, received: handler.answer(200, "ü" * 10_000_000)

    answer = sending.post(receiver.url, b"{}", {})

    assert (answer.status, len(answer.text.encode())) == (200, 4096)
