"""Prove an audit bundle or a receipt of Handrail, as docs/audit-format.md says and without any code of Handrail.

    python3 verify_trail.py FILE [--keys FILE] [--checkpoint FILE]

Needs Python's `cryptography`. Exits: 0 proved, 1 changed, 2 ends before a checkpoint, 3 missing or unreadable.
"""

import argparse
import base64
import hashlib
import json
import re
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

WORDS = "actor after at before client commit id kind organisation reason role subject subject_kind".split()
COUNT = "(0|[1-9][0-9]{0,17})"
HEADER = rf'{{"bundle":"handrail-audit/1","checkpoints":{COUNT},"events":{COUNT},'
HEADER += r'"head":"([0-9a-f]{64})","organisation":"([ !#-\[\]-~]{1,80})"}\n'
RECEIPT = rf"c2sp\.org/tlog-proof@v1\nextra (.{{1,65536}})\nindex {COUNT}((?:\n.+){{0,64}})"
FOREIGN = "it belongs to another organisation or place"
REWRITTEN = "the events are not those of a checkpoint that was kept elsewhere"
SHORTER = "the trail ends before a checkpoint that was kept elsewhere"


class Found(Exception):
    """What is wrong; and where something was changed, the first and the last event that it may be."""


def need(fits, *found):
    if not fits:
        raise Found(*found)


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def decoded(text, size=None):
    raw = base64.b64decode(text, validate=True)
    need(base64.b64encode(raw).decode() == text and size in (None, len(raw)), "base 64: not as it must be")
    return raw


def read_key(line):
    name, hint, key = line.strip().split("+", 2)
    key = decoded(key, 33)
    need(re.fullmatch("[A-Za-z0-9._:/-]{1,120}", name) and key[0] in (1, 4), "not a public key")
    need(sha(name.encode(), b"\n", key)[:4].hex() == hint, "a public key is damaged")
    return name, bytes.fromhex(hint), key[0], Ed25519PublicKey.from_public_bytes(key[1:])


def read_note(note):
    """A checkpoint: whose trail, how many events, the root; what is signed; the signatures as (name, bytes)."""
    need(len(note) <= 65_536 and not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", note), "not a note")
    text, gap, lines = note.rpartition("\n\n")
    found = [re.fullmatch("— ([^ ]+) ([^ ]+)", line) for line in lines[:-1].split("\n")]
    need(gap and lines.encode().endswith(b"\n") and all(found) and len(found) <= 32, "not a signed note")
    signatures = [(line[1], decoded(line[2])) for line in found]
    need(all(len(raw) > 4 for _, raw in signatures), "a signature is too short")
    said = text.split("\n")
    need(len(said) > 2 and all(said) and re.fullmatch(COUNT, said[1]), "not a checkpoint")
    return said[0].rpartition("/")[2], int(said[1]), decoded(said[2], 32), f"{text}\n".encode(), signatures


def trusted(note, keys, *place):
    """Whether a trusted key signed it. A line of a trusted key that does not fit makes it worthless."""
    signed = [(raw, key) for name, raw in note[4] for key in keys if key[:2] == (name, raw[:4])]
    for raw, (_, _, kind, key) in signed:
        stamp, signature = (raw[4:12], raw[12:]) if kind == 4 else (b"", raw[4:])
        witnessed = f"cosignature/v1\ntime {int.from_bytes(stamp, 'big')}\n" if kind == 4 else ""
        try:
            key.verify(signature, witnessed.encode() + note[3])
        except InvalidSignature:
            raise Found("a stored checkpoint was changed", *place) from None
    return bool(signed)


def check_entry(raw, seq, organisation):
    """Whether these are the bytes of an entry at this place."""
    try:
        text = raw.decode("ascii")
        entry = json.loads(text)
        kinds = {name: type(value) for name, value in entry.items()}
        lists = [each if type(each) is list else [each] for each in entry["details"].values()]
        details = [one for each in lists for one in each]
        numbers = [one for one in (*details, entry["seq"]) if type(one) is int]
        fits = json.dumps(entry, sort_keys=True, separators=(",", ":")) == text and text.isprintable()
        fits = fits and "\\" not in text and kinds.keys() == {*WORDS, "details", "format", "seq"}
        fits = fits and all(kinds[name] in (str, type(None)) for name in WORDS) and entry["seq"] > 0
        fits = fits and all(type(one) in (str, int, bool, type(None)) for one in details)
        fits = fits and kinds["seq"] is kinds["format"] is int and entry["format"] == 1
        fits = fits and all(abs(one) < 10**18 for one in numbers)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        fits = False
    need(fits, "its bytes are not an entry", seq, seq)
    need((entry["seq"], entry["organisation"]) == (seq, organisation), FOREIGN, seq, seq)


def grow(peaks, leaf):
    """Take a leaf into a tree, kept as the roots of its whole subtrees as (leaves, root); the root over them."""
    peaks.append((1, leaf))
    while len(peaks) > 1 and peaks[-2][0] == peaks[-1][0]:
        (size, right), (_, left) = peaks.pop(), peaks.pop()
        peaks.append((2 * size, sha(b"\1", left, right)))
    root = peaks[-1][1]
    for _, left in reversed(peaks[:-1]):
        root = sha(b"\1", left, root)
    return root


def root_by(index, size, leaf, path):
    """The root to which a path leads, as RFC 6962 defines the path in section 2.1.1."""
    if size <= 1 or not path:
        return leaf if (index, size, path) == (0, 1, []) else b""
    half = 1 << (size - 1).bit_length() - 1
    if index < half:
        return sha(b"\1", root_by(index, half, leaf, path[:-1]), path[-1])
    return sha(b"\1", path[-1], root_by(index - half, size - half, leaf, path[:-1]))


def next_line(file):
    line = file.readline(262_145)
    need(line.endswith(b"\n") and len(line) <= 262_144, "a line is missing, cut off, or too long")
    return line


def prove_bundle(file, keys, kept):
    header = re.fullmatch(HEADER, next_line(file).decode("ascii"))
    need(header, "the first line is not that of a bundle")
    own = [read_note(json.loads(next_line(file).decode("ascii"))) for _ in range(int(header[1]))]
    signed = [note for note in own if trusted(note, keys, 0, 0)]
    known = {}
    for note in (*signed, *kept):
        if note[0] == header[4]:
            known.setdefault(note[1], set()).add(note[2])
    count, good, peaks, root = int(header[2]), 0, [], sha()
    digest = sha(b"handrail/audit/genesis/1\0", header[4].encode())
    for seq in range(count + 1):
        if seq:
            line = next_line(file)
            digest = sha(b"handrail/audit/chain/1\0", digest, line[65:-1])
            need(line[:65] == digest.hex().encode() + b" ", "its bytes do not match its digest", seq, seq)
            check_entry(line[65:-1], seq, header[4])
            root = grow(peaks, sha(b"\0", line[65:-1]))
        need(known.get(seq, {root}) == {root}, REWRITTEN, min(good + 1, seq), seq)
        good = seq if seq in known else good
    need(digest.hex() == header[3], "the recorded end differs from the last event", count, count)
    need(not file.read(1), "something follows the last event")
    need(max(known, default=0) <= count, SHORTER, count + 1, count + 1)
    need(known or not (keys or kept), "no checkpoint of this trail is signed by a key that you trust")
    return f"{count} events of {header[4]}; checkpoints prove the first {good}"


def prove_receipt(file, keys, kept):
    head, _, note = file.read().decode().partition("\n\n")
    found = re.fullmatch(RECEIPT, head)
    need(found, "not a receipt")
    (raw, gap, salt), seq = decoded(found[1]).partition(b"\n"), int(found[2]) + 1
    need(not gap or re.fullmatch(b"(?:[0-9a-f]{2}){16,}", salt), "not a salt")
    path, note = [decoded(line, 32) for line in found[3].split("\n")[1:]], read_note(note)
    need(trusted(note, keys, seq, seq), "no key that you trust signed its checkpoint")
    need(root_by(seq - 1, note[1], sha(b"\0", raw), path) == note[2], REWRITTEN, seq, seq)
    check_entry(raw, seq, note[0])
    need(all(other[2] == note[2] for other in kept if other[:2] == note[:2]), REWRITTEN, 1, note[1])
    return f"event {seq} of {note[0]}: {raw.decode()}"


def main():
    parser = argparse.ArgumentParser()
    parser.error = lambda words: need(False, words)
    parser.add_argument("file", type=Path)
    for name in ("--keys", "--checkpoint"):
        parser.add_argument(name, type=lambda path: Path(path).read_bytes().decode())
    try:
        given = parser.parse_args()
        keys = [read_key(line) for line in (given.keys or "").split("\n") if line.strip()]
        need(keys or given.keys is None, "there is no key in the file of keys")
        parts = re.split("\n\n+", given.checkpoint.strip("\n")) if given.checkpoint is not None else []
        kept = [read_note(f"{text}\n\n{lines}\n") for text, lines in zip(parts[::2], parts[1::2])]
        need(len(parts) % 2 == 0, "not a file of checkpoints")
        need(
            not keys or all(trusted(note, keys) for note in kept),
            "a kept checkpoint has no trusted signature",
        )
        with given.file.open("rb") as file:
            prove = prove_receipt if file.readline(23) == b"c2sp.org/tlog-proof@v1\n" else prove_bundle
            file.seek(0)
            print("intact:", prove(file, keys, kept))
    except (Found, OSError, ValueError, TypeError, RecursionError) as problem:
        words, *events = problem.args if isinstance(problem, Found) else (ascii(problem),)
        print("changed at event {} to {}:".format(*events) if events else "cannot be proved:", words)
        return 3 if not events else 2 if words == SHORTER else 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
