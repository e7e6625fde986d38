"""What a deployer can set: each variable is read, and each wrong value is refused by a sentence that names it."""

import os
import stat
from zoneinfo import ZoneInfo, reset_tzpath

import pytest

from config import environment
from config.environment import Refusal

pytestmark = pytest.mark.once


@pytest.fixture(autouse=True)
def bare(monkeypatch):
    """No variable is set unless the test sets it."""
    for name in list(os.environ):
        if name.isupper() and name != "DATA_DIR":
            monkeypatch.delenv(name, raising=False)


def refused(read, *arguments):
    with pytest.raises(Refusal) as caught:
        read(*arguments)
    return str(caught.value)


@pytest.mark.parametrize("value", ["", "  "])
def test_an_empty_variable_counts_as_not_set(monkeypatch, value):
    for name in ("PORT", "TIME_ZONE", "LISTEN", "DEBUG", "EMAIL_URL"):
        monkeypatch.setenv(name, value)
    assert environment.port() == 8000
    assert environment.time_zone() == "UTC"
    assert environment.listen() == "127.0.0.1"
    assert environment.flag("DEBUG", False) is False
    assert environment.email()["EMAIL_BACKEND"].endswith("console.EmailBackend")


@pytest.mark.parametrize(("value", "meant"), [("1", True), ("True", True), ("on", True), ("0", False), ("no", False)])
def test_a_flag_is_read(monkeypatch, value, meant):
    monkeypatch.setenv("DEBUG", value)
    assert environment.flag("DEBUG", not meant) is meant


def test_a_wrong_flag_is_refused(monkeypatch):
    monkeypatch.setenv("DEBUG", "maybe")
    assert refused(environment.flag, "DEBUG", False).startswith("DEBUG: “maybe” is neither 1 nor 0.")


@pytest.mark.parametrize(
    ("demo", "database", "said"),
    [("", "", None), ("0", "", False), ("1", "", True), ("", "postgres://h/n", False), ("1", "postgres://h/n", True)],
)
def test_demo_content_is_for_the_first_start_on_the_default_database_unless_asked_for(
    monkeypatch, demo, database, said
):
    monkeypatch.setenv("DEMO", demo)
    monkeypatch.setenv("DATABASE_URL", database)
    assert environment.demo() is said


@pytest.mark.parametrize("value", ["0", "65536", "http", "80.5", "-1", "٣٣"])
def test_a_wrong_port_is_refused(monkeypatch, value):
    monkeypatch.setenv("PORT", value)
    assert refused(environment.port).startswith(f"PORT: “{value}” is not a port.")


@pytest.mark.parametrize("value", ["127.0.0.1", "0.0.0.0", "::1"])
def test_the_server_listens_where_it_is_told_to(monkeypatch, value):
    monkeypatch.setenv("LISTEN", value)
    assert environment.listen() == value


@pytest.mark.parametrize("value", ["example.org", "127.0.0.1:80", "all"])
def test_a_wrong_address_to_listen_at_is_refused(monkeypatch, value):
    monkeypatch.setenv("LISTEN", value)
    assert refused(environment.listen).startswith(f"LISTEN: “{value}” is not an IP address.")


@pytest.mark.parametrize("value", ["Mars/Olympus", "Europe", "../../etc/passwd", "/etc/passwd", "CET+1"])
def test_a_wrong_time_zone_is_refused(monkeypatch, value):
    monkeypatch.setenv("TIME_ZONE", value)
    assert refused(environment.time_zone).startswith(f"TIME_ZONE: “{value}” is not a time zone.")


def test_a_machine_without_a_list_of_time_zones_has_them_all_the_same(monkeypatch):
    monkeypatch.setenv("TIME_ZONE", "Europe/Paris")
    ZoneInfo.clear_cache()
    reset_tzpath(to=[])
    try:
        assert environment.time_zone() == "Europe/Paris"
    finally:
        reset_tzpath()
        ZoneInfo.clear_cache()


def test_a_time_zone_is_read(monkeypatch):
    monkeypatch.setenv("TIME_ZONE", "Asia/Kathmandu")
    assert environment.time_zone() == "Asia/Kathmandu"


@pytest.mark.parametrize(("value", "code"), [("pt-BR", "pt-br"), ("en", "en"), ("en-us", "en-us")])
def test_a_language_is_read(monkeypatch, settings, value, code):
    monkeypatch.setenv("LANGUAGE_CODE", value)
    assert environment.language_code(dict(settings.LANGUAGES)) == code


def test_a_wrong_language_is_refused(monkeypatch, settings):
    monkeypatch.setenv("LANGUAGE_CODE", "klingon")
    assert refused(environment.language_code, dict(settings.LANGUAGES)).startswith("LANGUAGE_CODE: “klingon” is not")


@pytest.mark.parametrize("value", ["https://example.org", "http://example.org:8080", "https://[2001:db8::1]"])
def test_the_address_of_the_site_is_read(monkeypatch, value):
    monkeypatch.setenv("SITE_URL", value + "/")
    assert environment.site_url() == value


@pytest.mark.parametrize(
    "value",
    [
        "example.org", "ftp://example.org", "https://", "https://example.org/site", "https://example.org?x=1", "https://[::1",
        "https://example.org:99999", "https://user@example.org", "https://example.org#top",
    ],
)  # fmt: skip
def test_a_wrong_address_of_the_site_is_refused(monkeypatch, value):
    monkeypatch.setenv("SITE_URL", value)
    assert refused(environment.site_url).startswith(f"SITE_URL: “{value}” is not the address of a site.")


def test_the_hosts_are_those_named_the_sites_own_and_the_loopback_names(monkeypatch):
    monkeypatch.setenv("ALLOWED_HOSTS", "www.example.org, .example.net,")
    hosts = environment.allowed_hosts("https://example.org:8443")
    assert hosts == ["www.example.org", ".example.net", "example.org", "localhost", "127.0.0.1", "[::1]"]


@pytest.mark.parametrize("value", ["https://example.org", "example.org:8000", "a b", "example.org/x"])
def test_a_wrong_host_is_refused(monkeypatch, value):
    monkeypatch.setenv("ALLOWED_HOSTS", value)
    assert refused(environment.allowed_hosts, "").startswith(f"ALLOWED_HOSTS: “{value}” is not a host name.")


def test_a_relative_folder_counts_from_the_projects(monkeypatch, tmp_path):
    monkeypatch.setenv("DATA_DIR", "kept")
    monkeypatch.chdir("/")
    assert environment.data_dir(tmp_path) == tmp_path / "kept"


def test_the_data_folder_is_made(monkeypatch, tmp_path):
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "a folder" / "within"))
    assert environment.data_dir(tmp_path).is_dir()


def test_a_data_folder_that_is_a_file_is_refused(monkeypatch, tmp_path):
    (tmp_path / "taken").write_text("")
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "taken"))
    assert refused(environment.data_dir, tmp_path).startswith(f"DATA_DIR: the folder {tmp_path}/taken cannot be made")


def test_a_data_folder_that_may_not_be_written_to_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    # Root may write anywhere, and the tests may be run by root.
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert refused(environment.data_dir, tmp_path).startswith(f"DATA_DIR: this user may not write to {tmp_path}.")


def test_sqlite_lies_in_the_data_folder_unless_a_database_is_named(tmp_path):
    config = environment.database(tmp_path)
    assert config["ENGINE"] == "django.db.backends.sqlite3"
    assert config["NAME"] == str(tmp_path / "pressmark.sqlite3")


def test_a_data_folder_may_have_blanks_and_other_marks_in_its_name(tmp_path):
    config = environment.database(tmp_path / "a folder, 50% é?#x")
    assert config["NAME"] == str(tmp_path / "a folder, 50% é?#x" / "pressmark.sqlite3")


def test_a_postgresql_is_read(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", "postgres://anna:p%40ss%2Fword@db.example.org:5433/press?sslmode=require")
    config = environment.database(tmp_path)
    assert config["ENGINE"] == "django.db.backends.postgresql"
    assert (config["HOST"], config["PORT"], config["NAME"]) == ("db.example.org", 5433, "press")
    assert (config["USER"], config["PASSWORD"]) == ("anna", "p@ss/word")
    assert config["OPTIONS"] == {"sslmode": "require"}


@pytest.mark.parametrize(
    "value",
    [
        "mysql://user:hunter2@host/name", "postgres://user:hunter2@host", "postgres://user:hun/ter2@host/name",
        "postgres://user:hunter2@host:port/name", "sqlite://", "sqlite:///:memory:", "$HOME", "hunter2",
    ],
)  # fmt: skip
def test_a_wrong_database_is_refused_without_quoting_its_password(monkeypatch, tmp_path, value):
    monkeypatch.setenv("DATABASE_URL", value)
    sentence = refused(environment.database, tmp_path)
    assert sentence.startswith("DATABASE_URL: it ")
    assert "hun" not in sentence


def test_a_secret_key_is_made_once_and_kept_to_ourselves(tmp_path):
    made = environment.secret_key(tmp_path, "django.db.backends.sqlite3")
    assert len(made) >= environment.SECRET_KEY_LENGTH
    assert environment.secret_key(tmp_path, "django.db.backends.sqlite3") == made
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret-key"]


def test_a_secret_key_that_belongs_to_another_user_is_refused(monkeypatch, tmp_path):
    (tmp_path / "secret-key").mkdir()
    sentence = refused(environment.secret_key, tmp_path, "django.db.backends.sqlite3")
    assert sentence.startswith(f"DATA_DIR: {tmp_path}/secret-key cannot be read")


def test_a_secret_key_may_hold_any_characters(monkeypatch, tmp_path):
    monkeypatch.setenv("SECRET_KEY", "$" + "k" * 60)
    assert environment.secret_key(tmp_path, "django.db.backends.postgresql") == "$" + "k" * 60


def test_with_postgresql_a_secret_key_must_be_set(tmp_path):
    sentence = refused(environment.secret_key, tmp_path, "django.db.backends.postgresql")
    assert sentence.startswith("SECRET_KEY: with PostgreSQL it must be set.")


def test_a_short_secret_key_is_refused_without_quoting_it(monkeypatch, tmp_path):
    monkeypatch.setenv("SECRET_KEY", "hunter2")
    sentence = refused(environment.secret_key, tmp_path, "django.db.backends.sqlite3")
    assert sentence.startswith("SECRET_KEY: it has 7 characters.")
    assert "hunter2" not in sentence


def test_a_mail_server_is_read(monkeypatch):
    monkeypatch.setenv("EMAIL_URL", "smtp+tls://anna:p%40ss@mail.example.org")
    config = environment.email()
    assert (config["EMAIL_HOST"], config["EMAIL_PORT"], config["EMAIL_USE_TLS"]) == ("mail.example.org", 587, True)
    assert (config["EMAIL_HOST_USER"], config["EMAIL_HOST_PASSWORD"]) == ("anna", "p@ss")


@pytest.mark.parametrize(
    "value", ["mail.example.org", "smtp", "http://mail", "smtp://", "smtp://host:hunter2", "$HOME"]
)
def test_a_wrong_mail_server_is_refused_without_quoting_its_password(monkeypatch, value):
    monkeypatch.setenv("EMAIL_URL", value)
    sentence = refused(environment.email)
    assert sentence.startswith("EMAIL_URL: it ")
    assert "hunter2" not in sentence


@pytest.mark.parametrize("value", ["press@example.org", "The Institute <press@example.org>"])
def test_a_sender_is_read(monkeypatch, value):
    monkeypatch.setenv("DEFAULT_FROM_EMAIL", value)
    assert environment.from_email() == value


@pytest.mark.parametrize("value", ["The Institute", "press@", "a@example.org\nBcc: b@example.org"])
def test_a_wrong_sender_is_refused(monkeypatch, value):
    monkeypatch.setenv("DEFAULT_FROM_EMAIL", value)
    assert refused(environment.from_email).startswith("DEFAULT_FROM_EMAIL: ")
