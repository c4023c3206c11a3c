"""What the template promises besides who may do what."""

import json

import pytest
from stack import Stack, transformed
from template import TEMPLATE, load
from test_privileges import ALL, ETL


def test_the_table_outlives_the_stack_and_can_be_restored():
    table = transformed()["Resources"]["VoucherSegments"]
    assert (table["DeletionPolicy"], table["UpdateReplacePolicy"]) == ("Retain", "Retain")
    properties = table["Properties"]
    assert properties["BillingMode"] == "PAY_PER_REQUEST"
    assert properties["DeletionProtectionEnabled"] is True
    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert properties["SSESpecification"] == {"SSEEnabled": True}
    keys = [(key["AttributeName"], key["KeyType"]) for key in properties["KeySchema"]]
    assert keys == [("country_code", "HASH"), ("item", "RANGE")]


@pytest.mark.parametrize(
    ("parameters", "authorization"), [({}, "AWS_IAM"), ({"ApiAuthorization": "NONE"}, "NONE")]
)
def test_every_route_asks_for_a_signature_unless_told_otherwise(parameters, authorization):
    routes = Stack(**parameters).of_type("AWS::ApiGatewayV2::Route")
    assert [route["AuthorizationType"] for route in routes.values()] == [authorization]


@pytest.mark.parametrize(
    ("origins", "expected"), [("", None), ("https://a.example,https://b.example", ["https://a.example", "https://b.example"])]
)
def test_cors_is_for_the_origins_that_are_named(origins, expected):
    (api,) = Stack(ApiAllowedOrigins=origins).of_type("AWS::ApiGatewayV2::Api").values()
    assert api.get("CorsConfiguration", {}).get("AllowOrigins") == expected


@pytest.mark.parametrize(("given", "expected"), [(-1, None), (0, 0), (20, 20)])
def test_concurrency_is_reserved_where_asked_for(given, expected):
    function = Stack(FunctionConcurrency=given).resources["VoucherApi"]["Properties"]
    assert function.get("ReservedConcurrentExecutions") == expected
    assert function["TracingConfig"] == {"Mode": "Active"}
    assert function["Runtime"] == "provided.al2023"


@pytest.mark.parametrize(("given", "expected"), [("x86_64", "X86_64"), ("arm64", "ARM64")])
def test_function_and_container_are_of_one_machine(given, expected):
    stack = Stack(**ETL, Architecture=given)
    assert stack.resources["VoucherApi"]["Properties"]["Architectures"] == [given]
    assert stack.resources["EtlTask"]["Properties"]["RuntimePlatform"]["CpuArchitecture"] == expected


def test_access_logs_are_json_and_name_no_customer():
    stage = Stack().resources["VoucherApiStage"]["Properties"]
    fields = json.loads(stage["AccessLogSettings"]["Format"])
    assert fields["status"] == "$context.status"
    for variable in fields.values():
        assert not any(word in variable for word in ("path", "sourceIp", "userArn", "identity")), variable
    assert stage["DefaultRouteSettings"] == {
        "ThrottlingRateLimit": 500,
        "ThrottlingBurstLimit": 1000,
        "DetailedMetricsEnabled": True,
    }


def test_the_probe_is_a_request_of_api_gateway_for_readyz():
    schedule = Stack().resources["ReadinessProbe"]["Properties"]
    event = json.loads(schedule["Target"]["Input"])
    assert (event["version"], event["rawPath"]) == ("2.0", "/readyz")
    assert event["requestContext"]["http"]["method"] == "GET"


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, ["--state", "s3://lake/voucher-etl/state/", "--max-reject-ratio", "0.05"]),
        ({"StatePrefix": ""}, ["--max-reject-ratio", "0.05"]),
        (
            {"StatePrefix": "", "RejectsPrefix": "r/", "EtlArguments": "--country,Peru"},
            ["--rejects", "s3://lake/r/rejects.parquet", "--country", "Peru"],
        ),
    ],
)
def test_a_run_is_this_command(parameters, expected):
    task = Stack(**(ETL | parameters)).resources["EtlTask"]["Properties"]
    (container,) = task["ContainerDefinitions"]
    always = ["run", "--s3path", "s3://lake/history/", "--table", "voucher-segments", "--format", "json"]
    assert container["Command"] == always + expected
    assert container["ReadonlyRootFilesystem"] is True


@pytest.mark.parametrize(
    ("parameters", "started_by"),
    [
        ({}, set()),
        (ETL, {"AWS::Scheduler::Schedule"}),
        (ALL, {"AWS::Scheduler::Schedule", "AWS::Pipes::Pipe"}),
    ],
    ids=["without an image", "nightly", "for new objects too"],
)
def test_the_etl_is_started_by(parameters, started_by):
    stack = Stack(**parameters)
    found = {
        resource["Type"]
        for resource in stack.resources.values()
        if "EcsTaskParameters" in resource["Properties"].get("TargetParameters", {})
        or "EcsParameters" in resource["Properties"].get("Target", {})
    }
    assert found == started_by
    assert bool(stack.of_type("AWS::ECS::TaskDefinition")) is bool(started_by)


def test_new_objects_are_those_below_the_prefix():
    pattern = Stack(**ALL).resources["NewObjectsRule"]["Properties"]["EventPattern"]
    assert pattern["detail"] == {"bucket": {"name": ["lake"]}, "object": {"key": [{"prefix": "history/"}]}}


def test_what_ecs_says_of_a_failure_is_kept_and_nothing_else_may_write_there():
    policy = json.loads(Stack(**ETL).resources["EtlFailuresPolicy"]["Properties"]["PolicyDocument"])
    rule = "arn:aws:events:eu-west-1:123456789012:rule/EtlFailureRule"
    group = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/events/voucher-voucher-etl:*"
    assert {statement["Resource"] for statement in policy["Statement"]} == {group}
    (writes,) = [statement for statement in policy["Statement"] if statement["Action"] == "logs:PutLogEvents"]
    assert writes["Condition"] == {"ArnEquals": {"aws:SourceArn": rule}}


def test_the_rule_of_failures_is_about_all_exits_but_done_and_superseded():
    pattern = Stack(**ETL).resources["EtlFailureRule"]["Properties"]["EventPattern"]["detail"]
    assert pattern["$or"] == [
        {"containers": {"exitCode": [{"anything-but": [0, 6]}]}},
        {"stopCode": ["TaskFailedToStart"]},
    ]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, {"5xx", "Latency", "Throttles", "ReadThrottleEvents", "newest_run_age_seconds"}),
        (
            ETL,
            {"5xx", "Latency", "Throttles", "ReadThrottleEvents", "newest_run_age_seconds", "Invocations", "TargetErrorCount"},
        ),
    ],
    ids=["without ETL", "with ETL"],
)
def test_alarms_go_to_the_topic_and_say_where_to_read_on(parameters, expected):
    alarms = Stack(**parameters).of_type("AWS::CloudWatch::Alarm")
    metrics = set()
    for name, alarm in alarms.items():
        assert alarm["AlarmActions"] == ["arn:aws:sns:eu-west-1:123456789012:AlarmTopic"], name
        assert 'see docs/operations.md, "' in alarm["AlarmDescription"], name
        metrics.add(alarm["MetricName"])
    assert metrics == expected


def test_all_logs_are_deleted_some_day():
    groups = Stack(**ALL, LogRetentionDays=7).of_type("AWS::Logs::LogGroup")
    assert len(groups) == 4
    assert {group["RetentionInDays"] for group in groups.values()} == {7}


def test_every_parameter_says_what_it_is_and_what_it_may_be():
    template = load()
    shown = [
        name
        for group in template["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
        for name in group["Parameters"]
    ]
    assert sorted(shown) == sorted(template["Parameters"])
    free = {"ApiAllowedOrigins", "EtlArguments", "SubnetIds"}
    for name, parameter in template["Parameters"].items():
        assert parameter.get("Description"), name
        is_bound = {"AllowedValues", "AllowedPattern", "MinValue"} & parameter.keys()
        assert is_bound or name in free, name


def test_outputs_are_commands_that_can_be_pasted():
    outputs = Stack(**ALL).outputs
    for name in ("AskForAVoucher", "AskAsTheProofOfConcept", "StartTheEtl", "FollowTheApiLog", "FollowTheEtlLog"):
        assert outputs[name].split()[0] in ("aws", "curl") and "\n" not in outputs[name], name
    assert "subnets=[subnet-12345678,subnet-87654321]" in outputs["StartTheEtl"]


def test_sam_local_sees_one_route_for_everything_and_the_endpoint_of_its_file():
    """What `make sam-local` relies on, asked of the SAM CLI itself, since that needs Docker to run."""
    from samcli.lib.providers.api_provider import ApiProvider
    from samcli.lib.providers.sam_function_provider import SamFunctionProvider
    from samcli.lib.providers.sam_stack_provider import SamLocalStackProvider
    from samcli.local.lambdafn.env_vars import EnvironmentVariables

    file = TEMPLATE.parent / "local-env.json"
    given = json.loads(file.read_text(encoding="utf-8"))["VoucherApi"]
    overrides = {"EndpointUrl": given["AWS_ENDPOINT_URL"]}
    stacks, _ = SamLocalStackProvider.get_stacks(str(TEMPLATE), parameter_overrides=overrides)
    routes = ApiProvider(stacks).api.routes
    assert {(route.path, route.function_name) for route in routes} == {("$default", "VoucherApi")}
    function = SamFunctionProvider(stacks).get("VoucherApi")
    variables = EnvironmentVariables(
        "VoucherApi", 256, 5, function.handler, variables=function.environment["Variables"], override_values=given
    ).resolve()
    assert {name: variables[name] for name in given} == given
