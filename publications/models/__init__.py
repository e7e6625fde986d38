"""Report and everything that hangs on it, a file a noun."""

from publications.models.addresses import FormerSlug
from publications.models.care import AuthorMerge, RetaggedReport, TopicsApart, TopicStep
from publications.models.corrections import EarlierVersion
from publications.models.events import Event
from publications.models.features import HomeFeature, TopicFeature
from publications.models.finding import PublicChange, PublicState
from publications.models.images import Image, ImageUse
from publications.models.parts import Attachment, Authorship, FileText, ReportTopic
from publications.models.related import RelatedPublication
from publications.models.relating import (
    Candidates,
    ComparedReports,
    LanguageWeight,
    RelatingWeights,
    ReportTerms,
    TermUsers,
    TermWeightRange,
    TopicCarriers,
    TopicWeight,
)
from publications.models.report import Report
from publications.models.sharing import PreviewLink
from publications.models.types import PublicationType
from publications.models.typing import Typed, TypedName
from publications.models.uploads import Upload
from publications.models.versions import ReportVersion

__all__ = [
    "Attachment",
    "AuthorMerge",
    "Authorship",
    "Candidates",
    "ComparedReports",
    "EarlierVersion",
    "Event",
    "FileText",
    "FormerSlug",
    "HomeFeature",
    "Image",
    "ImageUse",
    "LanguageWeight",
    "PreviewLink",
    "PublicChange",
    "PublicState",
    "PublicationType",
    "RelatedPublication",
    "RelatingWeights",
    "Report",
    "ReportTerms",
    "ReportTopic",
    "ReportVersion",
    "RetaggedReport",
    "TermUsers",
    "TermWeightRange",
    "TopicCarriers",
    "TopicFeature",
    "TopicStep",
    "TopicWeight",
    "TopicsApart",
    "Typed",
    "TypedName",
    "Upload",
]
