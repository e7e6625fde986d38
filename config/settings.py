"""Pressmark's settings: the only settings file. What a deployer can set is read by config/environment.py."""

from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.conf import global_settings
from django_prose_editor.config import html_tags, process_link
from js_asset import static_lazy

from config import environment

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = environment.data_dir(BASE_DIR)

DEBUG = environment.flag("DEBUG", False)
DEMO = environment.demo()
LISTEN = environment.listen()
PORT = environment.port()
GRANIAN_WORKERS = environment.workers()
SITE_URL = environment.site_url()
HTTPS = SITE_URL.startswith("https:")
ALLOWED_HOSTS = environment.allowed_hosts(SITE_URL)
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SITE_URL else []

DATABASES = {"default": environment.database(DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# A download by a slow reader holds a thread, so there are many; each may hold a connection; PostgreSQL grants 100.
GRANIAN_BLOCKING_THREADS = environment.threads("" if DATABASES["default"]["ENGINE"] == environment.SQLITE else "40")
SECRET_KEY = environment.secret_key(DATA_DIR, DATABASES["default"]["ENGINE"])

INSTALLED_APPS = [
    "config.apps.DeskConfig",
    "config.apps.PeopleConfig",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "taggit",
    "js_asset",
    "django_prose_editor",
    "csp",
    "institution",
    "authors",
    "topics",
    "publications",
    "interchange",
    "delivery",
    "accounts",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "delivery.middleware.RefuseControlCharacters",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# The longest that a one-time address lives; each kind says for itself how long (accounts/links.py). Seven days.
PASSWORD_RESET_TIMEOUT = 7 * 24 * 60 * 60

LANGUAGE_CODE = environment.language_code(dict(global_settings.LANGUAGES))
TIME_ZONE = environment.time_zone()
USE_TZ = True

vars().update(environment.email())
DEFAULT_FROM_EMAIL = environment.from_email()
# A mail server that does not answer holds nobody up for long. (Seconds.)
EMAIL_TIMEOUT = 10

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        # No base_url: every file goes through the gate that knows its report's state.
        "OPTIONS": {"location": DATA_DIR / "files", "base_url": None},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Source maps are of no use to readers and cost minutes to compress.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = [
    "map", "jpg", "jpeg", "png", "gif", "webp", "avif", "zip", "gz", "br", "woff", "woff2",
]  # fmt: skip
# Pages ask by hashed names alone; leaving out the others halves the time of collecting.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_USE_FINDERS = DEBUG
if DEBUG:
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}

# Uploads: PDFs of a few hundred pages are normal here.
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_PERMISSIONS = 0o640

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]

# Everything from this host alone. The nonce is for the editor's import map, which only the desk has.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    },
}

FIGURES = html_tags(["figure", "img", "small", "figcaption"], {"img": ["data-picture", "alt"]})
# What the editor of texts knows beyond its own: text/richtext.py declares what a text may hold.
DJANGO_PROSE_EDITOR_EXTENSIONS = [
    {"js": [static_lazy("desk/footnotes.js")], "extensions": {"FootNote": html_tags(["foot-note"])}},
    {"js": [static_lazy("desk/figures.js")], "extensions": {"Picture": FIGURES}},
    {
        "js": [static_lazy("desk/languages.js")],
        "extensions": {"OtherLanguage": html_tags(["span"], {"span": ["lang"], "blockquote": ["lang"]})},
    },
    {"js": [static_lazy("desk/tables.js")], "extensions": {"HeaderCells": html_tags([])}},
    {"js": [static_lazy("desk/pasting.js")], "extensions": {"OfficePaste": html_tags([])}},
    # The editor's own, with another dialog.
    {"js": [static_lazy("desk/linking.js")], "extensions": {"Link": process_link}},
    # Likewise, with items that begin with other than words.
    {"js": [static_lazy("desk/lists.js")], "extensions": {"ListItem": html_tags(["li"])}},
]

TAGGIT_CASE_INSENSITIVE = False
# Whether an institute's other subdomains are served by https alone is not ours to say (W005, W021).
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021", *([] if HTTPS else ["security.W004"])]
LOGIN_URL = "admin:login"
CSRF_FAILURE_VIEW = "publications.desk.returning.csrf_failed"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {"django.request": {"handlers": ["console"], "level": "ERROR", "propagate": False}},
}
