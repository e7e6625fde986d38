from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("publications", "0025_read_again"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="filetext",
            name="file_text_failure_known",
        ),
        migrations.AddConstraint(
            model_name="filetext",
            constraint=models.CheckConstraint(
                condition=models.Q(("failure__in", ["", "busy", "slow", "broken"])), name="file_text_failure_known"
            ),
        ),
    ]
