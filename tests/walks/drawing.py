"""Calls drawn from the OpenAPI document: of each operation those that it allows and those that it does not, and what
has to be true of every answer."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import schemathesis
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.generation.hypothesis.builder import HypothesisTestConfig, HypothesisTestMode, create_test
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    ignored_auth,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from tests.walks.grounding import Grounding
from tests.walks.routes import Operation
from tests.walks.tally import Tally

# Of each operation. There are up to 500 that cover every boundary of a body, of which so many are
# taken, evenly spread; and so many are drawn at random, always the same.
COVERING = 36
RANDOM = 8

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
    allow_header_conformance,
    ignored_auth,
    # Left out:
    # positive_data_acceptance: that a row exists, an offset was given out, a workflow can be run or a
    #   date is later than another is nothing a schema says; `well_formed_is_not_called_malformed` holds.
    # missing_required_header: no operation requires one but `Authorization`, see ignored_auth.
    # use_after_free, ensure_resource_availability: are about several calls in a row, and each is undone here.
    # object_level_authorization: likewise; tests/walks/test_tenants.py asks for every row as a stranger.
]
CONFIG = SchemathesisConfig.from_dict(
    {
        "generation": {"deterministic": True, "database": "none", "max-examples": RANDOM, "no-shrink": True},
        "checks": {"negative_data_rejection": {"expected-statuses": [400, 401, 403, 404, 406, 409, 412, 413, 415]}},
    }
)
# Keywords of faults that a document can tell of as well, so that it has to.
TOLD = {"required", "additionalProperties", "minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems"}
# Where a document can't tell what is wrong → why.
UNTOLD = {
    ".steps": "how the steps of a workflow hang together is more than a schema says",
    ".starts_at": "it has to be the name of a step",
    ".number_cycles": "so many cycles the work order has to have left",
    ".total": "likewise",
    ".order": "one that the batch has already may be longer than one that is chosen",
    ".Idempotency-Key": "which characters can be printed is a matter of Unicode",
}


def well_formed_is_not_called_malformed(ctx: Any, response: Any, case: Any) -> None:
    """A call that the document allows is not refused for what the document should have told."""
    if response.status_code == 400 and case.meta.generation.mode.is_positive:
        faults = response.json()["validation_messages"]
        blamed = [one for one in faults if one["keyword"] in TOLD and not one["dataPath"].startswith(tuple(UNTOLD))]
        assert blamed == [], f"The document allows it: {case.as_curl_command()}"


def leave_out_ignored(schema: Any) -> None:
    """Keys that are ignored in a body, or in a reference in one, would be tried in all combinations, and taken
    for forbidden."""
    if isinstance(schema, dict):
        if isinstance(properties := schema.get("properties"), dict):
            schema["properties"] = {name: one for name, one in properties.items() if one != {"readOnly": True}}
        for one in list(schema.values()):
            leave_out_ignored(one)
    elif isinstance(schema, list):
        for one in schema:
            leave_out_ignored(one)


def tells_of_the_code(body: bytes) -> bool:
    return b"Traceback" in body or b'File "/' in body


def nothing_is_told_of_the_code(ctx: Any, response: Any, case: Any) -> None:
    assert not tells_of_the_code(response.content)
    assert "html" not in response.headers.get("content-type", [""])[0]


def operations_of(drawn: dict[str, Any], app: Any = None) -> dict[str, Any]:
    """Those of an OpenAPI document, by their names. With `app` they are called in this process."""
    for schema in drawn["components"]["schemas"].values():
        if "properties" in schema:
            # Clients have to expect more keys than are told in an answer; ours holds no others.
            schema.setdefault("additionalProperties", False)
            leave_out_ignored(schema)
    loaded = schemathesis.openapi.from_dict(drawn, config=CONFIG)
    loaded.app = app
    return {one.ok().label: one.ok() for one in loaded.get_all_operations()}


def name_of(operation: Operation) -> str:
    path = re.sub(r"<\w+:(\w+)>", r"{\1}", operation.template)
    return f"{operation.method} /{path}"


def call_all(
    described: Any,
    grounding: Grounding,
    around: Callable[[], AbstractContextManager[Any]] = nullcontext,
    **how: Any,
) -> Tally:
    """Draw the calls of one operation, put them on the ground and make each `around` which something is done. `how`
    is what schemathesis is told of the way: headers, base_url. Raises what is wrong with an answer."""
    tally = Tally()

    def call(case: Any) -> None:
        grounding.ground(case)
        with around():
            response = case.call(**how)
            first = not tally.succeeded
            tally.count(response.status_code, allowed=case.meta.generation.mode.is_positive)
            case.validate_response(
                response,
                headers=how["headers"],
                checks=CHECKS,
                additional_checks=[well_formed_is_not_called_malformed, nothing_is_told_of_the_code],
                excluded_checks=[] if first else [ignored_auth],  # it calls twice again
                transport_kwargs=how,
            )

    drawn(described, call)()
    return tally


def drawn(described: Any, call: Callable[[Any], None]) -> Callable[[], None]:
    """A test that makes the calls. `parametrize` of schemathesis would draw all while tests are
    collected, in every process."""
    modes = [HypothesisTestMode.EXAMPLES, HypothesisTestMode.COVERAGE, HypothesisTestMode.FUZZING]
    settings = CONFIG.projects.default.get_hypothesis_settings(operation=described, phase="fuzzing")
    config = HypothesisTestConfig(project=described.schema.config, modes=modes, settings=settings)
    test: Any = create_test(operation=described, test_func=call, config=config)
    covering = test.hypothesis_explicit_examples
    test.hypothesis_explicit_examples = covering[:: -(-len(covering) // COVERING) or 1]
    made: Callable[[], None] = test
    return made
