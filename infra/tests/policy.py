"""What a role may do, decided as IAM does: some statement that allows it, and none that denies it."""

import re


def statements(role):
    """Returns the statements of a role's policies."""
    for policy in role["Policies"]:
        yield from policy["PolicyDocument"]["Statement"]


def listed(value):
    """Returns a list for what may be written without one."""
    return value if isinstance(value, list) else [value]


def allows(role, action, resource, **context):
    """Returns whether a role may do `action` to `resource`, its request being of `context`."""
    applying = [
        statement
        for statement in statements(role)
        if any(_matches(pattern, action, re.IGNORECASE) for pattern in listed(statement["Action"]))
        and any(_matches(pattern, resource) for pattern in listed(statement["Resource"]))
        and _holds(statement.get("Condition", {}), context)
    ]
    effects = {statement["Effect"] for statement in applying}
    return effects == {"Allow"}


def _matches(pattern, text, flags=0):
    parts = (".*" if part == "*" else "." if part == "?" else re.escape(part) for part in re.split(r"([*?])", pattern))
    return re.fullmatch("".join(parts), text, flags) is not None


def _holds(conditions, context):
    for operator, keys in conditions.items():
        for key, wanted in keys.items():
            # A key that the request has not fails, as for every operator without IfExists.
            given = context.get(key.replace(":", "_"))
            if given is None or not any(_compare(operator, value, given) for value in listed(wanted)):
                return False
    return True


def _compare(operator, wanted, given):
    if operator == "StringEquals":
        return wanted == given
    if operator in ("StringLike", "ArnEquals"):
        return _matches(wanted, given)
    raise NotImplementedError(operator)
