import django.db.models.deletion
from django.db import migrations, models


def ask_for_new_weights(apps, schema_editor):
    """The next change of what is public computes every sidebar by what texts say."""
    apps.get_model("publications", "RelatingWeights").objects.update(weighed_at=None)


class Migration(migrations.Migration):
    dependencies = [
        ("publications", "0008_topics_by_their_name"),
    ]

    operations = [
        migrations.CreateModel(
            name="LanguageWeight",
            fields=[
                ("language", models.CharField(max_length=8, primary_key=True, serialize=False)),
                ("live_reports", models.PositiveIntegerField()),
                ("terms", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="ReportTerms",
            fields=[
                (
                    "report",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="terms",
                        serialize=False,
                        to="publications.report",
                    ),
                ),
                ("read_at", models.DateTimeField()),
                ("terms", models.BinaryField()),
                ("topics", models.JSONField(default=list)),
            ],
        ),
        migrations.RunPython(ask_for_new_weights, migrations.RunPython.noop),
    ]
