from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from niagara import clock
from niagara.accounts.limits import address_of
from niagara.accounts.models import SharedDevice, User
from niagara.accounts.operations.badges import LONGEST_PIN
from niagara.accounts.operations.throttling import begin_try, end_try, password_limits
from niagara.refusals import Refusal


class SignInForm(AuthenticationForm):
    """E-mail address and password. What is wrong is never said closer than "one of the two"."""

    username = forms.EmailField(
        label="E-mail address",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True, "spellcheck": "false"}),
        error_messages={"required": "Type your e-mail address.", "invalid": "Type a whole e-mail address."},
    )
    password = forms.CharField(
        label="Password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "Type your password."},
    )

    error_messages = {
        "invalid_login": "The e-mail address or the password is not right. Please try again.",
        "inactive": "This account may not sign in. Ask your administrator.",
    }

    def clean(self) -> dict[str, Any]:
        email, password = (self.cleaned_data.get(name) for name in ("username", "password"))
        if not (self.request and email and password):
            return super().clean()
        limits = password_limits(email, address_of(self.request))
        try:
            begin_try(limits, at=clock.now())
        except Refusal as refusal:
            raise ValidationError(refusal.sentence) from refusal
        cleaned = super().clean()
        end_try(limits)
        return cleaned


class BadgeForm(forms.Form):
    """A badge and a PIN, at a shared tablet."""

    badge = forms.CharField(
        max_length=100,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": "Scan your badge."},
    )
    pin = forms.CharField(
        label="PIN",
        max_length=LONGEST_PIN,
        widget=forms.PasswordInput({"autocomplete": "off", "inputmode": "none"}),
        error_messages={"required": "Type your PIN."},
    )

    def __init__(
        self, request: HttpRequest | None = None, *args: Any, device: SharedDevice | None = None, **kwargs: Any
    ) -> None:
        self.request, self.device = request, device
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            try:
                self.user = authenticate(self.request, device=self.device, code=cleaned["badge"], pin=cleaned["pin"])
            except Refusal as refusal:
                raise ValidationError(refusal.sentence) from refusal
        return cleaned

    def get_user(self) -> User:
        assert isinstance(self.user, User)  # the backend knows no other answer
        return self.user
