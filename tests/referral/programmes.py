"""Own definitions in a folder, for tests of programmes: shipped files with words changed, under later versions."""

import re

from instruments.attaching import attach, empty_form
from instruments.catalogue import DEFINITIONS as INSTRUMENTS
from referral.catalogue import DEFINITIONS

PROGRAMME = (DEFINITIONS / "programmes" / "school-screening.yaml").read_text("utf-8")
ROUTING = (DEFINITIONS / "routing" / "school-screening.yaml").read_text("utf-8")


def changed(text, *swaps):
    """The text with each (old, new), which must be there."""
    for old, new in swaps:
        assert old in text, old
        text = text.replace(old, new)
    return text


def keep(folder, kind, name, text):
    """Write one own definition and return its file."""
    place = folder / kind
    place.mkdir(parents=True, exist_ok=True)
    file = place / f"{name}.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def newer(text, version):
    return changed(text, ('version: "1.0.0"\n', f'version: "{version}"\n'))


def own_routing(folder, version, *swaps):
    """The school's rules in a later version, with something changed."""
    return keep(folder, "routing", f"school-screening@{version}", changed(newer(ROUTING, version), *swaps))


def own_programme(folder, version, *swaps):
    """The school's programme in a later version, with something changed."""
    text = changed(newer(PROGRAMME, version), *swaps)
    return keep(folder, "programmes", f"school-screening@{version}", text)


def own_instrument(folder, name, version, *swaps):
    """A shipped instrument in a later version, with something changed."""
    text = (INSTRUMENTS / f"{name}.yaml").read_text("utf-8")
    return keep(folder, "instruments", f"{name}@{version}", changed(newer(text, version), *swaps))


def words_attached(folder, name):
    """An instrument that ships without words, with made-up ones, as version 1.1.0."""
    file = (INSTRUMENTS / f"{name}.yaml").read_bytes()
    words = re.sub('""', lambda place: f'"Words {place.start()}."', empty_form(file, name, ("en",)))
    return keep(folder, "instruments", f"{name}@1.1.0", attach(file, name, words.encode(), name).text)
