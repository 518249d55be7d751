"""Small pieces of HTML that look the same on every screen and in the admin. Colour is never the only sign.

What they look like stands in `niagara/static/niagara/pieces.css`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

# In the order of the bar: what is furthest comes first.
SEGMENTS = {
    "complete": "done",
    "verifying": "verifying",
    "in_progress": "in progress",
    "blocked": "blocked",
    "pending": "pending",
}
ENDED = ("COMPLETE", "CANCELLED")
NOTHING = "–"


def chip(word: str, kind: str = "") -> SafeString:
    """A word on the colour of its kind: a status category, or "good", "bad", "late", "at-risk"."""
    return format_html('<span class="chip chip--{}">{}</span>', kind.lower().replace("_", "-") or "plain", word)


def on_hold(why: str) -> SafeString:
    """That nothing of it is started, and why. Nothing at all where there is no reason: it is not on hold."""
    if not why:
        return SafeString()
    return format_html('{}<span class="why-held">{}</span>', chip("On hold", "on-hold"), why)


def status(row: Any) -> SafeString:
    """The status of a row as a chip: its label on the colour of its category. What is closed says so; so does what
    is on hold, and why, as long as something is left to be done."""
    shown = [chip(row.current_status.status, row.current_status.category)]
    if getattr(row, "is_closed", False):
        shown.append(chip("Closed"))
    if row.current_status.category not in ENDED:
        shown.append(on_hold(getattr(row, "why_on_hold", "")))
    return format_html_join(" ", "{}", ((piece,) for piece in shown if piece))


def bar(counts: Mapping[str, int], *, whole: int = 0) -> SafeString:
    """How far it is: a bar in segments, and the same in numbers. What `whole` has beyond the counts stays empty."""
    shown = {name: counts[name] for name in SEGMENTS if counts.get(name)}
    total = max(whole, sum(shown.values()))
    if not total:
        return format_html('<span class="soft">{}</span>', "nothing to do")
    others = [f"{number} {SEGMENTS[name]}" for name, number in shown.items() if name != "complete"]
    return format_html(
        '<span class="progress"><svg class="bar" viewBox="0 0 {} 1" preserveAspectRatio="none" aria-hidden="true">{}'
        '</svg><span class="progress__numbers">{}</span></span>',
        total,
        _segments(shown),
        " · ".join([f"{shown.get('complete', 0)} of {total} done", *others]),
    )


def _segments(shown: Mapping[str, int]) -> SafeString:
    """A policy without inline styles forbids widths in per cent, so the segments are drawn."""
    starts, at = [], 0
    for name, number in shown.items():
        starts.append((name.replace("_", "-"), at, number))
        at += number
    return format_html_join("", '<rect class="bar__{}" x="{}" width="{}" height="1"/>', starts)


def people(users: Sequence[object], most: int = 4) -> SafeString:
    """Who it is, as initials; the full names are read out, and shown by the mouse."""
    names = [str(user) for user in users]
    shown = [(name, initials(name)) for name in names[:most]]
    if names[most:]:
        shown.append((", ".join(names[most:]), f"+{len(names) - most}"))
    one = '<span class="initials" title="{}" aria-hidden="true">{}</span>'
    return format_html(
        '{}<span class="unseen">{}</span>', format_html_join("", one, shown), ", ".join(names) or "Nobody is assigned"
    )


def initials(name: str) -> str:
    """Of the first and the last word: "TB"."""
    first, *others = name.split() or [NOTHING]
    return "".join(word[0] for word in [first, *others[-1:]]).upper()


def moment(at: datetime | None) -> str:
    """A time, in the time zone of whoever looks."""
    return NOTHING if at is None else date_format(timezone.localtime(at), "j M Y, H:i")


def told(value: object) -> str:
    """A value of JSON as a person says it: "layers = 2", "fragile, heavy"; a time as `moment` says it."""
    if isinstance(value, dict):
        return ", ".join(f"{key} = {told(one)}" for key, one in value.items()) or NOTHING
    if isinstance(value, list):
        return ", ".join(map(told, value)) or NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    return NOTHING if value in (None, "") else _time_told(str(value))


def _time_told(text: str) -> str:
    try:
        at = datetime.fromisoformat(text)
        return moment(at) if at.tzinfo else text
    except (ValueError, OverflowError):
        return text


def duration(seconds: int) -> str:
    """Hours, minutes and seconds, as spreadsheets read them too: 0:04:10."""
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"


def due(at: datetime, *, late: bool) -> SafeString:
    word = format_html('<strong class="due__late">{}</strong>', "late") if late else ""
    return format_html('<span class="due">{}{}</span>', moment(at), word)
