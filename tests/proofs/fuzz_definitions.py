"""Files from strangers, led by coverage: `python -m tests.proofs.fuzz_definitions FOLDER [-max_total_time=600]`.

Needs atheris, which is no dependency of the project: `pip install atheris` first. The folder is filled with texts
to begin with, and with each new text that reaches new lines. A text's first letter says by which door it comes in.
"""

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["instruments", "referral"]):
    from instruments.catalogue import DEFINITIONS
    from instruments.exchange.formats import WRITERS
    from tests.instruments.forms import catalogue
    from tests.proofs.doors import DOORS, ENDS
    from tests.proofs.referral_doors import KINDS, sound

LETTERS = dict(zip("dfrgwclephksomiuaq", DOORS.values(), strict=True))


def one_input(data):
    """One text: by its door it must be read, or refused with a reason."""
    door = LETTERS.get(chr(data[0])) if data else None
    if door is not None:
        ended = door(data[1:])
        assert ended in ENDS, ended


def seeds():
    """Our own instruments as every door would see them."""
    yield from (b"d" + path.read_bytes() for path in sorted(DEFINITIONS.glob("*.yaml")))
    for name in ("phq-9", "pcl-5", "asq", "psc-17", "audit-c"):
        one = catalogue().get(name)
        for letter, target in (("f", "fhir-r4"), ("f", "fhir-r5"), ("r", "redcap")):
            yield letter.encode() + WRITERS[target](one).text.encode()
    for letter, kind in zip("phksomiu", KINDS, strict=True):
        yield (letter + sound(kind)).encode()
    yield b"wwording_of: cries-8\nlanguages: [en]\nsource: ours\nanswers: {}\nitems: {}\n"
    yield b"cid,q1,q2\na,1,refused\n"
    yield b'l{"id": "a", "answers": {"q1": 1, "q2": "refused"}}\n'
    yield b"eif([q1] = '1' and sum([q1], [q2]) >= 2, %x.where(code = 'a').count() * 1.5, {})"


def main():
    """Go on until told to stop, or until a fault is found."""
    folder = next((Path(word) for word in sys.argv[1:] if not word.startswith("-")), None)
    if folder is None:
        sys.exit(__doc__)
    folder.mkdir(parents=True, exist_ok=True)
    for place, seed in enumerate(seeds()):
        (folder / f"seed-{place:02}").write_bytes(seed)
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
