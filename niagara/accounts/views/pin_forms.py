from datetime import datetime
from typing import Any

from django import forms

from niagara.accounts.models import Badge
from niagara.accounts.operations.badge_sign_in import confirm_pin
from niagara.accounts.operations.badges import LONGEST_PIN
from niagara.refusals import Refusal
from niagara.screens.forms import ScreenForm


def _pin_field(label: str = "PIN", **more: Any) -> forms.CharField:
    widget = forms.PasswordInput({"autocomplete": "off", "inputmode": "numeric"})
    return forms.CharField(label=label, max_length=LONGEST_PIN, widget=widget, **more)


class NewPinForm(ScreenForm):
    """Typed twice, since nobody sees what they type."""

    button = "Set the PIN"
    pin = _pin_field("New PIN", help_text="4 to 8 digits.")
    again = _pin_field("New PIN once more")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and cleaned["pin"] != cleaned["again"]:
            self.add_error("again", "This is not the same PIN. Type both once more.")
        return cleaned


class FirstPinForm(NewPinForm):
    button = "Give the badge"


class RevokeBadgeForm(ScreenForm):
    button = "Revoke it"


class MyPinForm(NewPinForm):
    """The PIN as it was comes first: a tablet may have been left alone."""

    button = "Change my PIN"
    field_order = ("current", "pin", "again")
    current = _pin_field("PIN until now")

    def __init__(self, badge: Badge, at: datetime, data: Any = None) -> None:
        self.badge, self.at = badge, at
        super().__init__(data)

    def clean_current(self) -> str:
        current: str = self.cleaned_data["current"]
        try:
            confirm_pin(self.badge, current, at=self.at)  # before the change, so that a wrong one is counted
        except Refusal as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal
        return current
