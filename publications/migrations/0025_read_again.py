from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("publications", "0024_texts_kept_at"),
    ]

    operations = [
        migrations.AddField(
            model_name="filetext",
            name="read_again",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddIndex(
            model_name="filetext",
            index=models.Index(
                fields=["sha256", "has_text", "failure", "read_again", "kept_at"], name="file_text_told"
            ),
        ),
    ]
