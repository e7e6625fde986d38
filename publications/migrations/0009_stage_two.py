import django.db.models.deletion
from django.db import migrations, models


def ask_for_new_weights(apps, schema_editor):
    """The next change of what is public computes every sidebar by what texts say."""
    apps.get_model("publications", "RelatingWeights").objects.update(weighed_at=None)


class Migration(migrations.Migration):

    dependencies = [
        ('publications', '0008_topics_by_their_name'),
    ]

    operations = [
        migrations.CreateModel(
            name='Candidates',
            fields=[
                ('report', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='candidates', serialize=False, to='publications.report')),
                ('topics', models.BinaryField()),
                ('vector', models.BinaryField()),
                ('considered', models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name='LanguageWeight',
            fields=[
                ('language', models.CharField(max_length=8, primary_key=True, serialize=False)),
                ('live_reports', models.PositiveIntegerField()),
                ('bits', models.PositiveSmallIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='Neighbourhood',
            fields=[
                ('report', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='neighbourhood', serialize=False, to='publications.report')),
                ('day', models.IntegerField()),
                ('language', models.CharField(max_length=8)),
                ('topic_floor', models.BigIntegerField()),
                ('term_floor', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='ReportTerms',
            fields=[
                ('report', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='terms', serialize=False, to='publications.report')),
                ('read_at', models.DateTimeField()),
                ('terms', models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name='TermUsers',
            fields=[
                ('number', models.PositiveIntegerField(primary_key=True, serialize=False)),
                ('users', models.BinaryField()),
            ],
        ),
        migrations.AddField(
            model_name='relatingweights',
            name='term_bits',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.CreateModel(
            name='TermWeightRange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('terms', models.BinaryField()),
                ('language', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ranges', to='publications.languageweight')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('language', 'number'), name='term_weight_range_once')],
            },
        ),
        migrations.RunPython(ask_for_new_weights, migrations.RunPython.noop),
    ]
