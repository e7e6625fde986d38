"""Image: a picture that stands in texts as a figure. Its file never changes: another is another picture."""

import uuid
from collections.abc import Iterable
from functools import partial

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from publications.files import PICTURES, examine, picture_path
from publications.models.scratch import KEPT, MARGIN, MOST_SWEPT, Scratch, ScratchQuerySet, is_named, is_waiting
from publications.renditions import delete_with_all, upright_size
from text.fields import LineField
from text.figures import keys_of
from text.keys import KeyField


class ImageQuerySet(ScratchQuerySet):
    def in_desk_of(self, user):
        """What this member of staff may know of: what they uploaded, and what stands in reports that they made or were
        assigned, versions included; editors, all."""
        if not (user.is_staff and user.has_perm("publications.view_report")):
            return self.none()
        if user.has_perm("publications.edit_every_report"):
            return self.all()
        reports = ImageUse._meta.get_field("report").related_model.objects.own(user)
        uses = ImageUse.objects.filter(report__in=reports.order_by().values("pk"))
        return self.filter(models.Q(uploaded_by=user) | models.Q(pk__in=uses.values("image")))

    def waiting(self):
        """What a form may still take, and what stands in a report."""
        return self.filter(is_waiting() | models.Exists(ImageUse.objects.filter(image=models.OuterRef("pk"))))

    def free(self):
        """What stands in no report, in no version of one, and in nothing that is typed and not saved."""
        return self.filter(~is_named(), uses=None)

    def unclaimed(self):
        """No version of a report holds them, and none has in the time that they are kept for that."""
        return self.over().filter(uses=None)


class ImageManager(models.Manager.from_queryset(ImageQuerySet)):
    def add(self, file, **fields) -> "Image":
        """Keep an upload. ValidationError where it is no picture."""
        facts = examine(file, *PICTURES)
        width, height = upright_size(file)
        return self.create(
            file=file,
            name=file.name,
            width=width,
            height=height,
            extension=facts.extension,
            size=facts.size,
            sha256=facts.sha256,
            **fields,
        )

    def hold(self, keys: Iterable[str]) -> None:
        """Before a text that names these is saved: none of them goes meanwhile. No query where there is none."""
        if keys := set(keys):
            self.filter(pk__in=keys, uses=None, kept_at__lt=timezone.now() - KEPT + MARGIN).renew()

    def sweep(self) -> int:
        """Delete what nobody has claimed, a few at a time; one that is claimed at this moment stays. How many went."""
        gone = 0
        for key in self.unclaimed().order_by("kept_at").values_list("pk", flat=True)[:MOST_SWEPT]:
            try:
                gone += self.delete_unclaimed(key)
            except (models.ProtectedError, IntegrityError):
                continue
        return gone

    @transaction.atomic
    def delete_unclaimed(self, key: uuid.UUID) -> bool:
        """False where somebody has claimed it, or is about to, since it was found."""
        if image := self.unclaimed().select_for_update(of=("self",)).filter(pk=key).first():
            image.delete_with_file()
        return image is not None


class Image(Scratch):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # As it was uploaded. Readers get what publications/renditions.py makes of it.
    file = models.FileField(upload_to=picture_path, max_length=300)
    name = LineField(max_length=300)
    name_key = KeyField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    extension = models.CharField(max_length=5)
    size = models.PositiveBigIntegerField("size in bytes")
    sha256 = models.CharField(max_length=64)
    # It stands where that one stood: the address of the other leads to this one.
    replaces = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="replacements")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)

    objects = ImageManager()

    class Meta:
        verbose_name = "picture"
        ordering = ["-uploaded_at", "pk"]
        # The list of pictures, and what has been kept long enough.
        indexes = [models.Index(name="image_newest", fields=["-uploaded_at", "id"])]

    def __str__(self):
        return self.name

    @transaction.atomic
    def delete_with_file(self) -> None:
        """ProtectedError, or IntegrityError, where it stands in a report by now."""
        transaction.on_commit(partial(delete_with_all, self.file.name), robust=True)
        # What replaced it replaces what it had replaced: the address of that one still leads on.
        self.replacements.update(replaces=self.replaces_id)
        self.delete()


class ImageUseManager(models.Manager):
    def note(self, report, texts: Iterable[str]) -> None:
        """That these pictures stand in this report, or in a version of it. No query where there is none."""
        if keys := keys_of(texts):
            known = Image.objects.filter(pk__in=keys).values_list("pk", flat=True)
            self.bulk_create((ImageUse(report=report, image_id=key) for key in known), ignore_conflicts=True)

    def end(self, reports) -> None:
        """These reports are about to go: what stands in no other stays for a while, as what was just uploaded does."""
        Image.objects.filter(pk__in=self.filter(report__in=reports).values("image")).renew()


class ImageUse(models.Model):
    """That a picture stands in a report or in a version of it: what it is kept for, and by whom it may be seen."""

    report = models.ForeignKey("publications.Report", on_delete=models.CASCADE, related_name="image_uses")
    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="uses")

    objects = ImageUseManager()

    class Meta:
        constraints = [models.UniqueConstraint(name="image_use_unique", fields=["image", "report"])]

    def __str__(self):
        return f"{self.image} in {self.report}"
