"""Where deliveries may go: to other people's machines, not to those beside ours.

A name is resolved once, every address it has is checked, and the connection is made to exactly such
an address, so that a name that changes its mind in between gains nothing. Every notation of an
address (decimal, hex, octal, short) is resolved first and checked as what it comes to.
"""

import socket
import time
from collections.abc import Iterable, Iterator
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from threading import Thread
from typing import Any

import httpcore
import httpx
from django.conf import settings

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

PORTS = frozenset({443, 8443})
PATIENCE = 5.0  # seconds to resolve a name in, when it is saved


def _networks(*texts: str) -> tuple[Network, ...]:
    return tuple(map(ip_network, texts))


# What the registries set apart (RFC 6890 and its updates). Of IPv6, only 2000::/3 is out there at all.
_INTERNAL_V4 = _networks(
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
    "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
    "224.0.0.0/4", "240.0.0.0/4",
)  # fmt: skip
_OUTSIDE_V6 = ip_network("2000::/3")
_INTERNAL_V6 = _networks("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
# Where clouds tell a machine its own secrets. Link-local goes as a whole: nothing to tell lives there.
_NEVER = _networks(
    "169.254.0.0/16", "fe80::/10", "fd00:ec2::/32", "fd20:ce::254/128", "100.100.100.200/32", "192.0.0.192/32",
    "168.63.129.16/32",
)  # fmt: skip
# IPv4 at the end of an IPv6 address: two prefixes of NAT64, and what was once called compatible.
_V4_AT_THE_END = _networks("64:ff9b::/96", "64:ff9b:1::/48", "::/96")


class Refused(Exception):
    """This is no target for a delivery; says why in one sentence."""


def check(url: str) -> None:
    """Raise Refused unless deliveries may go to this URL, as its name resolves now."""
    scheme, host, port = parts_of(url)
    addresses_for(scheme, host, port, PATIENCE)


def parts_of(url: str) -> tuple[str, str, int]:
    """The scheme, host and port, read as they are when it is sent to."""
    try:
        parsed = httpx.URL(url)
        host = parsed.raw_host.decode("ascii")
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise Refused("This is not a URL such as https://example.com/niagara.") from error
    if parsed.scheme not in ("https", "http") or not host:
        raise Refused("Give a URL that begins with https:// and names a host.")
    if parsed.userinfo:
        raise Refused("Leave out the user name and the password; deliveries are signed instead.")
    return parsed.scheme, host, parsed.port or {"https": 443, "http": 80}[parsed.scheme]


def addresses_for(scheme: str, host: str, port: int, patience: float) -> list[str]:
    """The addresses of the host, each of which may be connected to. Raises Refused."""
    found = [_parsed(text) for text in resolve(host, port, patience)]
    if not found:
        raise Refused("No machine of this name can be found.")
    names, networks = _exceptions(tuple(settings.WEBHOOK_ALLOWED_HOSTS))
    if any(_lies_in(one, _NEVER) for address in found for one in (address, *_inner(address))):
        raise Refused("Nothing is ever sent to this address.")
    if host.rstrip(".").lower() in names or all(_lies_in(address, networks) for address in found):
        return [str(address) for address in found]
    if not all(_is_outside(address) or _lies_in(address, networks) for address in found):
        raise Refused("The host leads to an address that is internal; an operator can allow it.")
    if scheme != "https" or port not in PORTS:
        allowed = " or ".join(map(str, sorted(PORTS)))
        raise Refused(f"Use https, at port {allowed}; an operator can allow others.")
    return [str(address) for address in found]


def resolve(host: str, port: int, patience: float) -> list[str]:
    """What the system makes of a name or an address, in whichever notation; nothing if it can't in time."""
    found: list[str] = []

    def ask() -> None:
        try:
            infos = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return
        found.extend(dict.fromkeys(str(info[4][0]) for info in infos))

    # The system's resolver can't be told how long to wait, so it is left behind when it takes longer.
    asking = Thread(target=ask, daemon=True)
    asking.start()
    asking.join(patience)
    return list(found)


def _parsed(text: str) -> Address:
    address = ip_address(text.partition("%")[0])
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _is_outside(address: Address) -> bool:
    if isinstance(address, IPv4Address):
        return not _lies_in(address, _INTERNAL_V4)
    return address in _OUTSIDE_V6 and not _lies_in(address, _INTERNAL_V6)


def _inner(address: Address) -> Iterator[IPv4Address]:
    """The addresses that a tunnel or a translator may make of this one."""
    if isinstance(address, IPv4Address):
        return
    if _lies_in(address, _V4_AT_THE_END):
        yield IPv4Address(int(address) & 0xFFFFFFFF)
    if address.sixtofour:
        yield address.sixtofour
    if address.teredo:
        yield from address.teredo


def _lies_in(address: Address, networks: Iterable[Network]) -> bool:
    return any(address in network for network in networks)


@cache
def _exceptions(allowed: tuple[str, ...]) -> tuple[frozenset[str], tuple[Network, ...]]:
    """WEBHOOK_ALLOWED_HOSTS, sorted into names and networks."""
    names, networks = set(), []
    for text in allowed:
        try:
            networks.append(ip_network(text, strict=False))
        except ValueError:
            names.add(text.lower())
    return frozenset(names), tuple(networks)


class CheckedBackend(httpcore.NetworkBackend):
    """Connects to the addresses that were checked, and to nothing else. TLS still verifies the name.

    `time_left` says how many seconds the request that is being sent has left; every wait of a
    connection ends with it, also of one that answers byte by byte.
    """

    def __init__(self, scheme: str, time_left: Any) -> None:
        self.scheme, self.time_left, self.plain = scheme, time_left, httpcore.SyncBackend()

    def connect_tcp(self, host: str, port: int, *args: Any, **kwargs: Any) -> httpcore.NetworkStream:
        addresses = addresses_for(self.scheme, host, port, self.time_left())
        while True:
            share = self.time_left() / len(addresses)  # one that never answers leaves time for the next
            address, *addresses = addresses
            try:
                return _Stream(self.plain.connect_tcp(address, port, timeout=share), self.time_left)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if not addresses:
                    raise

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


class _Stream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, time_left: Any) -> None:
        self.stream, self.time_left = stream, time_left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.stream.read(max_bytes, self.time_left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.stream.write(buffer, self.time_left())

    def close(self) -> None:
        self.stream.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(self.stream.start_tls(ssl_context, server_hostname, self.time_left()), self.time_left)

    def get_extra_info(self, info: str) -> Any:
        return self.stream.get_extra_info(info)
