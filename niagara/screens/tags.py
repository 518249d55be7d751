"""What every template can use without loading it."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django import template
from django.urls import NoReverseMatch
from django.utils.html import format_html
from django.utils.safestring import SafeString

from niagara.accounts.access import allowed
from niagara.screens import pieces
from niagara.screens.addresses import address_maker
from niagara.screens.navigation import ALWAYS_SEEN, SEEN_ON_WIDE, places_of
from niagara.wording import counted

register = template.Library()

register.filter("moment", pieces.moment)
register.filter("told", pieces.told)


@register.filter
def plain_words(name: str) -> str:
    """The name of a property as words: "delivery status"."""
    return name.replace("_", " ")


@register.filter
def page_name(row: Any) -> str:
    """The page of a row is called after its model: "batch-page", "work-order-page"."""
    return f"{row._meta.verbose_name.replace(' ', '-')}-page"


register.filter("duration", pieces.duration)


@register.filter
def days_of_work(days: float) -> str:
    """How long work takes, as one would say it."""
    return "less than a day" if days < 1 else f"about {counted(round(days), 'day')}"


@register.simple_tag
def chip(word: object, kind: str = "") -> SafeString:
    return pieces.chip(str(word), kind)


register.simple_tag(pieces.status, name="status")
register.simple_tag(pieces.on_hold, name="on_hold")


@register.simple_tag
def bar(counted: Any, whole: int = 0, prefix: str = "") -> SafeString:
    """The counts of a row (`pending`, `complete`, …, with a prefix if they have one) as a bar with numbers."""
    counts = {name: getattr(counted, prefix + name) for name in pieces.SEGMENTS}
    return pieces.bar(counts, whole=whole)


register.simple_tag(pieces.people, name="people")


@register.simple_tag(takes_context=True)
def due(context: template.Context, at: datetime, ended: object = None) -> SafeString:
    """A due date; with the word "late" when it is over and the work has not ended."""
    return pieces.due(at, late=ended is None and at < context["now"])


@register.simple_tag(takes_context=True)
def may(context: template.Context, permission: str, row: Any = None) -> bool:
    """Whether who looks holds the permission on the row; without a row, somewhere."""
    user = context["user"]
    return permission in user.grants if row is None else allowed(user, permission, row)


@register.simple_tag
def once_key() -> str:
    """The key of a form that is shown once, so that sending it twice carries it out once."""
    return uuid4().hex


@register.inclusion_tag("parts/navigation.html", takes_context=True)
def navigation(context: template.Context) -> dict[str, Any]:
    request = context.get("request")
    user = getattr(request, "user", None)
    if request is None or user is None or not user.is_authenticated:
        return {}
    places = places_of(user)
    first, second, others = places[:ALWAYS_SEEN], places[ALWAYS_SEEN:SEEN_ON_WIDE], places[SEEN_ON_WIDE:]
    here = request.path
    is_here = " is-here" if any(place.address == here for place in others) else ""
    if any(place.address == here for place in second):
        is_here = " is-here-on-narrow"
    shown = {"first": first, "second": second, "others": others, "staff": user.is_staff}
    return {**shown, "here": here, "is_here": is_here}


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changed: object) -> str:
    """The query string of this page with some of it changed; None takes a name out."""
    asked = context["request"].GET.copy()
    for name, value in changed.items():
        if value is None:
            asked.pop(name, None)
        else:
            asked[name] = str(value)
    return f"?{asked.urlencode()}" if asked else "?"


@register.simple_tag
def into(row: Any, text: str = "") -> SafeString:
    """A link to the page of a row; its name alone as long as there is no such page."""
    try:
        address = address_maker(page_name(row))(row.pk)
    except NoReverseMatch:
        return format_html("{}", text or row)
    return format_html('<a href="{}">{}</a>', address, text or row)
