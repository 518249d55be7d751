import django.db.models.deletion
from django.db import migrations, models

# Whoever makes the table `batches_batch` anew on SQLite, as Django does to change it there, has to run this again.
TRIGGERS = {
    "postgresql": [
        """
        CREATE FUNCTION count_batches() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'INSERT' THEN
                INSERT INTO batches_batchtotal (organization_id, number)
                SELECT organization_id, count(*) FROM made GROUP BY organization_id;
            ELSE
                INSERT INTO batches_batchtotal (organization_id, number)
                SELECT organization_id, -count(*) FROM gone GROUP BY organization_id;
            END IF;
            RETURN NULL;
        END $$
        """,
        """
        CREATE TRIGGER batches_that_came AFTER INSERT ON batches_batch
        REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION count_batches()
        """,
        """
        CREATE TRIGGER batches_that_went AFTER DELETE ON batches_batch
        REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION count_batches()
        """,
    ],
    # A trigger is called for each row there, and only one transaction writes at a time: one row an organization, beside
    # which `recount --fix` may put another.
    "sqlite": [
        """
        CREATE TRIGGER batches_that_came AFTER INSERT ON batches_batch BEGIN
            INSERT INTO batches_batchtotal (organization_id, number) SELECT NEW.organization_id, 0
            WHERE NOT EXISTS (SELECT 1 FROM batches_batchtotal WHERE organization_id = NEW.organization_id);
            UPDATE batches_batchtotal SET number = number + 1
            WHERE id = (SELECT min(id) FROM batches_batchtotal WHERE organization_id = NEW.organization_id);
        END
        """,
        """
        CREATE TRIGGER batches_that_went AFTER DELETE ON batches_batch BEGIN
            UPDATE batches_batchtotal SET number = number - 1
            WHERE id = (SELECT min(id) FROM batches_batchtotal WHERE organization_id = OLD.organization_id);
        END
        """,
    ],
}
DROPS = {
    "postgresql": [
        "DROP TRIGGER batches_that_came ON batches_batch",
        "DROP TRIGGER batches_that_went ON batches_batch",
        "DROP FUNCTION count_batches",
    ],
    "sqlite": ["DROP TRIGGER batches_that_came", "DROP TRIGGER batches_that_went"],
}


def count(apps, schema_editor):
    # Making a trigger waits for those who write, and lets nobody write until this is over: what is counted is all.
    for statement in TRIGGERS[schema_editor.connection.vendor]:
        schema_editor.execute(statement)
    schema_editor.execute(
        "INSERT INTO batches_batchtotal (organization_id, number) "
        "SELECT organization_id, count(*) FROM batches_batch GROUP BY organization_id"
    )


def stop_counting(apps, schema_editor):
    for statement in DROPS[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_request_counts"),
        ("batches", "0010_cycles_as_they_ended"),
    ]

    operations = [
        migrations.CreateModel(
            name="BatchTotal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.IntegerField()),
                (
                    "organization",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.organization",
                    ),
                ),
            ],
        ),
        migrations.RunPython(count, stop_counting),
    ]
