from django.db import migrations

KEPT = ("workflow_version", "label", "schema_version", "applies_to", "starts_at", "metadata", "steps", "triggered_by")


def keep_versions(apps, schema_editor):
    """Every workflow as it is now is a version that contexts can run."""
    Workflow, WorkflowVersion = apps.get_model("workorders", "Workflow"), apps.get_model("workorders", "WorkflowVersion")
    for workflow in Workflow.objects.iterator():
        kept = {name: getattr(workflow, name) for name in KEPT}
        WorkflowVersion.objects.create(workflow=workflow, created=workflow.updated, **kept)


class Migration(migrations.Migration):
    dependencies = [("workorders", "0002_contexts")]

    operations = [migrations.RunPython(keep_versions, migrations.RunPython.noop)]
