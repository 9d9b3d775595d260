"""The file of keys that sign: only its owner reads it, it grows by a line, and no error says what stands in it."""

import stat

import pytest

from referral.notes import signed, signers
from service.keys import NoKeys, add_key, load_keys
from tests.referral.keys import OLD

NAME = "handrail.example"


def add(file, seed=b"a" * 32, name=NAME):
    return add_key(file, name, seed)


def test_a_first_key_makes_the_file_and_its_folder_for_its_owner_alone(tmp_path):
    file = tmp_path / "made" / "keys"
    key = add(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o400
    assert list(load_keys(file)) == [key]
    assert [each.name for each in file.parent.iterdir()] == ["keys"]


def test_while_keys_change_both_sign_and_who_trusts_one_believes(tmp_path):
    file = tmp_path / "keys"
    old, new = add(file), add(file, b"b" * 32)
    assert list(load_keys(file)) == [old, new]
    assert stat.S_IMODE(file.stat().st_mode) == 0o400
    note = signed("a text\n", load_keys(file))
    assert signers(note, [old.public]) == (old.public,)
    assert signers(note, [new.public]) == (new.public,)
    file.chmod(0o600)
    file.write_text(f"{new.text}\n", "ascii")
    assert signers(signed("a text\n", load_keys(file)), [old.public]) == ()


def test_what_an_earlier_attempt_left_does_not_matter(tmp_path):
    (tmp_path / "keys.new").write_text("half of a", "ascii")
    key = add(tmp_path / "keys")
    assert list(load_keys(tmp_path / "keys")) == [key]
    assert not (tmp_path / "keys.new").exists()


@pytest.mark.parametrize(
    ("held", "words"),
    [
        (None, r"cannot be read \(FileNotFoundError\)"),
        (b"", "holds no key"),
        (b"\n \n", "holds no key"),
        ("clé".encode(), r"cannot be read \(UnicodeDecodeError\)"),
        (b"words\n", "a secret key begins with"),
        (f"{OLD.public}\n".encode(), "a secret key begins with"),
        (f"{OLD.text}\n{OLD.text[:-6]}AAAAA=\n".encode(), "damaged|written as"),
    ],
)
def test_a_damaged_file_is_refused_and_never_written_over(tmp_path, held, words):
    file = tmp_path / "keys"
    if held is not None:
        file.write_bytes(held)
    with pytest.raises(NoKeys, match=words) as refused:
        load_keys(file)
    assert str(file) in str(refused.value)
    assert "PRIVATE+KEY+handrail" not in str(refused.value)
    if held is not None:
        with pytest.raises(NoKeys, match=words):
            add(file)
        assert file.read_bytes() == held


@pytest.mark.parametrize(("name", "seed"), [("two words", b"a" * 32), (NAME, b"short")])
def test_a_key_that_cannot_be_leaves_nothing_behind(tmp_path, name, seed):
    with pytest.raises(NoKeys):
        add(tmp_path / "keys", seed, name)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_to_is_named(tmp_path):
    (tmp_path / "file").write_text("", "ascii")
    with pytest.raises(NoKeys, match=r"(cannot be written|cannot be read) \("):
        add(tmp_path / "file" / "keys")
