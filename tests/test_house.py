"""The house keeps its own rules."""

import os


def test_the_tests_touch_nothing_of_a_site(settings):
    assert "pressmark-test-" in str(settings.DATA_DIR)
    assert str(settings.DATABASES["default"]["NAME"]) not in {"", os.environ.get("DATA_DIR", "var")}
