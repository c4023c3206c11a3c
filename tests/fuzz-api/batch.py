"""What `/vouchers` answers for each request of a batch: the checks of schemathesis see only the
status of the whole, which is 200 whatever its requests are like."""

import jsonschema_rs

BATCH_MAX = 100
_ANSWERED, _REFUSED, _NOT_PUBLISHED = 200, 400, 404


class BatchFault(AssertionError):
    """What is wrong with the answer to a batch."""


def is_batch(body: object) -> bool:
    """Returns whether a body is a list that is answered request by request."""
    return isinstance(body, list) and len(body) <= BATCH_MAX


def check(requests: list, answers: list, schema: jsonschema_rs.Draft202012Validator) -> None:
    """Raises unless each request has its answer, in their order: one that breaks the schema is
    refused; one that keeps to it is answered, or nothing is published for its country."""
    if len(answers) != len(requests):
        raise BatchFault(f"{len(requests)} requests have {len(answers)} answers")
    for place, (request, answer) in enumerate(zip(requests, answers, strict=True)):
        status = answer["status"]
        expected = (_ANSWERED, _NOT_PUBLISHED) if schema.is_valid(request) else (_REFUSED,)
        if status not in expected:
            raise BatchFault(f"request {place} has the status {status}: {request}: {answer}")
        if status == _ANSWERED and answer["customer_id"] != request["customer_id"]:
            raise BatchFault(f"request {place} has the answer to another: {request}: {answer}")
