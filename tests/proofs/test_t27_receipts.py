"""T27: what others were given before an erasure proves itself after it: receipts, letters, bundles."""

from hashlib import sha256

import pytest

from referral.audit import Intact
from referral.bundles import prove_bundle
from referral.checkpoints import prove_receipt, read_receipt
from referral.entries import commitment, read_entry
from referral.events import EventKind
from service.access import NotFound
from service.actions import receipts, referral_receipts
from service.permissions import Role
from service.store.referrals import ReferralRow
from tests.proofs.erased import agreed, entries_of, lived, round_of
from tests.proofs.tenancy import close
from tests.referral.keys import OLD
from tests.service.builders import world
from tests.service.caring import do
from tests.service.sealed import seal


@pytest.fixture
def here(database_url, tmp_path):
    yield world(database_url, tmp_path)
    close()


def bundle_of(here):
    with here.read() as session:
        return list(receipts.bundle_of(session, here.organisation.id))


def letter_of(here, client_id):
    """(referral, event) of the letter that was made about a client."""
    made = [read_entry(entry) for entry in entries_of(here)]
    (event,) = [
        each for each in made if each["kind"] == EventKind.LETTER_MADE and each["client"] == str(client_id)
    ]
    with here.read() as session:
        rows = session.query(ReferralRow).filter_by(client_id=client_id)
        ids = {str(row.id): row.id for row in rows}
    return ids[event["details"]["referral"]], event


def test_receipts_and_bundles_from_before_and_after_prove_themselves(here):
    client_id = lived(here)
    seal(here)
    referral_id, event = letter_of(here, client_id)
    given = [
        row for row in do(here, referral_receipts.show, referral_id).lines if str(row.event_id) == event["id"]
    ]
    text = do(here, referral_receipts.receipt, referral_id, given[0].event_id)
    seal(here)
    before = bundle_of(here)
    agreed(here, client_id)
    round_of(here)
    seal(here)
    for bundle in (before, bundle_of(here)):
        proved = prove_bundle(iter(bundle), [OLD.public], [])
        assert isinstance(proved.verdict, Intact)
        assert proved.checkpoints > 0
    receipt = read_receipt(text)
    assert prove_receipt(receipt, [OLD.public])
    assert commitment(receipt.salt, sha256(b"the paper").digest()) == event["commit"]
    with pytest.raises(NotFound):
        do(here, referral_receipts.receipt, referral_id, given[0].event_id, role=Role.COORDINATOR)
