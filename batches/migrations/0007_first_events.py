import json
from collections import defaultdict
from datetime import UTC

from django.conf import settings
from django.db import migrations

SYSTEM = {"id": 1, "name": "System"}
AT_ONCE = 500


def begin_journals(apps, schema_editor):
    """Groups that were there before there were events get those that lead to what they are."""
    BatchGroup, Event = apps.get_model("batches", "BatchGroup"), apps.get_model("webhooks", "Event")
    silent = list(BatchGroup.objects.filter(last_version=0).order_by("pk").values_list("pk", flat=True))
    for begin in range(0, len(silent), AT_ONCE):
        ids = silent[begin : begin + AT_ONCE]
        groups = BatchGroup.objects.in_bulk(ids)
        happened = happened_to(apps, groups)
        Event.objects.bulk_create(
            (
                event(Event, groups[pk], version, *one)
                for pk in ids
                # Those of the same time stay as they are: a batch is added before it is worked on.
                for version, one in enumerate(sorted(happened[pk], key=lambda one: one[0]), start=1)
            ),
            batch_size=AT_ONCE,
        )
        for pk in ids:
            groups[pk].last_version = len(happened[pk])
        BatchGroup.objects.bulk_update(groups.values(), ["last_version"])


def happened_to(apps, groups):
    """Of each group, what happened when: the time, the kind, and the keys of the kind."""
    Batch, Note = apps.get_model("batches", "Batch"), apps.get_model("records", "Note")
    GroupEquipment = apps.get_model("batches", "GroupEquipment")
    happened = defaultdict(list)
    for pk, group in groups.items():
        happened[pk] = [(group.created, *one) for one in made(group)]
    needed = defaultdict(list)
    for one in GroupEquipment.objects.filter(batch_group__in=groups).select_related("needed").order_by("needed__label"):
        needed[one.batch_group_id].append({"id": str(one.needed_id), "name": one.needed.label})
    for pk, equipment in needed.items():
        happened[pk].append((groups[pk].created, "EquipmentChanged", {"equipment": equipment}))
    batches = Batch.objects.filter(batch_group__in=groups).select_related("mixing_station").order_by("pk")
    for batch in batches:
        # One that was moved here may be older than the group.
        added = max(batch.created, groups[batch.batch_group_id].created)
        happened[batch.batch_group_id].append((added, "BatchAdded", {"batchId": str(batch.pk)}))
        if batch.mixing_station:
            station = {"id": str(batch.mixing_station_id), "name": batch.mixing_station.label}
            told = {"batchId": str(batch.pk), "mixingStation": station}
            happened[batch.batch_group_id].append((added, "BatchMixingStationChanged", told))
        if batch.complete:
            actual = {"planned": batch.number_cycles, "complete": batch.complete}
            told = {"batchId": str(batch.pk), "actual": actual}
            happened[batch.batch_group_id].append((max(batch.updated, added), "ActualChanged", told))
    for note in Note.objects.filter(subject_type="BGR", subject_id__in=groups).select_related("author").order_by("pk"):
        happened[note.subject_id].append((note.created, "NoteAdded", {"note": told_of(note)}))
    return happened


def made(group):
    yield "Created", {"name": group.name, "workOrderId": str(group.work_order_id)}
    if group.settings:
        yield "SettingsChanged", {"settings": group.settings}
    for tag in group.tags:
        yield "TagAdded", {"tag": tag}
    if group.container_type:
        container = {"container_type": group.container_type, "label": group.container_label}
        yield "ContainerChanged", {"container": container}
    if group.delivery_status != "not-ready":
        yield "DeliveryStatusChanged", {"deliveryStatus": group.delivery_status}


def told_of(note):
    return {
        "id": str(note.pk),
        "content": note.content,
        "type": "issue" if note.is_issue else "note",
        "user": "" if note.author_id == SYSTEM["id"] else note.author.name,
        "observedDateTime": note.created.astimezone(UTC).isoformat(timespec="microseconds"),
    }


def event(Event, group, version, at, kind, told):
    body = {
        "kind": f"{settings.EVENT_KIND_PREFIX}{kind}",
        "id": str(group.pk),
        **told,
        "metadata": {
            "version": version,
            "dateTime": at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
            "user": SYSTEM,
            "organizationId": group.organization_id,
            "reason": None,
        },
    }
    return Event(
        organization_id=group.organization_id,
        name="BatchChanged",
        subject_id=group.pk,
        version=version,
        body=json.dumps(body, ensure_ascii=False, separators=(",", ":")),
        created=at,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("batches", "0006_first_traces"),
        ("records", "0003_webhook_notifications"),
        ("webhooks", "0001_events"),
    ]

    operations = [migrations.RunPython(begin_journals, migrations.RunPython.noop)]
