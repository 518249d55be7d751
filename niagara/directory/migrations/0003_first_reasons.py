from django.db import migrations

REASONS = {
    "block": ("Waiting for parts", "Missing information", "Damaged", "Waiting for the customer", "Station out of order"),
    "fail": ("Damaged", "Does not start", "Wrong model", "Can't be enrolled", "Failed inspection"),
}


def give_reasons(apps, schema_editor):
    """What a new organization begins with, for those that are there."""
    Organization, Reason = apps.get_model("accounts", "Organization"), apps.get_model("directory", "Reason")
    for organization in Organization.objects.all():
        Reason.objects.bulk_create(
            Reason(organization=organization, kind=kind, label=label, order=order)
            for kind, labels in REASONS.items()
            for order, label in enumerate(labels, start=1)
        )


class Migration(migrations.Migration):
    dependencies = [("directory", "0002_reasons")]

    operations = [migrations.RunPython(give_reasons, migrations.RunPython.noop)]
