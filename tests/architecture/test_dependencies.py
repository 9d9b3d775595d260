"""What the packages import is what the project asks for: nothing undeclared, nothing fetched for nobody."""

import ast
import sys
import tomllib
from importlib.metadata import packages_distributions
from itertools import chain

from tests.architecture.sources import PACKAGES, ROOT, assert_none, normal, python_files, tree

# Used without an import of ours.
NEVER_IMPORTED = {
    "gunicorn",  # the image starts it
    "psycopg",  # SQLAlchemy loads it by the database's address
    "tzdata",  # the standard library reads it where the system has no time zones
}

# What comes with a declared package and is as much its interface: Flask's own parts, Flask-Babel's.
COMES_WITH = {"werkzeug": "flask", "jinja2": "flask", "markupsafe": "flask", "babel": "flask-babel"}


def modules_in(node):
    """The top names that an import statement brings."""
    if isinstance(node, ast.Import):
        return {alias.name.partition(".")[0] for alias in node.names}
    if isinstance(node, ast.ImportFrom) and node.level == 0:
        return {node.module.partition(".")[0]}
    return set()


def imported():
    """Each foreign distribution that the packages import, with one place that does."""
    owners = packages_distributions()
    found = {}
    for path in python_files(*PACKAGES):
        for node in ast.walk(tree(path)):
            for module in modules_in(node) - set(sys.stdlib_module_names) - set(PACKAGES):
                name = normal(owners.get(module, [module])[0])
                found.setdefault(COMES_WITH.get(name, name), f"{path}:{node.lineno}")
    return found


def declared():
    """What the project asks for, its extras included."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    return {normal(asked) for asked in chain(project["dependencies"], *extras)}


def test_every_import_is_of_a_declared_dependency():
    asked = declared()
    assert_none(f"{where}: {name} is not declared" for name, where in imported().items() if name not in asked)


def test_every_declared_dependency_is_imported():
    assert declared() - imported().keys() - NEVER_IMPORTED == set()
