import re
from uuid import UUID

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

NAMED = re.compile(r"data-picture\s*=\W*([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", re.IGNORECASE)


def fill(apps, schema_editor):
    """What was stored before has the time that it had; what was typed before keeps what it names."""
    for name in ("Image", "Upload"):
        apps.get_model("publications", name).objects.update(kept_at=models.F("uploaded_at"))
    names = apps.get_model("publications", "TypedName").objects
    for typed in apps.get_model("publications", "Typed").objects.only("data").iterator(10):
        names.bulk_create(names.model(typed=typed, key=key) for key in keys_in(typed.data))


def keys_in(data):
    keys = set()
    for name, given in data.items():
        keys |= {key for text in given for key in NAMED.findall(text)}
        if name.endswith("-upload"):
            keys |= set(given)
    return set(filter(None, map(as_key, keys)))


def as_key(text):
    try:
        return UUID(text)
    except ValueError:
        return None


class Migration(migrations.Migration):

    dependencies = [
        ("publications", "0025_read_again"),
    ]

    operations = [
        migrations.AddField(
            model_name="image",
            name="kept_at",
            field=models.DateTimeField(db_index=True, default=django.utils.timezone.now),
        ),
        migrations.AddField(
            model_name="upload",
            name="kept_at",
            field=models.DateTimeField(db_index=True, default=django.utils.timezone.now),
        ),
        migrations.AlterField(
            model_name="upload",
            name="uploaded_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.CreateModel(
            name="TypedName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField()),
                (
                    "typed",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="names", to="publications.typed"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("key", "typed"), name="typed_name_unique")],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
