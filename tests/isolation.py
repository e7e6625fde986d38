"""Comes before the settings: no run of the tests depends on the machine's variables, or touches the site in var/."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# What a deployer may set; only DATABASE_URL and SECRET_KEY are let through, to choose the database.
DEPLOYER = [
    "ALLOWED_HOSTS", "SITE_URL", "TIME_ZONE", "LANGUAGE_CODE", "EMAIL_URL", "DEFAULT_FROM_EMAIL", "DEBUG", "DEMO",
    "PORT", "LISTEN",
]  # fmt: skip

for name in DEPLOYER:
    os.environ.pop(name, None)

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
folder = Path(tempfile.mkdtemp(prefix="pressmark-test-"))
os.environ["DATA_DIR"] = str(folder)
# Whitenoise warns where there is none.
(folder / "static").mkdir()
# Playwright runs an event loop in the thread of the tests, which Django would otherwise refuse to query in.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
if os.environ.get("DATABASE_URL"):
    os.environ.setdefault("SECRET_KEY", "for tests alone " * 4)
atexit.register(shutil.rmtree, folder, ignore_errors=True)
