"""What is kept so that a change computes only what it can reach. All of it is computed, and is computed anew."""

import django.db.models.deletion
from django.db import migrations, models


def ask_for_new_weights(apps, schema_editor):
    """The next change of what is public computes every sidebar."""
    apps.get_model("publications", "RelatingWeights").objects.update(weighed_at=None)


PACKED = ["reportterms", "candidates", "comparedreports", "topiccarriers", "termusers"]


def keep_in_the_row(apps, schema_editor):
    """PostgreSQL would try in vain to compress what is longer than a quarter of a page, and store it apart."""
    if schema_editor.connection.vendor == "postgresql":
        for table in PACKED:
            schema_editor.execute(f"ALTER TABLE publications_{table} SET (toast_tuple_target = 8160)")
        schema_editor.execute("ALTER TABLE publications_topiccarriers ALTER COLUMN reports SET STORAGE EXTERNAL")


def of_report(name):
    return models.OneToOneField(
        on_delete=django.db.models.deletion.CASCADE,
        primary_key=True,
        related_name=name,
        serialize=False,
        to="publications.report",
    )


class Migration(migrations.Migration):
    dependencies = [("publications", "0010_topic_care")]

    operations = [
        migrations.DeleteModel("LanguageWeight"),
        migrations.DeleteModel("ReportTerms"),
        migrations.AddField("relatingweights", "term_bits", models.PositiveSmallIntegerField(default=0)),
        migrations.CreateModel(
            "LanguageWeight",
            fields=[
                ("language", models.CharField(max_length=8, primary_key=True, serialize=False)),
                ("live_reports", models.PositiveIntegerField()),
                ("bits", models.PositiveSmallIntegerField()),
            ],
        ),
        migrations.CreateModel(
            "TermWeightRange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("terms", models.BinaryField()),
                (
                    "language",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ranges",
                        to="publications.languageweight",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("language", "number"), name="term_weight_range_once"),
                ],
            },
        ),
        migrations.CreateModel(
            "ReportTerms",
            fields=[
                ("report", of_report("terms")),
                ("read_at", models.DateTimeField()),
                ("terms", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            "Candidates",
            fields=[
                ("report", of_report("candidates")),
                ("topics", models.BinaryField()),
                ("vector", models.BinaryField()),
                ("considered", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            "ComparedReports",
            fields=[
                ("number", models.PositiveIntegerField(primary_key=True, serialize=False)),
                ("reports", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            "TopicCarriers",
            fields=[
                (
                    "topic",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="carriers",
                        serialize=False,
                        to="topics.topic",
                    ),
                ),
                ("reports", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            "TermUsers",
            fields=[
                ("number", models.PositiveIntegerField(primary_key=True, serialize=False)),
                ("reports", models.BinaryField()),
            ],
        ),
        migrations.RunPython(keep_in_the_row, migrations.RunPython.noop),
        migrations.RunPython(ask_for_new_weights, migrations.RunPython.noop),
    ]
