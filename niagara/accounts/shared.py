"""What a browser keeps on a shared tablet, and the sessions that a badge begins there."""

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from niagara import clock
from niagara.accounts.models import SharedDevice

COOKIE = "niagara_device"
_KEPT_FOR = timedelta(days=400)  # as long as browsers keep any; each signing in begins it anew
_DEVICE, _SEEN = "shared_device", "seen_at"  # in the session
_SEEN_ANEW = 30  # seconds; not every request has to write


def device_of(request: HttpRequest) -> SharedDevice | None:
    """The shared tablet the request comes from."""
    secret = request.COOKIES.get(COOKIE)
    return SharedDevice.objects.that_keeps(secret) if secret else None


def keep(response: HttpResponse, secret: str) -> None:
    """Let the browser keep the secret of its device."""
    response.set_cookie(
        COOKIE,
        secret,
        max_age=_KEPT_FOR,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def begin_session(request: HttpRequest, device: SharedDevice) -> None:
    """Somebody signed in with a badge: the session ends with the browser, with the device, and when idle."""
    request.session.set_expiry(0)
    request.session[_DEVICE] = str(device.pk)
    request.session[_SEEN] = clock.now().timestamp()


def leave_session(request: HttpRequest) -> None:
    """The person signed in with a password after all."""
    if request.session.pop(_DEVICE, None):
        request.session.set_expiry(None)


def began_with_badge(request: HttpRequest) -> bool:
    return _DEVICE in request.session


class BadgeSessionMiddleware:
    """Ends a session that began with a badge when nobody did anything for a while, or the device is revoked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(("/api", "/oauth/token")) and began_with_badge(request):
            _follow(request)
        return self.get_response(request)


def _follow(request: HttpRequest) -> None:
    idle = clock.now().timestamp() - request.session[_SEEN]
    is_allowed = SharedDevice.objects.allowed().filter(pk=request.session[_DEVICE]).exists()
    if idle > settings.BADGE_IDLE_MINUTES * 60 or not is_allowed:
        logout(request)
    elif idle > _SEEN_ANEW and not _is_following(request):
        request.session[_SEEN] = clock.now().timestamp()


def _is_following(request: HttpRequest) -> bool:
    """Whether a page asks by itself for what is new; nobody has to stand before it."""
    return request.method == "GET" and request.headers.get("HX-Request") == "true"
