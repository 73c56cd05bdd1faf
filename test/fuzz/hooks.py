"""What schemathesis is told of Selvedge: what may not stand in an answer, and what a request may not cost.

The run is counted here, as every phase and every check sends through the same door.
"""

import atexit
import json
import os
import re
import zlib
from collections import Counter

import schemathesis

PATTERNS = [re.compile(pattern) for pattern in json.loads(os.environ["FUZZ_LEAKS"])]
COUNTS_FILE = os.environ["FUZZ_COUNTS"]
STANDING = ("echo", "data", "event")
HANDLER = 'export default async (request) => new Response("made");'

statuses = Counter()


@schemathesis.hook
def before_call(context, case, kwargs):
    """Keeps a request as valid or as invalid as it was made, and bounds what it costs."""
    if isinstance(case.query, dict) and str(case.query.get("follow")).lower() == "true":
        # A stream has no end to wait for.
        case.query["follow"] = "false"
    number = drawn(case)
    if isinstance(case.body, dict):
        scaling = case.body.get("scaling")
        if isinstance(scaling, dict) and is_count(scaling.get("minInstances")) and scaling["minInstances"] <= 100:
            scaling["minInstances"] = 0
        fits = case.meta is not None and case.meta.generation.mode.is_positive
        if fits and number % 2 == 0 and "code" in case.body:
            make_live(case.body)
        elif fits and number % 32 != 1:
            # Each run of npm takes half a second to find out that there is no registry.
            case.body.pop("dependencies", None)
    identifier = (case.path_parameters or {}).get("id")
    functions = case.path.startswith("/functions/")
    if functions and isinstance(identifier, str) and not identifier.startswith("fn_") and number % 2 == 0:
        # Nearly every name that is drawn is nobody's; half of the time one is taken that leads somewhere.
        harmless = case.method == "GET" or case.path.endswith("/invoke")
        case.path_parameters["id"] = STANDING[number % 3] if harmless else "made"


def make_live(body):
    """What is drawn is no handler, no package, no date that workerd knows: a chain would end at its beginning."""
    body["code"] = HANDLER
    # Its process ends before the next hundred are started.
    body["scaling"] = {"idleSeconds": 1}
    for field in ("handler", "convention", "dependencies", "compatibility_date", "compatibility_flags", "environment"):
        body.pop(field, None)


def is_count(value):
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def drawn(case):
    """The same number for the same request in every run."""
    return zlib.crc32(repr((case.method, case.path, case.path_parameters, case.query, case.body)).encode("utf-8", "replace"))


@schemathesis.hook
def after_call(context, case, response):
    statuses[response.status_code] += 1


@schemathesis.check
def no_leak(context, response, case):
    request = response.request
    sent = repr(request.url) + repr(request.body) + repr(dict(request.headers))
    answered = json.dumps(dict(response.headers)) + response.content.decode("utf-8", "replace")
    for pattern in PATTERNS:
        for found in pattern.findall(answered):
            assert found in sent, f'"{found}" stands in the answer'


@schemathesis.check
def no_failure_of_the_platform(context, response, case):
    """In place of not_a_server_error, with the one 5xx that is an answer: `/ready`, while a change spreads."""
    if case.path == "/ready" and response.status_code == 503 and '"SYS_003"' in response.text:
        return
    assert response.status_code < 500, "a failure of the platform"


@schemathesis.check
def errors_have_a_code(context, response, case):
    if response.status_code < 400 or case.method == "HEAD":
        return
    code = response.headers.get("x-selvedge-error")
    assert code, "an error without x-selvedge-error"
    assert response.json()["error"]["code"] == code[0], "the body has another code than the header"


@atexit.register
def tell():
    with open(COUNTS_FILE, "w", encoding="utf-8") as file:
        json.dump(statuses, file)
