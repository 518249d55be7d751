"""Draws representations: what to read for one, and how its rows become an answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import Any

import orjson
from django.db import models
from django.db.models import F
from rest_framework import serializers

from niagara.api.paging import Key, order
from niagara.api.representations import Constant, Derived, Gather, Gathered, IdText, Representation, UtcText
from niagara.statements import Among, Row, Statement

Draw = Callable[[Row, "Drawing"], Any]


class _Plan:
    """What to read for a representation, and how to draw a row of it. Made once."""

    def __init__(self, representation: type[Representation]) -> None:
        self.representation = representation
        self.columns: dict[str, Any] = {}  # path → what is selected for it
        self.parts: list[tuple[str, int, type[Representation]]] = []  # a foreign key and where its id stands
        self.gathers: list[tuple[Callable[[Row], Any], type[models.Model], Gather]] = []
        self._statements: dict[Any, Statement] = {}
        self._column("pk")
        self.draw = self._object(representation(), "")
        self.links = {relation: self._link(template) for relation, template in representation.links.items()}
        self.embeds = {
            key: (embedded, self._embed(source)) for key, (embedded, source) in representation.embeds.items()
        }

    def statement(self, *also: str, sort: Sequence[Key] = ()) -> Statement:
        """Reads rows by their ids, each followed by further columns and by what it is sorted by."""
        wanted = (also, tuple((key.column, key.descending) for key in sort))
        if wanted not in self._statements:
            rows = self.representation.rows().filter(Among("pk"))
            columns = [*self.columns.values(), *map(F, also), *(F(key.column) for key in sort)]
            self._statements[wanted] = Statement((order(rows, sort) if sort else rows).values_list(*columns))
        return self._statements[wanted]

    def _column(self, path: str, read: Any = None) -> int:
        """Where a column stands in the row. UUIDs are read as text."""
        if path.endswith("__pk"):
            path = path.removesuffix("__pk") + "_id"
        if path not in self.columns:
            is_uuid = isinstance(_field_at(self.representation.model, path), models.UUIDField)
            self.columns[path] = read or (IdText(F(path)) if is_uuid else F(path))
        return list(self.columns).index(path)

    def _object(self, shown: Representation, prefix: str) -> Draw:
        return _drawing_of({name: self._field(shown, field, prefix) for name, field in shown.fields.items()})

    def _field(self, shown: Representation, field: Any, prefix: str) -> int | Draw:
        """Where the column of the field stands, or what draws the field."""
        if isinstance(field, Representation) and field.inline is not None:
            return self._inline(field, prefix + field.inline)
        if isinstance(field, Representation):
            source, part = f"{prefix}{field.source}", type(field)
            at = self._column(f"{source}_id")
            self.parts.append((source, at, part))
            return lambda row, drawing: drawing.part(part, row[at])
        if isinstance(field, Derived):
            function, indexes = field.function, [self._column(prefix + column) for column in field.columns]
            return lambda row, drawing: function(*[row[index] for index in indexes])
        if isinstance(field, Gathered):
            gather, pick, otherwise = field.gather, field.pick, field.otherwise
            key_of = itemgetter(*(self._column(prefix + column) for column in field.columns))
            self.gathers.append((key_of, shown.model, gather))

            def draw_gathered(row: Row, drawing: Drawing) -> Any:
                value = drawing.gathered[gather].get(key_of(row))
                return otherwise if value is None else pick(value)

            return draw_gathered
        if isinstance(field, Constant):
            value = field.value
            return lambda row, drawing: value
        path = f"{prefix}{field.source.replace('.', '__')}"
        return self._column(path, UtcText(F(path)) if isinstance(field, serializers.DateTimeField) else None)

    def _inline(self, shown: Representation, prefix: str) -> Draw:
        draw = self._object(shown, prefix)
        if not shown.allow_null:
            return draw
        at = self._column(f"{prefix}pk")
        return lambda row, drawing: None if row[at] is None else draw(row, drawing)

    def _link(self, template: str) -> tuple[str, Draw, str]:
        """What stands before the id, draws the id, what stands behind it."""
        before, has_column, rest = template.partition("{")
        if not has_column:
            return before, lambda row, drawing: "", ""
        path, _, after = rest.partition("}")
        return before, self._reach(path), after

    def _embed(self, source: str | Callable[[Any], models.QuerySet]) -> Draw:
        if callable(source):
            return lambda row, drawing: source(row[0])
        draw = self._reach(source)
        return lambda row, drawing: [draw(row, drawing)]

    def _reach(self, path: str) -> Draw:
        """Draws a column of this row or of one that it leads to, which is joined unless a part shows it."""
        return self._shown(path) or _at(self._column(path))

    def _shown(self, path: str) -> Draw | None:
        """Draws a column that is read anyway: for this row, or for one that is a part of it."""
        if path in self.columns:
            return _at(self._column(path))
        for source, at, part in self.parts:
            if path.startswith(f"{source}__"):
                draw = plan_of(part)._shown(path.removeprefix(f"{source}__"))
                return draw and _of_part(at, part, draw)
        return None


def _field_at(model: type[models.Model], path: str) -> models.Field | None:
    """The field that a path of columns ends at; None for an annotation."""
    *through, last = path.split("__")
    for name in through:
        related: Any = model._meta.get_field(name).related_model
        model = related
    if last == "pk":
        return model._meta.pk
    names = {field.attname: field for field in model._meta.concrete_fields}
    return getattr(names.get(last), "target_field", names.get(last))


def _at(index: int) -> Draw:
    return lambda row, drawing: row[index]


def _drawing_of(fields: Mapping[str, int | Draw]) -> Draw:
    """Draws an object: all that are columns are taken from the row at once, then the others computed."""
    names, computed = list(fields), [(name, draw) for name, draw in fields.items() if not isinstance(draw, int)]
    pick = itemgetter(*(field if isinstance(field, int) else 0 for field in fields.values()), 0)

    def draw_object(row: Row, drawing: Drawing) -> dict[str, Any]:
        drawn = dict(zip(names, pick(row), strict=False))
        for name, draw in computed:
            drawn[name] = draw(row, drawing)
        return drawn

    return draw_object


def _of_part(at: int, part: type[Representation], draw: Draw) -> Draw:
    def draw_of_part(row: Row, drawing: Drawing) -> Any:
        found = drawing.row(part, row[at])
        return None if found is None else draw(found, drawing)

    return draw_of_part


@cache
def plan_of(representation: type[Representation]) -> _Plan:
    return _Plan(representation)


class Drawing:
    """One answer being drawn: each row it mentions is read once and rendered once."""

    def __init__(self, api_root: str) -> None:
        self.api_root = api_root
        self.gathered: dict[Gather, dict[Any, Any]] = defaultdict(dict)
        self._rows: dict[type[Representation], dict[Any, Row]] = defaultdict(dict)
        self._rendered: dict[type[Representation], dict[Any, orjson.Fragment]] = defaultdict(dict)

    def items(self, representation: type[Representation], rows: Sequence[Row]) -> list[dict[str, Any]]:
        """The rows as they stand in a page: with their links."""
        plan = plan_of(representation)
        self._read(representation, rows)
        return [{**plan.draw(row, self), "_links": self._links(plan, row)} for row in rows]

    def single(self, representation: type[Representation], row: Row, embed: Iterable[str] = ()) -> dict[str, Any]:
        """The row as it stands alone: with its links and what it embeds, each a list."""
        plan = plan_of(representation)
        self._read(representation, [row])
        answer = plan.draw(row, self)
        if plan.embeds:
            answer["_embedded"] = {
                key: self._embedded(embedded, chosen(row, self)) if key in embed else []
                for key, (embedded, chosen) in plan.embeds.items()
            }
        answer["_links"] = self._links(plan, row)
        return answer

    def row(self, representation: type[Representation], row_id: Any) -> Row | None:
        """A row that another refers to, as it was read; None if it went between the two readings."""
        return self._rows[representation].get(row_id)

    def part(self, representation: type[Representation], row_id: Any) -> orjson.Fragment | None:
        """A row that another refers to, rendered the first time it is asked for."""
        if row_id is None:
            return None
        rendered = self._rendered[representation]
        if row_id not in rendered:
            row = self.row(representation, row_id)
            if row is None:
                return None
            rendered[row_id] = orjson.Fragment(orjson.dumps(plan_of(representation).draw(row, self)))
        return rendered[row_id]

    def _embedded(self, representation: type[Representation], chosen: models.QuerySet | list[Any]) -> list[Any]:
        ids = chosen if isinstance(chosen, list) else list(chosen.values_list("pk", flat=True))
        return self.items(representation, plan_of(representation).statement().read(ids=ids))

    def _links(self, plan: _Plan, row: Row) -> dict[str, Any]:
        links = {}
        for relation, (before, draw, after) in plan.links.items():
            row_id = draw(row, self)
            if row_id is not None:
                links[relation] = {"href": f"{self.api_root}/{before}{row_id}{after}"}
        return links

    def _read(self, representation: type[Representation], rows: Sequence[Row]) -> None:
        """Read all that these rows lead to: level by level, each kind of row with one query a level."""
        level: dict[type[Representation], Sequence[Row]] = {representation: rows}
        wanted: dict[Gather, dict[type[models.Model], set[Any]]] = defaultdict(lambda: defaultdict(set))
        while level:
            missing: dict[type[Representation], set[Any]] = defaultdict(set)
            for shown, found in level.items():
                plan = plan_of(shown)
                for _, at, part in plan.parts:
                    missing[part] |= {row[at] for row in found} - self._rows[part].keys() - {None}
                for key_of, model, gather in plan.gathers:
                    wanted[gather][model] |= {key_of(row) for row in found}
            level = {part: self._read_part(part, ids) for part, ids in missing.items() if ids}
        for gather, ids in wanted.items():
            self.gathered[gather].update(gather(ids))

    def _read_part(self, part: type[Representation], ids: set[Any]) -> Sequence[Row]:
        rows = plan_of(part).statement().read(ids=ids)
        self._rows[part].update((row[0], row) for row in rows)
        return rows
