"""A definition is immutable once used: nothing starts on one that changed, and the check names it."""

import re

import pytest
from click.testing import CliRunner
from gunicorn.errors import AppImportError

from instruments.attaching import attach, empty_form
from instruments.catalogue import DEFINITIONS, load_catalogue
from referral.programmes import Programmes
from service import wsgi
from service.actions import pinned, screenings, storage
from service.actions.screenings import StartScreening
from service.cli import main
from service.commands.serving import Server
from service.keys import add_wrapping_key
from service.kinds import Mode
from service.settings import load_settings
from tests.referral.programmes import own_programme, own_routing
from tests.service.builders import WRAPPING, world


@pytest.fixture
def here(tmp_path):
    url = f"sqlite:///{tmp_path}/handrail.db"
    storage.upgrade(url)
    return world(url, tmp_path)


@pytest.fixture
def used(here, tmp_path):
    """A world in which PHQ-9 and ASQ were used, so that a client has a key."""
    add_wrapping_key(tmp_path / "wrapping-keys", WRAPPING.secret)
    command = StartScreening(here.client.id, ("phq-9", "asq"), Mode.INTERVIEW, agrees=True)
    with here.write() as session:
        screenings.start(session, command, act=here.act())
    return here


def altered(tmp_path, name, *, version="1.0.0", old="Feeling down", new="Feeling low"):
    """An own definition in the place of the shipped one, with a word changed."""
    folder = tmp_path / "definitions" / "instruments"
    folder.mkdir(parents=True, exist_ok=True)
    text = (DEFINITIONS / f"{name}.yaml").read_text(encoding="utf-8")
    assert old in text
    text = text.replace(old, new).replace('version: "1.0.0"', f'version: "{version}"')
    (folder / f"{name}@{version}.yaml").write_text(text, encoding="utf-8")
    return folder


def run(tmp_path, *words):
    env = {
        "HANDRAIL_DATA_DIR": str(tmp_path),
        "HANDRAIL_DATABASE_URL": f"sqlite:///{tmp_path}/handrail.db",
        "HANDRAIL_DEFINITIONS_DIR": str(tmp_path / "definitions"),
        "HANDRAIL_SECRET_KEY": "k" * 40,
    }
    return CliRunner(env=env).invoke(main, list(words))


def test_what_was_used_and_still_stands_is_no_problem(used):
    with used.read() as session:
        assert pinned.altered_since_use(session, load_catalogue()) == []


def test_a_changed_word_under_the_used_version_is_told_with_what_to_do(used, tmp_path):
    own = load_catalogue(own=altered(tmp_path, "phq-9"))
    with used.read() as session:
        found = pinned.altered_since_use(session, own)

    assert [(each.id, each.version) for each in found] == [("phq-9", "1.0.0")]
    assert str(found[0]) == (
        f"phq-9 1.0.0 was used with digest {load_catalogue().get('phq-9').digest[:12]} and has digest"
        f" {own.get('phq-9').digest[:12]} now; a used version never changes: put the used definition back as"
        " phq-9@1.0.0.yaml, and give the changed one a later version, as 1.0.1"
    )


def test_a_used_version_that_is_gone_is_told(used, tmp_path):
    (tmp_path / "asq.yaml").write_bytes((DEFINITIONS / "asq.yaml").read_bytes())
    with used.read() as session:
        found = pinned.altered_since_use(session, load_catalogue(tmp_path))

    assert [str(each).partition(" with digest")[0] for each in found] == ["phq-9 1.0.0 was used"]
    assert "is not there any more; put the used definition back as phq-9@1.0.0.yaml" in str(found[0])


def test_nothing_starts_on_a_definition_that_changed_after_its_use(used, tmp_path):
    altered(tmp_path, "phq-9")
    done = run(tmp_path, "worker", "--once")

    assert (done.exit_code, done.stdout) == (2, "")
    assert "definitions were changed after they had been used; nothing was started" in done.stderr
    assert "phq-9 1.0.0 was used with digest" in done.stderr


@pytest.fixture
def told(tmp_path, monkeypatch):
    """The settings of a server over that database and those definitions, in the environment."""
    monkeypatch.setenv("HANDRAIL_DATABASE_URL", f"sqlite:///{tmp_path}/handrail.db")
    monkeypatch.setenv("HANDRAIL_DEFINITIONS_DIR", str(tmp_path / "definitions"))
    monkeypatch.setenv("HANDRAIL_SECRET_KEY", "k" * 40)
    monkeypatch.setenv("HANDRAIL_WRAPPING_KEYS", str(tmp_path / "wrapping-keys"))
    (tmp_path / "definitions").mkdir()


def test_a_process_that_starts_later_does_not_serve_it_either(used, told, tmp_path):
    server = Server(load_settings(), "127.0.0.1", 8000)
    server.load().extensions["handrail"].close()
    altered(tmp_path, "phq-9")

    with pytest.raises(AppImportError, match=r"nothing was started[^\0]*phq-9 1.0.0 was used with digest"):
        server.load()


def test_a_server_of_another_kind_does_not_start_either(used, told, tmp_path):
    altered(tmp_path, "phq-9")

    with pytest.raises(pinned.UsedDefinitionsAltered, match=r"phq-9 1.0.0 was used with digest"):
        wsgi.make_app()


def test_one_that_changed_before_anybody_used_it_starts(here, tmp_path):
    altered(tmp_path, "phq-2")

    assert run(tmp_path, "worker", "--once").exit_code == 0


def test_what_a_running_programme_pins_counts_as_used_before_anybody_was_screened(here, tmp_path):
    altered(tmp_path, "phq-9")
    done = run(tmp_path, "worker", "--once")

    assert (done.exit_code, done.stdout) == (2, "")
    assert "the programme school-screening 1.0.0 was used with digest" in done.stderr
    assert (
        "its file, its routing file or an instrument that it pins changed; put back what was used"
        in done.stderr
    )


def test_a_routing_file_that_changed_under_a_programme_is_told(used, tmp_path):
    own_routing(tmp_path / "definitions", "1.0.0", ("Severe anxiety score", "Very high anxiety score"))
    done = run(tmp_path, "worker", "--once")

    assert done.exit_code == 2
    assert "the programme school-screening 1.0.0 was used" in done.stderr
    assert "phq-9" not in done.stderr


def test_a_definition_that_cannot_be_used_is_told_before_anything_starts(here, tmp_path):
    own_routing(tmp_path / "definitions", "2.0.0", ("when: asq.acute", "when: asq.acut"))
    own_programme(
        tmp_path / "definitions",
        "2.0.0",
        ("routing: school-screening@1.0.0", "routing: school-screening@2.0.0"),
    )
    done = run(tmp_path, "worker", "--once")

    assert (done.exit_code, done.stdout) == (2, "")
    assert "a definition cannot be used; nothing was started:\nschool-screening@2.0.0.yaml:" in done.stderr


def test_a_programme_that_is_gone_is_told(used):
    with used.read() as session:
        (told,) = pinned.programmes_altered(session, Programmes({}))

    assert str(told).endswith(
        "is not there any more; put the used definition back as programmes/school-screening@1.0.0.yaml"
    )


def test_a_later_version_starts_and_the_used_one_stays(used, tmp_path):
    altered(tmp_path, "phq-9", version="1.1.0")

    assert run(tmp_path, "worker", "--once").exit_code == 0


@pytest.fixture
def few(tmp_path, monkeypatch):
    """A catalogue of two shipped instruments, which is checked in no time."""
    shipped = tmp_path / "shipped"
    shipped.mkdir()
    for name in ("phq-2", "asq", "cries-8"):
        (shipped / f"{name}.yaml").write_bytes((DEFINITIONS / f"{name}.yaml").read_bytes())
    monkeypatch.setattr("instruments.catalogue.DEFINITIONS", shipped)
    return shipped


def test_the_check_of_everything_in_force_passes_without_a_database(few, tmp_path):
    done = run(tmp_path, "instruments", "check")

    assert (done.exit_code, done.stdout) == (0, "0 problems in 3 versions of 3 instruments\n")


def test_the_check_names_a_used_definition_that_changed(few, used, tmp_path):
    done = run(tmp_path, "instruments", "check")

    assert done.exit_code == 1
    assert "phq-9 1.0.0 was used with digest" in done.stdout
    assert done.stdout.endswith("1 problems in 3 versions of 3 instruments\n")


def test_the_check_names_a_version_that_takes_too_small_a_step(few, tmp_path):
    altered(tmp_path, "asq", version="1.0.1", old="have you wished", new="did you wish")
    done = run(tmp_path, "instruments", "check")

    assert done.exit_code == 1
    assert "asq: wording changed from 1.0.0 to 1.0.1; allowed: 1.1.0 or later\n" in done.stdout


def test_words_of_ones_own_take_the_right_step(few, tmp_path):
    folder = tmp_path / "definitions" / "instruments"
    folder.mkdir(parents=True)
    file = (DEFINITIONS / "cries-8.yaml").read_bytes()
    empty = empty_form(file, "cries-8.yaml", ("en",))
    words = re.sub('""', lambda place: f'"Words {place.start()}."', empty).encode()
    (folder / "cries-8@1.1.0.yaml").write_text(attach(file, "a", words, "b").text, encoding="utf-8")

    assert run(tmp_path, "instruments", "check").stdout == "0 problems in 4 versions of 3 instruments\n"
