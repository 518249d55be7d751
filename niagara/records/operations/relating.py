"""Attaching things to one another, and detaching them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from niagara.accounts import access
from niagara.accounts.actor import Actor
from niagara.accounts.models import User
from niagara.accounts.operations import history
from niagara.accounts.operations.locking import RemovedMeanwhile, hold
from niagara.records.entities import public_id
from niagara.records.models import Relation
from niagara.records.operations.notifying import notify_technicians
from niagara.refusals import Conflict, Fault, Invalid


class AlreadyRelated(Conflict):
    """The relation exists."""


class OfAnotherOrganization(Invalid):
    """Nothing is related across organizations."""


@transaction.atomic
def attach(target: Any, relation: str, entity: Any, *, by: Actor, at: datetime) -> Relation:
    """Make `entity` the `relation` ("tech") of `target`.

    Raises RemovedMeanwhile, PermissionMissing, Invalid, AlreadyRelated.
    """
    access.require(by, f"{target.resource}:attach", target)
    if relation == Relation.Type.TECH and not isinstance(entity, User):
        raise Invalid(
            [Fault("const", ("entity", "entity_type"), "Only a USER can be a technician.", {"const": "USER"})]
        )
    if target == entity:
        raise Invalid([Fault("not", ("entity", "entity_id"), "A thing can't be related to itself.")])
    _require_same_organization(target, entity)
    made = make_relation(target, relation, entity, at=at)
    hold(type(target)._default_manager.all(), target.pk)
    if Relation.objects.filter(
        target_id=made.target_id, relation=relation, source_id=made.source_id, source_type=made.source_type
    ).exists():
        raise AlreadyRelated(f"{entity} is already {made.get_relation_display().lower()} {target}.")
    made.save(force_insert=True)
    if relation == Relation.Type.TECH:
        notify_technicians([(target, entity)], by=by, at=at)
    history.record(target, "related", by=by, at=at, changes={relation: (None, entity)})
    return made


def attach_technicians(targets: Iterable[Any], technicians: Iterable[User], *, by: Actor, at: datetime) -> None:
    """Make each of the users a technician of each of the targets; who is one already stays one.

    Raises RemovedMeanwhile, PermissionMissing, OfAnotherOrganization.
    """
    targets, technicians = list(targets), list(technicians)
    with transaction.atomic():
        for target in targets:
            access.require(by, f"{target.resource}:attach", target)
            for technician in technicians:
                _require_same_organization(target, technician)
        _hold_all(targets)
        known = set(
            Relation.objects.technicians()
            .filter(target_id__in=[target.pk for target in targets])
            .values_list("target_id", "source_id")
        )
        new = [
            (target, technician)
            for target in targets
            for technician in technicians
            if (target.pk, technician.user_id) not in known
        ]
        Relation.objects.bulk_create(
            make_relation(target, Relation.Type.TECH, technician, at=at) for target, technician in new
        )
        notify_technicians(new, by=by, at=at)
        history.record_all(
            history.entry(target, "related", by=by, at=at, changes={"tech": (None, technician)})
            for target, technician in new
        )


@transaction.atomic
def detach(row: Any, relation: Relation, *, by: Actor, at: datetime) -> None:
    """Remove a relation of `row`. Raises RemovedMeanwhile, PermissionMissing."""
    access.require(by, f"{row.resource}:detach", row)
    hold(Relation.objects.all(), relation.pk, to_remove=True)
    history.record(row, "unrelated", by=by, at=at, changes={relation.relation: (relation.source_id, None)})
    relation.delete()


def remove_relations(row: Any) -> None:
    """Forget every relation of a row that is about to be deleted."""
    Relation.objects.of(public_id(row)).delete()


def make_relation(target: Any, relation: str, entity: Any, *, at: datetime) -> Relation:
    """The relation, not yet written."""
    return Relation(
        organization_id=target.organization_id,
        relation=relation,
        source_type=entity.entity_type,
        source_id=public_id(entity),
        source_user=entity if isinstance(entity, User) else None,
        target_type=target.entity_type,
        target_id=public_id(target),
        created=at,
        updated=at,
    )


def _hold_all(targets: Sequence[Any]) -> None:
    """Let one transaction at a time decide about the technicians of these rows of one kind."""
    if not targets:
        return
    rows = type(targets[0])._default_manager.select_for_update(no_key=True)
    found = rows.filter(pk__in={target.pk for target in targets}).order_by("pk").values_list("pk", flat=True)
    if len(found) < len({target.pk for target in targets}):
        raise RemovedMeanwhile(f"One of these {rows.model._meta.verbose_name_plural} was removed meanwhile.")


def _require_same_organization(target: Any, entity: Any) -> None:
    # A superuser belongs to no organization.
    if entity.organization_id not in (None, target.organization_id):
        raise OfAnotherOrganization([Fault("enum", ("entity", "entity_id"), "Choose one of the same organization.")])
