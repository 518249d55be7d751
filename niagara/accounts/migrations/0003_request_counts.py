from django.db import migrations


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":  # SQLite has them in a file beside the database
        # Half of each page stays empty, so that a count is written beside the one before and no index changes.
        schema_editor.execute("""
            CREATE UNLOGGED TABLE request_counts (
                key text PRIMARY KEY,
                began double precision NOT NULL,
                number integer NOT NULL
            ) WITH (fillfactor = 50)
        """)
        schema_editor.execute("CREATE INDEX request_counts_began ON request_counts (began)")


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TABLE request_counts")


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_badges'),
    ]

    operations = [
        migrations.RunPython(create, drop),
    ]
