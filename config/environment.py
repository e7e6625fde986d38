"""What a deployer can set, read once and refused with a sentence that names the variable."""

import os
import secrets
import sys
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()

DATABASE_SCHEMES = ("sqlite", "postgres", "postgresql")
EMAIL_SCHEMES = ("consolemail", "smtp", "smtp+tls", "smtp+ssl", "filemail", "memorymail", "dummymail")
SECRET_KEY_LENGTH = 50


def refuse(name, sentence):
    """Stop the start. The sentence names the variable and says what to do."""
    raise ImproperlyConfigured(f"{name}: {sentence}")


def flag(name, default):
    value = env.str(name, "").strip().lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    if value:
        refuse(name, f"“{value}” is neither 1 nor 0. Set it to 1 for yes or 0 for no.")
    return default


def port():
    value = env.str("PORT", "8000").strip()
    if not value.isdigit() or not 1 <= int(value) <= 65535:
        refuse("PORT", f"“{value}” is not a port. Give a whole number from 1 to 65535.")
    return int(value)


def time_zone():
    value = env.str("TIME_ZONE", "UTC").strip()
    if value not in available_timezones():
        refuse("TIME_ZONE", f"“{value}” is not a time zone. Give a name such as Europe/Paris or UTC.")
    return str(ZoneInfo(value))


def language_code(known):
    value = env.str("LANGUAGE_CODE", "en").strip().lower()
    if value not in known:
        refuse("LANGUAGE_CODE", f"“{value}” is not a language that Django speaks. Give a code such as en, fr or pt-br.")
    return value


def site_url():
    value = env.str("SITE_URL", "").strip().rstrip("/")
    parts = urlsplit(value)
    if value and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query):
        refuse("SITE_URL", f"“{value}” is not the address of a site. Give scheme and host alone, such as https://example.org.")
    return value


def allowed_hosts(site):
    """The names the site answers to; the loopback names and SITE_URL's own are always among them."""
    hosts = [host.strip() for host in env.list("ALLOWED_HOSTS", default=[]) if host.strip()]
    for host in hosts:
        if "/" in host or " " in host:
            refuse("ALLOWED_HOSTS", f"“{host}” is not a host name. Give names separated by commas, without https://.")
    own = [urlsplit(site).hostname] if site else []
    return [*hosts, *own, "localhost", "127.0.0.1", "[::1]"]


def data_dir(base):
    path = Path(env.str("DATA_DIR", "") or base / "var").expanduser().absolute()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        refuse("DATA_DIR", f"the folder {path} cannot be made ({error.strerror}). Name a folder that this user may write to.")
    return path


def database(folder):
    """SQLite under the data folder, or what DATABASE_URL names."""
    value = env.str("DATABASE_URL", "").strip() or f"sqlite:///{folder / 'pressmark.sqlite3'}"
    scheme = value.split(":", 1)[0]
    if scheme not in DATABASE_SCHEMES:
        refuse("DATABASE_URL", "it must begin with postgres:// (or sqlite:// for a file). Example: postgres://user:password@host:5432/name.")
    try:
        config = env.db_url_config(value)
    except (ValueError, environ.ImproperlyConfigured) as error:
        refuse("DATABASE_URL", f"it cannot be read ({error}). Example: postgres://user:password@host:5432/name.")
    if not config["NAME"]:
        refuse("DATABASE_URL", "it names no database. Example: postgres://user:password@host:5432/name.")
    return config | (sqlite_options() if "sqlite" in config["ENGINE"] else {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True})


def sqlite_options():
    """Writers take their lock at once and wait for each other; readers never wait."""
    return {
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        }
    }


def secret_key(folder, engine):
    """SECRET_KEY, or one made once and kept; many machines on one PostgreSQL must share theirs, so there it must be set."""
    value = env.str("SECRET_KEY", "")
    if value:
        if len(value) < SECRET_KEY_LENGTH:
            refuse("SECRET_KEY", f"it has {len(value)} characters; give at least {SECRET_KEY_LENGTH} random ones.")
        return value
    if "sqlite" not in engine:
        refuse("SECRET_KEY", f"with PostgreSQL it must be set. Give at least {SECRET_KEY_LENGTH} random characters, the same on every machine.")
    return kept_secret(folder / "secret-key")


def kept_secret(path, length=SECRET_KEY_LENGTH):
    """The secret in this file, made on first use. Written whole before it gets its name, so two first starts agree."""
    if not path.exists():
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        with open(draft, "w", opener=private) as file:
            file.write(secrets.token_urlsafe(length))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


def private(path, flags):
    return os.open(path, flags, 0o600)


def email():
    value = env.str("EMAIL_URL", "consolemail://").strip()
    if value.split(":", 1)[0] not in EMAIL_SCHEMES:
        refuse("EMAIL_URL", "it must begin with smtp://, smtp+tls://, smtp+ssl:// or consolemail://. Example: smtp+tls://user:password@host:587.")
    return env.email_url_config(value)


def under_test():
    return "pytest" in sys.modules
