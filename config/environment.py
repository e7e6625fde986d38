"""What a deployer can set, read once; a wrong value is refused with a sentence that names the variable.

docs/configuration.md lists them all.
"""

import ipaddress
import os
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import environ
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

from text.secrets import kept_secret

SQLITE = "django.db.backends.sqlite3"
DATABASE_EXAMPLE = "Example: postgres://user:password@host:5432/name."
EMAIL_EXAMPLE = "Example: smtp+tls://user:password@host:587."
EMAIL_PORTS = {"consolemail": None, "smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}
SECRET_KEY_LENGTH = 50


class Refusal(ImproperlyConfigured):
    """A variable has a value that cannot be meant. The message names the variable and says what to do."""


def refuse(name, sentence):
    raise Refusal(f"{name}: {sentence}")


def read(name, default=""):
    """The variable's value; one that is empty or only blanks counts as not set."""
    return os.environ.get(name, "").strip() or default


def flag(name, default):
    value = read(name).lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    if value:
        refuse(name, f"“{value}” is neither 1 nor 0. Set it to 1 for yes or 0 for no.")
    return default


def demo():
    """Whether to make the demo content. Not said: None, on the first start alone; never where a database is named."""
    return flag("DEMO", default=False if read("DATABASE_URL") else None)


def port():
    value = read("PORT", "8000")
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= 65535:
        refuse("PORT", f"“{value}” is not a port. Give a whole number from 1 to 65535.")
    return int(value)


def workers():
    """How many processes the server runs. Granian reads it too, and would refuse it in words of its own."""
    return whole_number("GRANIAN_WORKERS", read("GRANIAN_WORKERS", "2"))


def threads(default):
    """How many requests one process answers at a time; nothing leaves it to Granian."""
    value = read("GRANIAN_BLOCKING_THREADS", default)
    return value and whole_number("GRANIAN_BLOCKING_THREADS", value)


def whole_number(name, value):
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= 1000:
        refuse(name, f"“{value}” cannot be used. Give a whole number from 1 to 1000.")
    return value


def listen():
    """The address of this machine at which the server listens."""
    value = read("LISTEN", "127.0.0.1")
    try:
        return str(ipaddress.ip_address(value))
    except ValueError:
        refuse("LISTEN", f"“{value}” is not an IP address. Give 127.0.0.1, or 0.0.0.0 for all of this machine.")


def time_zone():
    value = read("TIME_ZONE", "UTC")
    try:
        return ZoneInfo(value).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        refuse("TIME_ZONE", f"“{value}” is not a time zone. Give a name such as Europe/Paris or UTC.")


def language_code(known):
    value = read("LANGUAGE_CODE", "en").lower()
    if value not in {*known, "en-us"}:
        refuse("LANGUAGE_CODE", f"“{value}” is not a language that Django speaks. Give a code such as en, fr or pt-br.")
    return value


def site_url():
    value = read("SITE_URL")
    if value and not is_site(value.removesuffix("/")):
        refuse("SITE_URL", f"“{value}” is not the address of a site. Give scheme and host alone: https://example.org.")
    return value.removesuffix("/")


def is_site(value):
    """Scheme and host, perhaps a port, and nothing else."""
    try:
        parts = urlsplit(value)
        port = f":{parts.port}" if parts.port is not None else ""
    except ValueError:
        return False
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return (
        bool(host)
        and not set(host) & set(" ,@%")
        and parts.scheme in {"http", "https"}
        and value.lower() == f"{parts.scheme}://{host}{port}"
    )


def allowed_hosts(site):
    """The names the site answers to; the loopback names and SITE_URL's own are always among them."""
    hosts = [host.strip() for host in read("ALLOWED_HOSTS").split(",") if host.strip()]
    for host in hosts:
        if not is_site(f"http://{host.removeprefix('.')}") or urlsplit(f"http://{host}").port is not None:
            refuse("ALLOWED_HOSTS", f"“{host}” is not a host name. Give names alone, separated by commas.")
    own = [urlsplit(site).hostname] if site else []
    return [*hosts, *own, "localhost", "127.0.0.1", "[::1]"]


def data_dir(base):
    value = read("DATA_DIR", str(base / "var"))
    try:
        path = (base / Path(value).expanduser()).absolute()
        path.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError) as error:
        why = getattr(error, "strerror", None) or error
        refuse("DATA_DIR", f"the folder {value} cannot be made ({why}). Name a folder that this user may write to.")
    if not os.access(path, os.W_OK | os.X_OK):
        refuse("DATA_DIR", f"this user may not write to {path}. Give the user that right, or name another folder.")
    return path


def database(folder):
    """SQLite under the data folder, or what DATABASE_URL names. To open a connection takes longer than a query."""
    value = read("DATABASE_URL")
    config = database_named(value) if value else {"ENGINE": SQLITE, "NAME": str(folder / "pressmark.sqlite3")}
    config |= {"CONN_MAX_AGE": 60}
    return config | (sqlite_options() if config["ENGINE"] == SQLITE else {"CONN_HEALTH_CHECKS": True})


def database_named(value):
    if not value.startswith(("postgres://", "postgresql://", "sqlite:///")):
        refuse("DATABASE_URL", f"it must begin with postgres:// (or sqlite:/// for a file). {DATABASE_EXAMPLE}")
    try:
        config = environ.Env.db_url_config(value)
    except ValueError:
        # What the error quotes may be part of a password.
        refuse("DATABASE_URL", f"it cannot be read; write / : @ # in a password as %2F %3A %40 %23. {DATABASE_EXAMPLE}")
    if not config["NAME"] or config["NAME"] == ":memory:":
        refuse("DATABASE_URL", f"it names no database. {DATABASE_EXAMPLE}")
    return config


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
    """SECRET_KEY, or one made once and kept. Machines that share a PostgreSQL must share it: there it must be set."""
    value = read("SECRET_KEY")
    want = f"{SECRET_KEY_LENGTH} random characters"
    if not value and engine != SQLITE:
        refuse("SECRET_KEY", f"with PostgreSQL it must be set. Give at least {want}, the same on every machine.")
    if value and len(value) < SECRET_KEY_LENGTH:
        refuse("SECRET_KEY", f"it has {len(value)} characters. Give at least {want}.")
    return value or own_secret(folder / "secret-key")


def own_secret(path):
    try:
        return kept_secret(path, SECRET_KEY_LENGTH)
    except OSError as error:
        refuse("DATA_DIR", f"{path} cannot be read ({error.strerror}). Start as the user to whom that file belongs.")


def email():
    """Django's EMAIL_ settings."""
    value = read("EMAIL_URL", "consolemail://")
    scheme = value.split("://", 1)[0]
    if scheme not in EMAIL_PORTS or "://" not in value:
        refuse("EMAIL_URL", f"it must begin with smtp://, smtp+tls://, smtp+ssl:// or consolemail://. {EMAIL_EXAMPLE}")
    try:
        config = environ.Env.email_url_config(value)
    except ValueError:
        refuse("EMAIL_URL", f"it cannot be read; write / : @ # in a password as %2F %3A %40 %23. {EMAIL_EXAMPLE}")
    if scheme != "consolemail" and not config["EMAIL_HOST"]:
        refuse("EMAIL_URL", f"it names no host. {EMAIL_EXAMPLE}")
    return config | {"EMAIL_PORT": config["EMAIL_PORT"] or EMAIL_PORTS[scheme]}


def from_email():
    value = read("DEFAULT_FROM_EMAIL", "pressmark@localhost")
    try:
        validate_email(parseaddr(value)[1] if value.isprintable() else "")
    except ValidationError:
        refuse("DEFAULT_FROM_EMAIL", f"“{value}” is not an e-mail address. Example: Institute <news@example.org>.")
    return value
