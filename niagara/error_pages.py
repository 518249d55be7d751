"""What Django answers when no view does: problems to clients of the API, pages to people."""

import sys

from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.template import loader
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt

from niagara.api.problems import AWAY, busy, problem


def _asks_api(request: HttpRequest) -> bool:
    return request.path == "/api" or request.path.startswith("/api/")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _asks_api(request):
        return problem(400, "The request can't be read.")
    return defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _asks_api(request):
        return problem(403, "You may not do this.")
    return defaults.permission_denied(request, exception)


@csrf_exempt  # a client of the API has no form and no cookie: it is told what is wrong with the address
def api_not_found(request: HttpRequest, path: str = "") -> HttpResponse:
    return problem(404, "There is nothing at this address.")


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _asks_api(request):
        return api_not_found(request)
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django calls it while it handles what nobody caught."""
    error = sys.exc_info()[1]
    if isinstance(error, UnreadablePostError):
        return bad_request(request, error)
    if isinstance(error, AWAY):
        return database_away(request)
    if _asks_api(request):
        return problem(500, "Something went wrong on our side; nothing was changed.")
    return defaults.server_error(request)


def database_away(request: HttpRequest) -> HttpResponse:
    """A script on the page, which keeps what was entered, sends it again by itself; a person may."""
    if _asks_api(request):
        return busy()
    page = loader.get_template("503.html").render()
    return HttpResponse(page, status=503, headers={"Retry-After": "1"})
