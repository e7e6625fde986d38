"""The house keeps its own rules: who imports whom, what is pinned, and that what is written about it is true."""

import ast
import re
import subprocess
from importlib import metadata
from pathlib import Path

import pytest
from django.core.management import get_commands
from packaging.requirements import Requirement

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent
# Package → what it may import. (CONTRIBUTING.md, The house.)
BASE = {"text"}
NOUNS = BASE | {"authors", "topics", "institution", "accounts"}
MAY_IMPORT = {
    "text": set(),
    "authors": BASE,
    "topics": BASE,
    "institution": BASE,
    "accounts": BASE,
    "publications": NOUNS,
    "interchange": NOUNS | {"publications"},
    "delivery": NOUNS | {"publications"},
    "config": NOUNS | {"publications", "interchange", "delivery"},
}
CODE = [path for package in MAY_IMPORT for path in sorted((ROOT / package).rglob("*.py"))]
PROSE = [path for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")] if path.name != "CHANGELOG.md"]
SCRIPTS = sorted(path for path in (ROOT / "bin").iterdir() if path.is_file())


def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path):
    """(package, module, names) of every import, within functions too."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom):
            yield node.module.split(".")[0], node.module, [alias.name for alias in node.names]
        elif isinstance(node, ast.Import):
            yield from ((alias.name.split(".")[0], alias.name, []) for alias in node.names)


def name_of(path):
    return str(path.relative_to(ROOT))


def test_the_tests_touch_nothing_of_a_site(settings):
    assert "pressmark-test-" in str(settings.DATA_DIR)


def test_every_package_has_its_place():
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert packages - {"tests"} == set(MAY_IMPORT)


def test_imports_go_one_way():
    wrong = [
        f"{name_of(path)} imports {module}"
        for path in CODE
        for package, module, _ in imports(path)
        if package
        in {*MAY_IMPORT, "tests"} - MAY_IMPORT[path.relative_to(ROOT).parts[0]] - {path.relative_to(ROOT).parts[0]}
    ]
    assert wrong == []


def test_nobody_imports_what_another_module_keeps_to_itself():
    wrong = [
        f"{name_of(path)} imports {module}.{name}"
        for path in CODE
        for package, module, names in imports(path)
        for name in names
        if package in MAY_IMPORT and name.startswith("_")
    ]
    assert wrong == []


def test_no_code_catches_everything_or_listens_for_signals():
    wrong = [f"{name_of(path)}, line {line}" for path in CODE for line in catches_all(path)]
    wrong += [name_of(path) for path in CODE for package, module, _ in imports(path) if module == "django.dispatch"]
    assert wrong == []


ANY = {"Exception", "BaseException"}


def catches_all(path):
    """The lines that catch any exception and do not raise it again."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ExceptHandler) and not isinstance(node.body[-1], ast.Raise):
            yield from [node.lineno] if node.type is None or ast.unparse(node.type) in ANY else []


def variables_read():
    """The variables that config/ asks for by name."""
    for path in (ROOT / "config").glob("*.py"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in {"read", "flag"}:
                yield from (argument.value for argument in node.args[:1] if isinstance(argument, ast.Constant))


def test_every_variable_is_documented_and_every_documented_variable_is_read():
    documented = re.findall(r"^### `([A-Z_]+)`$", (ROOT / "docs/configuration.md").read_text(), re.MULTILINE)
    assert sorted(documented) == sorted(set(variables_read()))


def test_the_environment_is_read_in_one_file():
    readers = {name_of(path) for path in CODE if re.search(r"os\.environ\b(?!\.setdefault)|getenv", path.read_text())}
    assert readers == {"config/environment.py"}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_every_script_runs_and_says_first_what_it_does(script):
    shebang, purpose = script.read_text().splitlines()[:2]
    assert shebang.startswith("#!")
    assert re.match(r"# [A-Z].{20,}[.:]", purpose)
    assert script.stat().st_mode & 0o111


BASHISMS = re.compile(
    r"\[\[|^\s*(function|source|local|declare) |<<<|&>|=\(|\$'|\$\{[^}]*(//|\^|,,)|echo -[en]|\bpipefail", re.MULTILINE
)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_for_sh_asks_nothing_that_only_bash_knows(script):
    text = script.read_text()
    if text.startswith("#!/bin/sh"):
        assert BASHISMS.findall(text) == []
        assert subprocess.run(["sh", "-n", script]).returncode == 0


def pins(name):
    lines = (line.partition("#")[0].strip() for line in (ROOT / name).read_text().splitlines())
    return [line for line in lines if line and not line.startswith("-r ")]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_pin_is_exact(name):
    assert [
        pin for pin in pins(name) if not re.fullmatch(r"[A-Za-z0-9_.\-]+(\[[a-z,]+\])?==[0-9][0-9a-z.]*", pin)
    ] == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_what_the_pinned_packages_need_is_pinned_too(name):
    pinned = {pin.partition("==")[0].partition("[")[0].lower() for pin in pins("requirements.txt") + pins(name)}
    assert installed_closure(pins(name)) - pinned == set()


def test_all_that_the_site_runs_on_has_a_licence_that_binds_nobody():
    restrictive = re.compile(r"(?<!L)(A?GPL|GNU (Affero )?General Public)", re.IGNORECASE)
    licences = {name: licence_of(metadata.metadata(name)) for name in installed_closure(pins("requirements.txt"))}
    assert {name: words for name, words in licences.items() if not words or restrictive.search(words)} == {}


def licence_of(package):
    """The words by which a package names its licence; of a licence given whole, its first words."""
    classifiers = [line for line in package.get_all("Classifier", []) if line.startswith("License ::")]
    return " ".join([package.get("License-Expression") or package.get("License", "")[:100], *classifiers]).strip()


def installed_closure(requirements):
    """The names of these packages and of all that they need."""
    found, waiting = set(), [Requirement(line) for line in requirements]
    while waiting:
        requirement = waiting.pop()
        if requirement.name.lower() not in found and (
            not requirement.marker or requirement.marker.evaluate({"extra": ""})
        ):
            found.add(requirement.name.lower())
            waiting += [Requirement(line) for line in metadata.requires(requirement.name) or []]
    return found


def test_contributing_names_files_that_exist():
    table = re.findall(r"^\| [^|]+\? \| `([^`]+)` \|$", (ROOT / "CONTRIBUTING.md").read_text(), re.MULTILINE)
    assert len(table) > 10
    assert [path for path in table if not (ROOT / path).is_file()] == []


@pytest.mark.parametrize("path", PROSE, ids=lambda path: path.name)
def test_what_is_written_names_commands_and_files_that_exist(path):
    text = path.read_text()
    scripts = {name for name in re.findall(r"(?<![\w/.])bin/([a-z-]+)", text) if not (ROOT / "bin" / name).exists()}
    commands = set(re.findall(r"manage\.py ([a-z_]+)", text)) - set(get_commands())
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", text)
    assert (scripts, commands) == (set(), set())
    assert [link for link in links if not (path.parent / link).exists()] == []
