from django.db import migrations

PARTS = [
    f"publications.{verb}_{part}"
    for part in ("authorship", "attachment", "reporttopic", "relatedpublication")
    for verb in ("view", "add", "change", "delete")
]
WRITERS = [
    "publications.view_report", "publications.add_report", "publications.change_report",
    "publications.view_publicationtype", "authors.view_author", "topics.view_topic", *PARTS,
]  # fmt: skip
EDITORS = [
    *WRITERS, "publications.edit_every_report", "authors.add_author", "authors.change_author", "authors.delete_author",
    "authors.view_authorlink", "authors.add_authorlink", "authors.change_authorlink", "authors.delete_authorlink",
    "topics.add_topic", "topics.change_topic", "topics.delete_topic", "topics.view_topicsynonym",
    "topics.add_topicsynonym", "topics.change_topicsynonym", "topics.delete_topicsynonym",
]  # fmt: skip
PUBLISHERS = [*EDITORS, "publications.publish_report", "publications.delete_report"]
NAMES = {
    "edit_every_report": "Can edit everybody’s reports",
    "publish_report": "Can publish reports",
}


def make_groups(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    for name, permissions in {"Writers": WRITERS, "Editors": EDITORS, "Publishers": PUBLISHERS}.items():
        group = Group.objects.get_or_create(name=name)[0]
        group.permissions.add(*[permission(apps, one) for one in permissions])


def permission(apps, name):
    """As Django makes them, after all migrations."""
    app, codename = name.split(".")
    verb, _, model = codename.partition("_")
    model = "report" if codename in NAMES else model
    kind = apps.get_model("contenttypes", "ContentType").objects.get_or_create(app_label=app, model=model)[0]
    words = apps.get_model(app, model)._meta.verbose_name
    said = NAMES.get(codename) or f"Can {verb} {words}"
    return apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=kind, codename=codename, defaults={"name": said}
    )[0]


class Migration(migrations.Migration):
    dependencies = [
        ("publications", "0003_roles_and_events"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
