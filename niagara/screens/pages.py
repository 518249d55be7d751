"""What every screen has: who may open it, what it shows, and how a form on it is carried out."""

from http import HTTPStatus
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.decorators import method_decorator
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page
from django.views.generic import TemplateView

from niagara.accounts.actor import Actor
from niagara.accounts.models import User
from niagara.clock import now
from niagara.refusals import Busy, Conflict, Invalid, Missing, NotAllowed, Outdated, Refusal
from niagara.screens.forms import ScreenForm
from niagara.screens.happened import tag_of
from niagara.screens.once import KEY, MAX_KEY, Done, came_before, once

# What comes with a form and is none of what was filled in.
_NOT_SENT = ("csrfmiddlewaretoken", "seen_version")

STATUS = {
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotAllowed: HTTPStatus.FORBIDDEN,
    Missing: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    Outdated: HTTPStatus.CONFLICT,
    Busy: HTTPStatus.CONFLICT,
}


def status_of(refusal: Refusal) -> HTTPStatus:
    return next(status for family, status in STATUS.items() if isinstance(refusal, family))


@method_decorator([cache_control(private=True, no_cache=True), conditional_page], name="dispatch")
class Page(LoginRequiredMixin, TemplateView):
    """A screen for those who hold `permission` somewhere. Which rows it shows is said by `visible_to`.

    `part_template_name` is the part that is fetched anew every few seconds (`data-live` in the
    template): htmx asks for the address of the page and gets that part alone. Where all that the part shows
    is told of in the history (`follows_history`), nothing is read as long as nothing happened.
    """

    permission: ClassVar[str]
    part_template_name: ClassVar[str] = ""
    follows_history: ClassVar[bool] = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and self.permission not in self.user.grants:
            raise PermissionDenied
        self.at = now()
        tag = self._tag_of_part() if request.method == "GET" and self._asks_part else None
        unchanged = tag and get_conditional_response(request, etag=tag)
        response = unchanged or super().dispatch(request, *args, **kwargs)
        if tag and response.status_code in (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED):
            response["ETag"] = tag
        patch_vary_headers(response, ["Cookie", "HX-Request"])
        return response

    @property
    def user(self) -> User:
        return Actor.on_screen(self.request).user

    @property
    def by(self) -> Actor:
        return Actor.on_screen(self.request)

    @property
    def _asks_part(self) -> bool:
        return bool(self.part_template_name) and self.request.headers.get("HX-Request") == "true"

    def _tag_of_part(self) -> str | None:
        if not self.follows_history or not self.request.user.is_authenticated or not self.user.organization_id:
            return None
        return tag_of(self.user, self.request.get_full_path(), self.at)

    def get_template_names(self) -> list[str]:
        return [self.part_template_name] if self._asks_part else super().get_template_names()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(now=self.at, **kwargs)

    def row(self, rows: Any, pk: Any) -> Any:
        """The one of `rows` (a manager or QuerySet) with this id, if who looks may know of it; else the page is
        not found."""
        found = rows.visible_to(self.user).filter(pk=pk).first()
        if found is None:
            raise Http404
        return found


class FormPage(Page):
    """A screen with a form. `carry_out` calls one operation; sending the form twice carries it out once."""

    form_class: ClassVar[type[ScreenForm]]

    def make_form(self, data: Any = None) -> ScreenForm:
        return self.form_class(data)

    def carry_out(self, form: Any) -> Done:
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=self.make_form()))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        sent = [request.path, [(name, values) for name, values in request.POST.lists() if name not in _NOT_SENT]]
        try:
            done = came_before(self.user, request.POST.get(KEY, "")[:MAX_KEY], sent)
        except Refusal as refusal:
            form = self.make_form()
            form.refusal = refusal
            return self.show_again(form, status_of(refusal))
        return self.lead_on(done) if done else self.carry_out_once(sent)

    def carry_out_once(self, sent: object) -> HttpResponse:
        return self.try_form(self.make_form(self.request.POST), sent)

    def try_form(self, form: ScreenForm, sent: object) -> HttpResponse:
        if not form.is_valid():
            return self.show_again(form, HTTPStatus.UNPROCESSABLE_ENTITY)
        try:
            done = once(self.user, form.cleaned_data[KEY], sent, lambda: self.carry_out(form))
        except Refusal as refusal:
            form.refuse(refusal)
            return self.show_again(form, status_of(refusal))
        return self.lead_on(done)

    def lead_on(self, done: Done) -> HttpResponse:
        """It is done: on to where that leads."""
        if done.sentence:
            messages.success(self.request, done.sentence)
        for sentence in done.skipped:
            messages.warning(self.request, sentence)
        return HttpResponseRedirect(done.address)

    def show_again(self, form: ScreenForm, status: HTTPStatus) -> HttpResponse:
        """Nothing was written: the form with what was typed and why it was refused."""
        return self.render_to_response(self.get_context_data(form=form), status=status)
