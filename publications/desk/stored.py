"""Files and pictures as the desk shows them, of drafts too: the public gate knows live reports alone."""

from django.apps import apps
from django.contrib.admin.exceptions import NotRegistered
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404

from publications.renditions import rendition
from publications.sending import stored_file

PREVIEW = 480


def stored_picture(site, request, app, model, key, field):
    """A small form of the picture in this field of this row, for those who may see the row in the desk."""
    model_admin, column = admin_of(site, app, model), picture_field(app, model, field)
    row = model_admin.get_object(request, key)
    if row is None or not getattr(row, column.name):
        raise Http404
    if not model_admin.has_view_permission(request, row):
        raise PermissionDenied
    return stored_file(rendition(getattr(row, column.name).name, PREVIEW), "image/webp", "picture.webp")


def admin_of(site, app, model):
    try:
        return site.get_model_admin(apps.get_model(app, model))
    except (LookupError, NotRegistered):
        raise Http404 from None


def picture_field(app, model, name):
    for field in apps.get_model(app, model)._meta.get_fields():
        if isinstance(field, models.ImageField) and field.name == name:
            return field
    raise Http404
