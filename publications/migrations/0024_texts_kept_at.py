import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("publications", "0023_pictures_by_name"),
    ]

    operations = [
        migrations.AddField(
            model_name="filetext",
            name="kept_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
    ]
