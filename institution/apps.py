from django.apps import AppConfig


class InstitutionConfig(AppConfig):
    name = "institution"
    verbose_name = "The site"
