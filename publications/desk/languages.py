"""Languages for the editor of texts: which are suggested, and which one is meant by a name or a tag."""

from django.core.exceptions import ValidationError
from django.http import JsonResponse

from publications.desk.widgets import LanguageWidget
from publications.models import Report
from text.cleaning import clean_line
from text.languages import typed_language


def languages(request):
    """The names of those suggested, each with its tag; of `words`, their tag, or a sentence on why they have none."""
    if "words" not in request.GET:
        return JsonResponse({"names": suggested()})
    try:
        return JsonResponse({"tag": typed_language(clean_line(request.GET["words"]))})
    except ValidationError as error:
        return JsonResponse({"said": error.messages[0]})


def suggested():
    widget = LanguageWidget()
    widget.suggest(Report.objects.live().languages())
    return widget.suggestions
