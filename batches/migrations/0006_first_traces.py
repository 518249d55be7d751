from datetime import datetime, timedelta

from django.db import migrations

AT_ONCE = 1000
MAX_STEP = 100
SECOND = timedelta(seconds=1)


def trace_steps(apps, schema_editor):
    """What the contexts of cycles tell of the steps that somebody closed."""
    Cycle, StepRun = apps.get_model("batches", "Cycle"), apps.get_model("batches", "StepRun")
    ids = ("pk", "organization_id", "location_id", "context__workflow_version__workflow_id")
    rows = []
    for pk, organization_id, location_id, workflow_id, state in (
        Cycle.objects.filter(context__isnull=False).values_list(*ids, "context__state").iterator(AT_ONCE)
    ):
        for run in state["last_steps"]:
            if run["by"] is None:
                continue
            started_at, ended_at = (datetime.fromisoformat(run[name]) for name in ("started_at", "ended_at"))
            rows.append(
                StepRun(
                    organization_id=organization_id,
                    cycle_id=pk,
                    location_id=location_id,
                    at=ended_at,
                    workflow_id=workflow_id,
                    step=run["step_name"][:MAX_STEP],
                    seconds=(ended_at - started_at) // SECOND,
                    failed=run["did_error"],
                )
            )
        if len(rows) >= AT_ONCE:
            StepRun.objects.bulk_create(rows)
            rows = []
    StepRun.objects.bulk_create(rows)


def trace_blocks(apps, schema_editor):
    """What the history tells of cycles that were blocked: the reason, and after a colon perhaps a comment."""
    Block, Cycle = apps.get_model("batches", "Block"), apps.get_model("batches", "Cycle")
    HistoryEntry, Reason = apps.get_model("accounts", "HistoryEntry"), apps.get_model("directory", "Reason")
    reasons = {}
    for organization_id, label in Reason.objects.filter(kind="block").values_list("organization_id", "label"):
        reasons.setdefault(organization_id, []).append(label)
    entries = HistoryEntry.objects.filter(entity_type="CYC", verb="blocked").order_by("id")
    for entry in entries.iterator(AT_ONCE):
        cycle = Cycle.objects.filter(pk=entry.entity_id).values("location_id").first()
        if cycle is None:
            continue
        told = [one for one in reasons.get(entry.organization_id, ()) if f"{entry.reason}:".startswith(f"{one}:")]
        Block.objects.create(
            organization_id=entry.organization_id,
            cycle_id=entry.entity_id,
            location_id=cycle["location_id"],
            at=entry.at,
            reason=max(told, key=len, default=entry.reason.partition(":")[0][:200]),
        )


class Migration(migrations.Migration):
    dependencies = [("batches", "0005_traces"), ("accounts", "0001_initial"), ("directory", "0003_first_reasons")]

    operations = [
        migrations.RunPython(trace_steps, migrations.RunPython.noop),
        migrations.RunPython(trace_blocks, migrations.RunPython.noop),
    ]
