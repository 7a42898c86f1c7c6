"""Anyone may take the programs that check the record, as they are."""

from pathlib import Path

import pytest
from django.test import Client

from senim.verifier import senim_verify

SCRIPT = Path(senim_verify.__file__)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["py", "mjs"])
def test_anyone_may_take_a_verifier_byte_for_byte(kind: str) -> None:
    answer = Client().get(f"/ledger/verify.{kind}")

    assert answer.status_code == 200
    assert answer.content == SCRIPT.with_suffix(f".{kind}").read_bytes()
    assert answer["Content-Disposition"] == f'attachment; filename="senim_verify.{kind}"'


@pytest.mark.django_db
def test_the_page_of_the_record_leads_to_the_verifiers() -> None:
    page = Client().get("/ledger/").content.decode()

    assert 'href="/ledger/verify.py"' in page
    assert 'href="/ledger/verify.mjs"' in page
