"""What can be done to a webhook, each with an address of its own."""

from http import HTTPStatus
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from niagara.accounts.access import PermissionMissing
from niagara.accounts.operations.saving import remove_row
from niagara.screens.meanwhile import RowFormPage
from niagara.screens.once import Done
from niagara.screens.pages import FormPage, Page
from niagara.webhooks.models import Delivery, Subscription
from niagara.webhooks.operations import resending, subscribing
from niagara.webhooks.operations.pinging import ping
from niagara.webhooks.outcomes import sentence_of
from niagara.webhooks.views import forms
from niagara.wording import counted


class WebhookFormPage(RowFormPage):
    permission = "webhook:update"
    template_name = "parts/row_form_page.html"
    heading: ClassVar[str]
    about: ClassVar[str] = ""

    def find_row(self) -> Any:
        return self.row(Subscription.objects, self.kwargs["webhook_id"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, back=self.address)

    @property
    def address(self) -> str:
        return reverse("webhook-page", args=[self.kwargs["webhook_id"]])

    def done(self, sentence: str) -> Done:
        return Done(self.address, sentence)


class TellsASecret(FormPage):
    """The answer to the form shows the secret that was made: once, nowhere else, and never again. What is kept
    to know a form that comes twice holds no secret, so the second time leads to the page of the webhook."""

    secret = ""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().post(request, *args, **kwargs)
        if not self.secret or response.status_code != HTTPStatus.FOUND:
            return response
        self.template_name = "webhooks/secret.html"
        response = self.render_to_response(
            super().get_context_data(secret=self.secret, webhook_address=response["Location"])
        )
        response["Cache-Control"] = "no-store"
        return response


class NewWebhookPage(TellsASecret):
    permission = "webhook:create"
    template_name = "webhooks/new.html"
    form_class = forms.NewWebhookForm

    def make_form(self, data: Any = None) -> forms.NewWebhookForm:
        return forms.NewWebhookForm(None, self.user, data)

    def carry_out(self, form: Any) -> Done:
        model: Any = Subscription
        webhook = form.write_on(model(organization_id=self.user.organization_id))
        self.secret = subscribing.create_subscription(webhook, by=self.by, at=self.at)
        return Done(reverse("webhook-page", args=[webhook.pk]))


class RenewSecretPage(TellsASecret, WebhookFormPage):
    heading = "New secret"
    about = "It is shown once. Have the receiver at hand."
    form_class = forms.SecretForm

    def carry_out(self, form: Any) -> Done:
        end_old = form.cleaned_data["end_old"]
        self.secret = subscribing.renew_secret(self.found, end_old=end_old, by=self.by, at=self.at)
        return Done(self.address)


class ChangeWebhookPage(WebhookFormPage):
    heading = "Change the webhook"
    form_class = forms.WebhookForm

    def carry_out(self, form: Any) -> Done:
        webhook = form.write_on(self.found)
        seen = form.cleaned_data["seen_version"]
        subscribing.change_subscription(webhook, by=self.by, at=self.at, if_version=seen)
        return self.done(f"{webhook} is changed.")


class PauseWebhookPage(WebhookFormPage):
    heading = "Pause the webhook"
    about = "Nothing is sent until it is resumed. What happens meanwhile waits, in order."
    form_class = forms.PauseForm

    def carry_out(self, form: Any) -> Done:
        subscribing.pause(self.found, by=self.by, at=self.at)
        return self.done("It is paused. What happens meanwhile waits.")


class ResumeWebhookPage(WebhookFormPage):
    heading = "Resume the webhook"
    about = "What waits is sent, in order."
    form_class = forms.ResumeForm

    def carry_out(self, form: Any) -> Done:
        subscribing.resume(self.found, by=self.by, at=self.at)
        return self.done("It goes on with what waits.")


class RemoveWebhookPage(WebhookFormPage):
    permission = "webhook:delete"
    heading = "Remove the webhook"
    about = "What is still to be sent to it never will be, and what was sent is forgotten."
    form_class = forms.RemovalForm

    def carry_out(self, form: Any) -> Done:
        remove_row(self.found, by=self.by, at=self.at)
        return Done(reverse("webhooks-page"), f"{self.found} is removed.")


class SendDeadPage(WebhookFormPage):
    heading = "Send again what was given up"
    form_class = forms.SendDeadForm

    def carry_out(self, form: Any) -> Done:
        since = form.cleaned_data["since"]
        number = resending.send_dead_again(self.found, since=since, by=self.by, at=self.at)
        if not number:
            return self.done("Nothing was given up since then.")
        return self.done(f"{counted(number, 'delivery is', 'deliveries are')} sent again.")


class SendAgainPage(WebhookFormPage):
    heading = "Send the event again"
    about = "The same event with the same id, beside the order of those still to come."
    form_class = forms.SendAgainForm

    def find_row(self) -> Any:
        webhook = super().find_row()
        self.delivery = self.row(Delivery.objects.filter(subscription=webhook), self.kwargs["delivery_id"])
        return webhook

    def carry_out(self, form: Any) -> Done:
        resending.send_again(self.delivery, by=self.by, at=self.at)
        ids = [self.kwargs["webhook_id"], self.kwargs["delivery_id"]]
        return Done(reverse("delivery-page", args=ids), "It is sent again. Its next try shows here.")


class PingPage(Page):
    """Tries a webhook out, and shows what it answered. Outside of any transaction: it takes as long as the receiver
    does, and twice is as good as once."""

    permission = "webhook:update"
    template_name = "webhooks/ping.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(webhook=self.find_row(), **kwargs)

    def find_row(self) -> Any:
        return self.row(Subscription.objects, self.kwargs["webhook_id"])

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        webhook = self.find_row()
        try:
            answer = ping(webhook, by=self.by, at=self.at)
        except PermissionMissing as refusal:
            raise PermissionDenied(refusal.sentence) from refusal
        context = super().get_context_data(webhook=webhook, answer=answer, sentence=sentence_of(answer))
        return self.render_to_response(context)
