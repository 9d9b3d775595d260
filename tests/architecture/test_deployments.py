"""The examples that a deployment starts from send checkpoints to at least two places of different kinds."""

import re

import pytest

from service.actions.signing_status import ENOUGH, PlaceLine
from service.notify.places import read_places
from tests.architecture.sources import ROOT

NAMED = re.compile(r"^[^#\n]*?HANDRAIL_CHECKPOINT_PLACES[=:] ?([^\s`]+:\S+)", re.MULTILINE)


def kinds(words):
    (named,) = NAMED.findall(words)
    return {PlaceLine(place.name).kind for place in read_places(named)}


@pytest.mark.parametrize(
    "path", ["docs/running.md", "deploy/systemd/handrail.env", "deploy/container/compose.yaml"]
)
def test_an_example_names_places_of_different_kinds(path):
    assert len(kinds((ROOT / path).read_text(encoding="utf-8"))) >= ENOUGH


def test_the_image_alone_keeps_checkpoints_on_two_volumes():
    words = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    (named,) = NAMED.findall(words)
    (volumes,) = re.findall(r"^VOLUME (.+)$", words, re.MULTILINE)
    folders = [place.name.removeprefix("file:").rpartition("/")[0] for place in read_places(named)]
    assert sorted(folders) == sorted(volumes.split())
    assert len(folders) == ENOUGH


def test_an_example_of_one_kind_is_found():
    assert len(kinds("HANDRAIL_CHECKPOINT_PLACES=file:/srv/kept\n")) < ENOUGH


@pytest.mark.parametrize("unit", ["handrail", "handrail-worker"])
def test_a_unit_can_write_wherever_the_example_keeps_a_file(unit):
    told = (ROOT / "deploy/systemd/handrail.env").read_text(encoding="utf-8")
    words = (ROOT / f"deploy/systemd/{unit}.service").read_text(encoding="utf-8")
    (writable,) = re.findall(r"^ReadWritePaths=(.+)$", words, re.MULTILINE)
    (data,) = re.findall(r"^HANDRAIL_DATA_DIR=(.+)$", told, re.MULTILINE)
    (named,) = NAMED.findall(told)
    files = [name.removeprefix("file:") for name in named.split(",") if name.startswith("file:")]
    folders = [each.lstrip("-") for each in writable.split()]
    assert sorted(folders) == sorted([data, *(file.rpartition("/")[0] for file in files)])
