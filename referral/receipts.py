"""What a receipt comes to in the hands of a stranger: intact, or what was changed, in the words of the trail.

Its text and its path are in `checkpoints.py`; the same judgement is published in docs/audit-format.md.
"""

from collections.abc import Sequence

from referral.audit import Damage, Head, Intact, Tampered, check_entry, event_id
from referral.checkpoints import Elsewhere, Receipt, prove_receipt, read_checkpoint
from referral.notes import BadNote, Note, PublicKey


def judge_receipt(
    receipt: Receipt, trusted: Sequence[PublicKey], kept: Sequence[Note] = ()
) -> Intact | Tampered:
    """Prove one event; `kept` are the reader's own checkpoints. Intact names the end that the checkpoint names.

    Raises BadReceipt when no trusted key signed its checkpoint, and BadCheckpoint for a note that is none.
    """
    seq, named = receipt.index + 1, event_id(receipt.entry)
    try:
        found = prove_receipt(receipt, trusted)
    except BadNote:
        return Tampered(seq, named, Damage.CHECKPOINT)
    except Elsewhere:
        return Tampered(seq, named, Damage.REWRITTEN)
    wrong = check_entry(receipt.entry, found.organisation, seq)
    if wrong is not None:
        return Tampered(seq, named, wrong)
    known = [each for each in map(read_checkpoint, kept) if each.organisation == found.organisation]
    if any(each.size == found.size and each.root != found.root for each in known):
        return Tampered(1, None, Damage.REWRITTEN, until=found.size)
    return Intact(Head(found.size, found.root))
