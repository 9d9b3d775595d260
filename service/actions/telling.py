"""Which findings may be told where single answers may not: in a letter, or to a team nobody agreed to share with."""

from instruments.model import Finding, Instrument, Purpose


def told_without_answers(instrument: Instrument) -> tuple[Finding, ...]:
    """The findings for whose sake somebody must act, in the order of the file.

    A finding may be one answer in other words. Told all the same are the critical ones, and every outcome of an
    instrument that is about nothing but safety, as the ASQ is: who cares for the client must know these.
    """
    only_safety = all(each.purpose is Purpose.SAFETY for each in instrument.findings)
    return tuple(each for each in instrument.findings if each.critical or only_safety)
