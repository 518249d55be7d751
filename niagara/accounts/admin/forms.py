from typing import Any

from django import forms
from django.contrib.auth.forms import SetPasswordMixin
from django.utils.html import format_html
from django.utils.safestring import SafeString

from niagara.accounts.models import Grant, User
from niagara.accounts.models.user import time_zones
from niagara.admin import NiagaraForm


def _time_zones() -> list[tuple[str, str]]:
    return [(name, name.replace("_", " ")) for name in sorted(time_zones())]


class PersonForm(NiagaraForm):
    time_zone = forms.ChoiceField(choices=_time_zones, initial="UTC")

    class Meta:
        model = User
        fields = ("name", "email", "time_zone", "picture", "profile", "attributes", "roles", "is_active", "is_staff")
        widgets = {"roles": forms.CheckboxSelectMultiple}


class NewPersonForm(SetPasswordMixin, PersonForm):
    password1, password2 = SetPasswordMixin.create_password_fields()

    def clean(self) -> Any:
        self.validate_passwords()
        return super().clean()

    def _post_clean(self) -> None:
        super()._post_clean()
        self.validate_password_for_user(self.instance)
        self.instance.set_password(self.cleaned_data.get("password1"))


class Fixed(forms.HiddenInput):
    """Shown as text, sent back as it was."""

    is_hidden = False

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        return format_html("{}{}", value, super().render(name, value, attrs, renderer))


class GrantForm(forms.ModelForm):
    """The permission of a grant that exists is its name; only a new row offers all permissions."""

    class Meta:
        model = Grant
        fields = ("permission", "match_location")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            self.fields["permission"].widget = Fixed()
