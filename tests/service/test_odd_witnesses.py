"""Whatever a witness answers, nothing that was not checked is kept, and the place counts as not having taken it."""

from dataclasses import replace

import pytest
from click.testing import CliRunner
from werkzeug.wrappers import Request, Response

from referral.notes import KeyKind, Signature, read_note, read_public_key
from referral.witnessing import SIZE
from service.app import make_parts as make_app_parts
from service.cli import main
from service.commands.rounds import trust_in
from service.keys import NoKeys, add_key
from service.notify.places import BadPlace, CheckpointPlace, WitnessPlace, names_of, read_places
from service.settings import load_settings
from service.store import checkpoints, witnesses
from tests.referral.keys import OLD, WITNESS
from tests.service.acts import screen
from tests.service.builders import Clock, make_parts, world
from tests.service.deployments import deployment


@pytest.fixture
def school(sqlite_url, tmp_path):
    made = world(sqlite_url, tmp_path)
    screen(made, "asq", [0])
    return deployment(made, "school.example", 10)


def answering(make):
    """An application that answers every request with what `make` makes of its body."""

    @Request.application
    def answer(request):
        return make(request.get_data(as_text=True))

    return answer


def forged(body):
    note = read_note(body.partition("\n\n")[2])
    return str(Signature(WITNESS.name, WITNESS.public.hint, b"x" * 72)) + str(note.signatures[0])


ODD = {
    "nothing": (lambda _body: Response(""), "no key of a witness that is trusted"),
    "trouble": (lambda _body: Response("x", 500), "answered 500"),
    "elsewhere": (lambda _body: Response("", 307, {"Location": "/other"}), "answered 307"),
    "a forged line": (lambda body: Response(forged(body)), "does not fit the text"),
    "a page": (lambda _body: Response("<!doctype html>\n"), "cannot be believed"),
    "no text": (lambda _body: Response(b"\xff\xfe"), "UnicodeDecodeError"),
    "far too much": (lambda _body: Response("x" * 200_000), "cannot be believed"),
    "a conflict without a size": (lambda _body: Response("7\n", 409), "answered 409 without a size"),
    "a conflict with words": (
        lambda _body: Response("x", 409, content_type=SIZE),
        "answered 409 without a size",
    ),
    "the size that was asked from": (
        lambda _body: Response("0\n", 409, content_type=SIZE),
        "another tree of 0",
    ),
    "more than there is": (
        lambda _body: Response("9999\n", 409, content_type=SIZE),
        "it cosigned 9999 events",
    ),
    "one conflict after another": (lambda _body: Response("1\n", 409, content_type=SIZE), "answered 409"),
}


@pytest.mark.parametrize(("make", "words"), ODD.values(), ids=ODD)
def test_an_odd_answer_is_told_and_not_kept(school, serve, caplog, make, words):
    school.address = serve(answering(make))
    assert school.round(school.place, trusted=[WITNESS.public]) == 0
    assert words in caplog.text
    log_id = school.here.organisation.id
    with school.here.read() as session:
        assert witnesses.cosignatures_of(session, log_id) == []
        (row,) = checkpoints.shipments(session, log_id)
    assert (row.size, row.failing_since) == (0, school.here.clock())


def test_a_witness_that_is_not_there_is_tried_again_later_and_holds_up_no_other_place(
    school, tmp_path, serve
):
    address = serve(answering(lambda _body: Response("", 500)))
    dead, file = f"witness:{address}", f"file:{tmp_path / 'kept'}"
    assert school.round(dead, file) == 2
    assert (tmp_path / "kept").read_text("utf-8").count("school.example/audit/") == 2
    assert school.round(dead, file) == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("witness:", "allowed: witness:https://host/path"),
        ("witness:file:/x", "allowed: witness:https://host/path"),
        ("witness:https:", "found https: with a host or port that is none"),
        ("witness:https://host:99999/x", "port that is none"),
        ("witness:http://host/x", "on this machine only"),
        ("nowhere:x", "witness:https://"),
    ],
)
def test_a_place_that_cannot_be_is_refused(text, words):
    with pytest.raises(BadPlace, match=words):
        read_places(text)


def test_a_witness_is_named_by_the_address_before_the_protocols_own():
    found = read_places("file:/srv/x, witness:https://someone:secret@clinic.example/witness/")
    assert [type(each) for each in found] == [CheckpointPlace, WitnessPlace]
    assert names_of("witness:https://someone:secret@clinic.example/witness") == [
        "witness:https://clinic.example/witness"
    ]


@pytest.fixture
def settings(sqlite_url, tmp_path):
    """`settings(...)`: those of a deployment that signs."""
    made = replace(make_parts(sqlite_url, tmp_path, Clock()).settings, audit_keys=tmp_path / "audit-keys")
    return lambda **changed: replace(made, **changed)


def test_a_witness_without_keys_that_are_trusted_does_not_start(settings, tmp_path):
    asked = settings(checkpoint_places="witness:https://clinic.example/witness")
    with pytest.raises(NoKeys, match="HANDRAIL_WITNESS_KEYS no file"):
        trust_in(asked, str)
    file = tmp_path / "witnesses"
    file.write_text(f"{OLD.public}\n", encoding="ascii")
    with pytest.raises(NoKeys, match="is a key of kind 1; allowed: 4"):
        trust_in(replace(asked, witness_keys=file), str)
    file.write_text(f"{WITNESS.public}\n", encoding="ascii")
    assert trust_in(replace(asked, witness_keys=file), str).witnesses == [WITNESS.public]


def test_a_witness_without_its_own_key_does_not_start(settings, tmp_path):
    logs, key = tmp_path / "logs", tmp_path / "witness-key"
    logs.write_text(f"{OLD.public}\n", encoding="ascii")
    asked = settings(witness_for=logs, witness_key=key)
    with pytest.raises(NoKeys, match="handrail audit key --witness --new"):
        make_app_parts(asked)
    add_key(key, "clinic.example", bytes(32))
    with pytest.raises(NoKeys, match="kind 1; allowed: 4"):
        make_app_parts(asked)
    key.unlink()
    made = add_key(key, "clinic.example/witness", bytes(32), KeyKind.WITNESS)
    parts = make_app_parts(asked)
    parts.close()
    assert (parts.witness.keys, parts.witness.logs) == ([made], [OLD.public])


def test_the_keys_of_a_witness_are_made_and_shown(tmp_path):
    told = {"HANDRAIL_DATA_DIR": str(tmp_path), "HANDRAIL_AUDIT_NAME": "clinic.example"}
    done = CliRunner().invoke(main, ["audit", "key", "--witness", "--new"], env=told)
    assert done.exit_code == 0, done.output
    key = read_public_key(done.stdout)
    assert (key.name, key.kind) == ("clinic.example/witness", KeyKind.WITNESS)
    assert (tmp_path / "witness-key").stat().st_mode & 0o777 == 0o400
    assert CliRunner().invoke(main, ["audit", "key", "--witness"], env=told).stdout == done.stdout


def test_the_settings_name_the_files_of_keys(tmp_path):
    told = {"HANDRAIL_SECRET_KEY": "k" * 40, "HANDRAIL_DATA_DIR": str(tmp_path)}
    plain = load_settings(told)
    assert (plain.witness_for, plain.witness_key, plain.witness_keys) == (
        None,
        tmp_path / "witness-key",
        None,
    )
    named = {f"HANDRAIL_WITNESS_{name}": str(tmp_path / name) for name in ("FOR", "KEY", "KEYS")}
    found = load_settings(told | named)
    assert found.witness_for == tmp_path / "FOR"
    assert found.witness_key == tmp_path / "KEY"
    assert found.witness_keys == tmp_path / "KEYS"
