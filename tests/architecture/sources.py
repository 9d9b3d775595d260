"""The project's own files, as the structure tests read them: what is kept, and the Python among it."""

import ast
import os
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

PACKAGES = ("instruments", "referral", "service")

# What set-up and checks make; only asked where there is no git to say so.
MADE = {"node_modules", "vendor", "build", "dist", "var", "__pycache__", "shots"}


@cache
def kept_files():
    """Every file that is or would be kept in the repository, as paths from its root."""
    names = (
        _git_files() if (ROOT / ".git").exists() else [str(path.relative_to(ROOT)) for path in _walk(ROOT)]
    )
    return tuple(sorted(Path(name) for name in names if (ROOT / name).is_file()))


def python_files(*tops):
    """The kept Python files under these top folders."""
    return [path for path in kept_files() if path.suffix == ".py" and path.parts[0] in tops]


@cache
def text(path):
    """What a kept file says, or None for one that is not text."""
    try:
        return (ROOT / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


@cache
def tree(path):
    """A kept Python file, parsed."""
    return ast.parse(text(path), str(path))


def functions(path):
    """Every function of a file, those inside classes and functions too."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(tree(path)) if isinstance(node, kinds)]


def assert_none(found):
    """Fail with a line for each thing found, and nothing around it."""
    lines = list(found)
    if lines:
        pytest.fail("\n".join(lines), pytrace=False)


def normal(requirement):
    """A requirement's package name as locks write it."""
    name = re.match(r"[A-Za-z0-9._-]+", requirement).group()
    return re.sub(r"[-_.]+", "-", name).lower()


def _git_files():
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in listed.stdout.split("\0") if name]


def _walk(folder):
    for entry in os.scandir(folder):
        hidden = entry.name.startswith(".") and entry.name not in {".ci", ".editorconfig", ".dockerignore"}
        if hidden or entry.name in MADE or entry.name.endswith(".egg-info"):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(entry.path)
        else:
            yield Path(entry.path)
