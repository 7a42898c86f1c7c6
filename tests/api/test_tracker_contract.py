"""The data tracker keeps its contract, whatever it is asked: Schemathesis over the published text.

The contract is read from beside SENIM_TEST_DATA; it is not copied in. Codes are generated and real.
"""

import os
from collections.abc import Callable
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

from tests.api.test_tracker import ASKERS, code, give_codes
from tests.cast import Cast

CONTRACT = "contracts/dumonitor-openapi.yaml"
PATHS = ("/v2/findUsage", "/v2/usagePeriod", "/v2/heartbeat")
# Any text is a code to the contract and any int32 an offset; those that cannot be are 400.
CHECKS = {"checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "400"]}}}
pytestmark = [
    pytest.mark.data,
    pytest.mark.slow,
    pytest.mark.django_db,
    pytest.mark.sqlite,  # a WSGI client closes the connection a test on PostgreSQL stands on
]


@pytest.fixture
def contract() -> Path:
    where = Path(os.environ.get("SENIM_TEST_DATA", "."))
    for path in (where / CONTRACT, where.parent / CONTRACT):
        if "SENIM_TEST_DATA" in os.environ and path.is_file():
            return path
    pytest.skip("the contract is not here: SENIM_TEST_DATA names the folder beside it")


@pytest.fixture
def schema(contract: Path, cast: Cast, settings: Any) -> Any:
    give_codes(cast)
    settings.SENIM_TRACKER_SERVERS = (ip_network("127.0.0.1/32"),)
    settings.ALLOWED_HOSTS = ["*"]
    cast.client("teacher").get(f"/register/{cast.classes['algebra']}/")
    found = schemathesis.openapi.from_path(contract, config=SchemathesisConfig.from_dict(CHECKS))
    served = get_wsgi_application()
    found.app = lambda environ, start: served({**environ, "REMOTE_ADDR": "127.0.0.1"}, start)
    return found


def real_or_generated() -> st.SearchStrategy[str | None]:
    """Return codes of the cast, beside None for what is generated."""
    return st.one_of(st.none(), st.sampled_from([code(key) for key in ASKERS]))


def fuzz(schema: Any, path: str, mode: GenerationMode, examples: int) -> int:
    """Ask one path so many times; return how often it was answered with 200."""
    answered = []
    operation = schema[path]["GET"]

    @seed(456)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(
        case=operation.as_strategy(generation_mode=mode),
        asker=real_or_generated(),
        subject=real_or_generated(),
    )
    def ask(case: Any, asker: str | None, subject: str | None) -> None:
        if mode is GenerationMode.POSITIVE and asker and path == PATHS[0]:
            case.headers["X-Road-UserId"] = asker
        if mode is GenerationMode.POSITIVE and subject and path == PATHS[0]:
            case.query["userCode"] = subject
        answered.append(case.call_and_validate().status_code)

    run: Callable[[], None] = ask
    run()
    return answered.count(200)


@pytest.mark.parametrize("path", PATHS)
def test_what_the_contract_allows_is_answered_as_it_says(schema: Any, path: str) -> None:
    assert fuzz(schema, path, GenerationMode.POSITIVE, 60) > 0


def test_what_the_contract_forbids_is_refused(schema: Any) -> None:
    assert fuzz(schema, PATHS[0], GenerationMode.NEGATIVE, 60) == 0


@pytest.mark.torture
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_it_holds_for_thousands_of_requests(schema: Any, mode: GenerationMode) -> None:
    fuzz(schema, PATHS[0], mode, 5000)
