"""Choices among many rows. Django renders a template for each of them, which takes longer than all else on a page
with a few hundred; these write the same HTML at once."""

from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


class RowSelect(forms.Select):
    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        own = self.build_attrs(self.attrs, {"name": name, **(attrs or {})})
        options = self.options(name, self.format_value(value), attrs)
        shown = ((option["value"], flatatt(option["attrs"]), option["label"]) for option in options)
        return format_html(
            "<select{}>{}</select>", flatatt(own), format_html_join("", '<option value="{}"{}>{}</option>', shown)
        )


class RowTicks(forms.CheckboxSelectMultiple):
    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        own = self.build_attrs(self.attrs, attrs)
        ticks = (
            (option["attrs"]["id"], name, option["value"], flatatt(option["attrs"]), option["label"])
            for option in self.options(name, self.format_value(value), own)
        )
        one = '<div><label for="{}"><input type="checkbox" name="{}" value="{}"{}> {}</label></div>'
        box = flatatt({key: own[key] for key in ("id", "class") if key in own})
        return format_html("<div{}>{}</div>", box, format_html_join("", one, ticks))
