"""What Django answers when no view does: problems to clients of the API, pages to people."""

from django.http import HttpRequest, HttpResponse
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt

from niagara.api.problems import problem


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
    if _asks_api(request):
        return problem(500, "Something went wrong on our side; nothing was changed.")
    return defaults.server_error(request)
