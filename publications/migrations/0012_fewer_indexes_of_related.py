"""Two indexes said what others say too: a report's sidebar begins with the report, and an origin stands there once."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("publications", "0011_relating_of_a_change")]

    operations = [
        migrations.RemoveConstraint(model_name="relatedpublication", name="related_computed_unique"),
        migrations.AlterField(
            "relatedpublication",
            "report",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="related_entries",
                to="publications.report",
            ),
        ),
    ]
