"""The cards of the board. There are hundreds of them, fetched again and again: they are read as values and drawn
without a template, and what is the same on many is drawn once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from html import escape
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from batches.models import technicians_of
from batches.views.risk import is_at_risk
from niagara.screens import pieces
from niagara.screens.addresses import address_maker

COUNTS = tuple(pieces.SEGMENTS)
READ = (
    *("pk", "queue", "in_all", "label", "version", "number_cycles", *COUNTS, "active"),
    *("work_order__label", "work_order__begin_date", "work_order__due_date", "work_order__project__customer__label"),
    *("hold_reason", "work_order__hold_reason"),
)
CARD = """
<li class="ticket{mark}" id="batch-{id}" data-batch="{id}" data-version="{version}">
<div class="ticket__top">TICK<a class="ticket__label" href="{address}" draggable="false">{label}</a>GRIP</div>
<p class="ticket__for">{work_order} · {customer}</p>{held}
{bar}
<div class="ticket__foot"><span>{word}Due {due}</span><span class="people">{people}</span></div>
</li>"""
TICK = """<label class="ticket__tick">\
<input type="checkbox" name="batch" value="{id}" form="selection" aria-label="Choose {label}"></label>"""
GRIP = '<span class="ticket__grip" aria-hidden="true" title="Drag to move">⠿</span>'
TO_LOOK_AT = CARD.replace("TICK", "").replace("GRIP", "")
TO_MOVE = CARD.replace("TICK", TICK).replace("GRIP", GRIP)
LATE = format_html("{} ", pieces.chip("Late", "late"))
HELD = '<p class="ticket__held">{}</p>'
AT_RISK = format_html("{} ", pieces.chip("At risk", "at-risk"))


@dataclass(slots=True)
class Card:
    """What the board shows of a batch. `in_all` is how many there are in its queue, shown or not."""

    id: UUID
    queue: UUID
    in_all: int
    label: str
    version: int
    work_order: str
    customer: str
    due: str
    late: bool
    at_risk: bool
    held: SafeString
    bar: SafeString
    people: SafeString


def read_cards(batches: Any, takes: Callable[[UUID, UUID, int], timedelta | None], at: datetime) -> list[Card]:
    """`takes(queue, batch, active)` says in which time a batch will be done; None where that is not known."""

    @cache
    def draw_bar(whole: int, *counts: int) -> SafeString:
        return pieces.bar(dict(zip(COUNTS, counts, strict=True)), whole=whole)

    @cache
    def draw_held(why: str) -> SafeString:
        return format_html(HELD, pieces.on_hold(why)) if why else SafeString()

    @cache
    def draw_people(*names: str) -> SafeString:
        return pieces.people(names)

    @cache
    def say(due: datetime) -> str:
        return date_format(timezone.localtime(due), "j M, H:i")

    rows = list(batches.values_list(*READ))
    people = technicians_of(row[0] for row in rows)
    cards = []
    for id, queue, in_all, label, version, whole, *counts, active, order, begin, due, customer, why, of_order in rows:
        done = counts[COUNTS.index("complete")]
        left = takes(queue, id, active)
        cards.append(
            Card(
                id=id,
                queue=queue,
                in_all=in_all,
                label=label,
                version=version,
                work_order=order,
                customer=customer,
                due=say(due),
                late=due < at,
                at_risk=is_at_risk(begin=begin, due=due, done=done, whole=whole, takes=left, at=at),
                held=draw_held(why or of_order),
                bar=draw_bar(whole, *counts),
                people=draw_people(*map(str, people.get(id, ()))),
            )
        )
    return cards


def draw_cards(cards: list[Card], *, may_move: bool) -> SafeString:
    """`may_move`: with a tick to choose it and a handle to drag it."""
    address_of = address_maker("batch-page")
    drawn = TO_MOVE if may_move else TO_LOOK_AT
    return SafeString("".join(_draw(card, address_of(card.id), drawn) for card in cards))


def _draw(card: Card, address: str, drawn: str) -> str:
    # Escaped by hand: `format_html` looks at each of the thousands of values for whether it is safe.
    return drawn.format(
        mark=" ticket--late" if card.late else " ticket--at-risk" if card.at_risk else "",
        id=card.id,
        version=card.version,
        address=address,
        label=escape(card.label),
        work_order=escape(card.work_order),
        customer=escape(card.customer),
        held=card.held,
        bar=card.bar,
        word=LATE if card.late else AT_RISK if card.at_risk else "",
        due=card.due,
        people=card.people,
    )
