import text.keys
from django.db import migrations, models


def fill(apps, schema_editor):
    images = apps.get_model("publications", "Image").objects
    rows = list(images.only("pk", "name"))
    for image in rows:
        image.name_key = text.keys.name_key(image.name)
    images.bulk_update(rows, ["name_key"], batch_size=500)


class Migration(migrations.Migration):

    dependencies = [
        ("publications", "0022_cover_focus"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="image",
            options={"ordering": ["-uploaded_at", "pk"], "verbose_name": "picture"},
        ),
        migrations.AlterModelOptions(
            name="attachment",
            options={"ordering": ["position", "created_at", "pk"], "verbose_name": "file"},
        ),
        migrations.AddIndex(
            model_name="attachment",
            index=models.Index(fields=["-created_at", "id"], name="attachment_newest"),
        ),
        migrations.AddField(
            model_name="image",
            name="name_key",
            field=text.keys.KeyField(default="", editable=False, max_length=400, of="name"),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
