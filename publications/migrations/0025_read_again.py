from django.db import migrations, models


class Elsewhere:
    """Not on SQLite, where adding a column makes the table anew, its constraints as they are by then: once is enough of a
    table that holds the words of all PDFs."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor != "sqlite":
            super().database_forwards(app_label, schema_editor, from_state, to_state)


class RemoveConstraint(Elsewhere, migrations.RemoveConstraint):
    pass


class AddConstraint(Elsewhere, migrations.AddConstraint):
    pass


class Migration(migrations.Migration):

    dependencies = [
        ("publications", "0024_texts_kept_at"),
    ]

    operations = [
        RemoveConstraint(
            model_name="filetext",
            name="file_text_failure_known",
        ),
        AddConstraint(
            model_name="filetext",
            constraint=models.CheckConstraint(
                condition=models.Q(("failure__in", ["", "busy", "slow", "broken"])), name="file_text_failure_known"
            ),
        ),
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
