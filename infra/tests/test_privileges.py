"""Each role of the template may do what its process does, and nothing else."""

import itertools
import re
from pathlib import Path

import pytest
from policy import allows, listed, statements
from stack import Stack

REPOSITORY = Path(__file__).parents[2]
ETL_CRATES = ["etl", *(f"crates/{crate.name}" for crate in sorted((REPOSITORY / "crates").iterdir()))]
ETL = {
    "EtlImage": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/voucher-etl:1",
    "HistoryBucket": "lake",
    "HistoryPrefix": "history/",
    "VpcId": "vpc-12345678",
    "SubnetIds": "subnet-12345678,subnet-87654321",
}
ALL = ETL | {"RejectsPrefix": "rejects/", "EtlOnNewObjects": "true"}
TABLE = "arn:aws:dynamodb:eu-west-1:123456789012:table/voucher-segments"
OTHER_TABLES = [f"{TABLE}-2", "arn:aws:dynamodb:eu-west-1:123456789012:table/other", f"{TABLE}/index/any"]
READ = ["dynamodb:GetItem", "dynamodb:Query"]
# Transactions need the rights of what they are made of.
WRITE = ["dynamodb:BatchWriteItem", "dynamodb:ConditionCheckItem", "dynamodb:UpdateItem"]
# Everything else that can be done to a table, as far as it could tempt anyone.
NEVER = [
    "dynamodb:BatchGetItem",
    "dynamodb:CreateTable",
    "dynamodb:DeleteItem",
    "dynamodb:DeleteTable",
    "dynamodb:DescribeTable",
    "dynamodb:PartiQLDelete",
    "dynamodb:PutItem",
    "dynamodb:PutResourcePolicy",
    "dynamodb:Scan",
    "dynamodb:UpdateContinuousBackups",
    "dynamodb:UpdateTable",
]
# The IAM actions that a call of the SDK needs; those of a transaction are what this code puts in.
ACTIONS_OF_CALLS = {
    "get_item": {"dynamodb:GetItem"},
    "query": {"dynamodb:Query"},
    "batch_write_item": {"dynamodb:BatchWriteItem"},
    "update_item": {"dynamodb:UpdateItem"},
    "transact_write_items": {"dynamodb:ConditionCheckItem", "dynamodb:UpdateItem"},
    "list_objects_v2": {"s3:ListBucket"},
    "get_object": {"s3:GetObject"},
    "put_object": {"s3:PutObject"},
    "create_multipart_upload": {"s3:PutObject"},
    "upload_part": {"s3:PutObject"},
    "complete_multipart_upload": {"s3:PutObject"},
    "abort_multipart_upload": {"s3:AbortMultipartUpload"},
}
CALLS = re.compile(
    r"\.((?:get|put|delete|update|describe|batch|transact|list|head|copy|create|upload|complete|abort|scan|query|execute)"
    r"(?:_[a-z0-9]+)*)\(\)\s*(?:\.|;)"
)
SDK_WORDS = {"item", "items", "object", "objects", "upload", "part", "table", "bucket", "query", "scan", "v2"}


def role(name, parameters=ALL):
    return Stack(**parameters).resources[name]["Properties"]


def actions(of_role, service):
    return {
        action
        for statement in statements(of_role)
        for action in listed(statement["Action"])
        if action.startswith(f"{service}:")
    }


def calls_of(crates):
    """Returns the calls of AWS that the sources of crates make."""
    sources = [sorted((REPOSITORY / crate / "src").rglob("*.rs")) for crate in crates]
    assert all(sources), crates
    found = set()
    for source in itertools.chain(*sources):
        for name in CALLS.findall(source.read_text(encoding="utf-8")):
            if name.split("_")[-1] in SDK_WORDS:
                found.add(name)
    return found


@pytest.mark.parametrize(
    ("crates", "role_name", "services"),
    [
        (["api"], "VoucherApiRole", ["dynamodb"]),
        (ETL_CRATES, "EtlTaskRole", ["dynamodb", "s3"]),
    ],
)
def test_what_the_code_calls_is_granted_and_nothing_else(crates, role_name, services):
    calls = calls_of(crates)
    assert calls, "the pattern finds calls"
    needed = set().union(*(ACTIONS_OF_CALLS[call] for call in calls))
    granted = set().union(*(actions(role(role_name), service) for service in services))
    assert granted == needed


@pytest.mark.parametrize("parameters", [{}, ALL], ids=["without ETL", "with everything"])
def test_the_api_reads_one_table_and_does_nothing_else_to_any(parameters):
    api = role("VoucherApiRole", parameters)
    for action in READ:
        assert allows(api, action, TABLE), action
        for other in OTHER_TABLES:
            assert not allows(api, action, other), (action, other)
    for action in WRITE + NEVER:
        assert not allows(api, action, TABLE), action
    assert actions(api, "s3") == set()


def test_the_etl_writes_one_table():
    etl = role("EtlTaskRole")
    for action in READ + WRITE:
        assert allows(etl, action, TABLE), action
        for other in OTHER_TABLES:
            assert not allows(etl, action, other), (action, other)
    for action in NEVER:
        assert not allows(etl, action, TABLE), action


@pytest.mark.parametrize(
    ("action", "resource", "prefix", "expected"),
    [
        ("s3:ListBucket", "arn:aws:s3:::lake", "history/", True),
        ("s3:ListBucket", "arn:aws:s3:::lake", "history/2026/", True),
        ("s3:ListBucket", "arn:aws:s3:::lake", "voucher-etl/state/v1/x", True),
        ("s3:ListBucket", "arn:aws:s3:::lake", "", False),
        ("s3:ListBucket", "arn:aws:s3:::lake", "histor", False),
        ("s3:ListBucket", "arn:aws:s3:::lake", "secret/", False),
        ("s3:ListBucket", "arn:aws:s3:::lake", None, False),
        ("s3:ListBucket", "arn:aws:s3:::lake-2", "history/", False),
        ("s3:GetObject", "arn:aws:s3:::lake/history/a.parquet", None, True),
        ("s3:GetObject", "arn:aws:s3:::lake/historyx", None, False),
        ("s3:GetObject", "arn:aws:s3:::lake/secret/a.parquet", None, False),
        ("s3:GetObject", "arn:aws:s3:::lake-2/history/a.parquet", None, False),
        ("s3:PutObject", "arn:aws:s3:::lake/history/a.parquet", None, False),
        ("s3:DeleteObject", "arn:aws:s3:::lake/history/a.parquet", None, False),
        ("s3:GetObject", "arn:aws:s3:::lake/voucher-etl/state/v1/x", None, True),
        ("s3:PutObject", "arn:aws:s3:::lake/voucher-etl/state/v1/x", None, True),
        ("s3:DeleteObject", "arn:aws:s3:::lake/voucher-etl/state/v1/x", None, False),
        ("s3:PutObject", "arn:aws:s3:::lake/rejects/rejects.parquet", None, True),
        ("s3:AbortMultipartUpload", "arn:aws:s3:::lake/rejects/rejects.parquet", None, True),
        ("s3:GetObject", "arn:aws:s3:::lake/rejects/rejects.parquet", None, False),
        ("s3:PutObject", "arn:aws:s3:::lake/rejects/other", None, False),
        ("s3:PutBucketPolicy", "arn:aws:s3:::lake", None, False),
    ],
)
def test_the_etl_reads_one_prefix_and_writes_its_own(action, resource, prefix, expected):
    context = {} if prefix is None else {"s3_prefix": prefix}
    assert allows(role("EtlTaskRole"), action, resource, **context) is expected


def test_without_state_and_rejects_the_etl_writes_nothing_to_s3():
    etl = role("EtlTaskRole", ETL | {"StatePrefix": "", "RejectsPrefix": ""})
    assert actions(etl, "s3") == {"s3:ListBucket", "s3:GetObject"}
    assert not allows(etl, "s3:GetObject", "arn:aws:s3:::lake/voucher-etl/state/v1/x")


def test_a_starter_starts_this_task_in_this_cluster_with_these_roles():
    starter = role("EtlStarterRole")
    cluster = "arn:aws:ecs:eu-west-1:123456789012:cluster/EtlCluster"
    task = "arn:aws:ecs:eu-west-1:123456789012:task-definition/voucher-voucher-etl:1"
    assert allows(starter, "ecs:RunTask", task, ecs_cluster=cluster)
    assert not allows(starter, "ecs:RunTask", task, ecs_cluster=f"{cluster}2")
    assert not allows(starter, "ecs:RunTask", task.replace("voucher-etl", "other"), ecs_cluster=cluster)
    passed = {"iam_PassedToService": "ecs-tasks.amazonaws.com"}
    for name, expected in [("EtlTaskRole", True), ("EtlExecutionRole", True), ("VoucherApiRole", False)]:
        arn = f"arn:aws:iam::123456789012:role/{name}"
        assert allows(starter, "iam:PassRole", arn, **passed) is expected, name
        assert not allows(starter, "iam:PassRole", arn, iam_PassedToService="lambda.amazonaws.com"), name


def test_the_probe_calls_the_one_function():
    probe = role("ReadinessProbeRole")
    function = "arn:aws:lambda:eu-west-1:123456789012:function:VoucherApi"
    assert allows(probe, "lambda:InvokeFunction", function)
    assert not allows(probe, "lambda:InvokeFunction", f"{function}2")
    assert not allows(probe, "lambda:UpdateFunctionCode", function)


# X-Ray and ECR know no resources for these.
STARS = {"xray:PutTraceSegments", "xray:PutTelemetryRecords", "ecr:GetAuthorizationToken"}


@pytest.mark.parametrize("parameters", [{}, ETL, ALL], ids=["without ETL", "with ETL", "with everything"])
def test_no_statement_of_any_role_has_a_wildcard_that_could_be_a_name(parameters):
    roles = Stack(**parameters).of_type("AWS::IAM::Role")
    assert "VoucherApiRole" in roles
    for name, properties in roles.items():
        assert "ManagedPolicyArns" not in properties, f"{name} says itself what it may do"
        for statement in statements(properties):
            assert statement["Effect"] == "Allow" and "NotAction" not in statement and "NotResource" not in statement
            for action in listed(statement["Action"]):
                assert "*" not in action, (name, action)
            if any(resource == "*" for resource in listed(statement["Resource"])):
                assert set(listed(statement["Action"])) <= STARS, (name, statement)
            for resource in listed(statement["Resource"]):
                assert resource == "*" or "*" not in resource[:-1], (name, resource)


@pytest.mark.parametrize("parameters", [{}, ALL], ids=["without ETL", "with everything"])
def test_each_role_is_taken_by_the_services_it_is_for(parameters):
    expected = {
        "VoucherApiRole": {"lambda.amazonaws.com"},
        "ReadinessProbeRole": {"scheduler.amazonaws.com"},
        "EtlTaskRole": {"ecs-tasks.amazonaws.com"},
        "EtlExecutionRole": {"ecs-tasks.amazonaws.com"},
        "EtlStarterRole": {"scheduler.amazonaws.com", "pipes.amazonaws.com"},
    }
    for name, properties in Stack(**parameters).of_type("AWS::IAM::Role").items():
        trusted = set()
        for statement in properties["AssumeRolePolicyDocument"]["Statement"]:
            assert statement["Action"] == "sts:AssumeRole"
            trusted |= set(listed(statement["Principal"]["Service"]))
        assert trusted == expected[name], name
