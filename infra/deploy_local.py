"""Deploys the template to the local AWS and asks the system that stands there:
`deploy_local.py VOUCHER_API_ZIP VOUCHER_ETL`.

CloudFormation makes the resources there too, from the template after SAM's transform, which that
server does not know. What it drops on the way is set by calls of the API; then the sample is
published into the stack's own table, and asked for through the API's URL and by a bare invocation.
A second deployment updates the stack. It is for local servers only and refuses any other.
"""

import hashlib
import json
import os
import subprocess
import sys
import time
import urllib.parse
from pathlib import Path

import boto3
import template
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.httpsession import URLLib3Session

EVENTS = Path(__file__).parent / "events"
STACK = "voucher"
TABLE = "voucher-deployed"
BUCKET = "voucher-selector"
ARTIFACTS = "voucher-artifacts"
IMAGE = "000000000000.dkr.ecr.us-east-1.amazonaws.com/voucher-etl:local"
SETTLED_S = 60
ANSWER_S = 30
# POINTER_REFRESH_SECONDS of the function, and something for a slow machine.
REFRESH_S = 30 + 10
POLL_S = 0.25
LIMITS = ("ThrottlingRateLimit", "ThrottlingBurstLimit")
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def say(line: str) -> None:
    """Tells a person how it goes."""
    print(line, file=sys.stderr, flush=True)


def client(service: str):
    """Returns a client of the local AWS."""
    return boto3.client(service, config=Config(s3={"addressing_style": "path"}))


def endpoint() -> str:
    """Returns the local AWS; anything else is refused."""
    url = os.environ.get("AWS_ENDPOINT_URL", "")
    if urllib.parse.urlsplit(url).hostname not in LOOPBACK:
        raise SystemExit(
            f"error: AWS_ENDPOINT_URL is {url or 'not set'}, no address of this machine: make deploy is for an account"
        )
    return url


def uploaded(zip_file: Path) -> str:
    """Uploads the function's zip, named by what it holds, and returns where it lies."""
    s3 = client("s3")
    if ARTIFACTS not in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]:
        s3.create_bucket(Bucket=ARTIFACTS)
    key = f"{hashlib.sha256(zip_file.read_bytes()).hexdigest()}.zip"
    s3.upload_file(str(zip_file), ARTIFACTS, key)
    return f"s3://{ARTIFACTS}/{key}"


def parameters() -> dict[str, str]:
    """Returns the template's parameters, so that everything it knows is made."""
    ec2 = client("ec2")
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    subnets = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Subnets"]
    return {
        "TableName": TABLE,
        "EndpointUrl": endpoint(),
        "EtlImage": IMAGE,
        "HistoryBucket": BUCKET,
        "HistoryPrefix": "sample/",
        "EtlOnNewObjects": "true",
        "AlarmEmail": "operators@example.com",
        "VpcId": vpc,
        "SubnetIds": ",".join(subnet["SubnetId"] for subnet in subnets),
    }


def deploy(body: dict, given: dict[str, str]) -> dict:
    """Creates the stack, or updates it, and returns it once it has settled."""
    cloudformation = client("cloudformation")
    request = {
        "StackName": STACK,
        "TemplateBody": json.dumps(body),
        "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()],
        "Capabilities": ["CAPABILITY_IAM"],
    }
    try:
        cloudformation.create_stack(**request)
    except cloudformation.exceptions.AlreadyExistsException:
        try:
            cloudformation.update_stack(**request)
        except ClientError as error:
            if "No updates" not in str(error):
                raise
    deadline = time.monotonic() + SETTLED_S
    while True:
        (stack,) = cloudformation.describe_stacks(StackName=STACK)["Stacks"]
        if not stack["StackStatus"].endswith("_IN_PROGRESS"):
            break
        if time.monotonic() > deadline:
            raise SystemExit(f"error: the stack is {stack['StackStatus']} after {SETTLED_S} s")
        time.sleep(POLL_S)
    if stack["StackStatus"] not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        events = cloudformation.describe_stack_events(StackName=STACK)["StackEvents"]
        causes = [
            f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}"
            for event in events
            if event["ResourceStatus"].endswith("_FAILED")
        ]
        raise SystemExit(f"error: the stack is {stack['StackStatus']}: {'; '.join(causes)}")
    return stack


def resources() -> dict[str, str]:
    """Returns the physical name of each resource of the stack; prints them."""
    cloudformation = client("cloudformation")
    made = cloudformation.describe_stack_resources(StackName=STACK)["StackResources"]
    for resource in sorted(made, key=lambda resource: resource["ResourceType"]):
        say(f"  {resource['ResourceType']:36} {resource['LogicalResourceId']}")
    return {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in made}


def expect_all(body: dict, made: dict[str, str]) -> None:
    """Holds what was made against what the template asks for."""
    missing = body["Resources"].keys() - made.keys()
    if missing:
        raise SystemExit(f"error: the stack lacks {', '.join(sorted(missing))}")


def mend(body: dict, made: dict[str, str]) -> None:
    """Sets by calls what CloudFormation there drops, and reads back that it holds."""
    dynamodb = client("dynamodb")
    table = dynamodb.describe_table(TableName=made["VoucherSegments"])["Table"]
    if not table.get("DeletionProtectionEnabled"):
        dynamodb.update_table(TableName=TABLE, DeletionProtectionEnabled=True)
        say("  set by a call: deletion protection of the table")
    backups = dynamodb.describe_continuous_backups(TableName=TABLE)["ContinuousBackupsDescription"]
    if backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] != "ENABLED":
        dynamodb.update_continuous_backups(
            TableName=TABLE, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
        )
        say("  set by a call: point-in-time recovery of the table")
    logs = client("logs")
    for name in ("VoucherApiLogs", "VoucherApiAccessLogs", "EtlLogs", "EtlFailures"):
        (group,) = logs.describe_log_groups(logGroupNamePrefix=made[name])["logGroups"]
        if "retentionInDays" not in group:
            logs.put_retention_policy(logGroupName=made[name], retentionInDays=30)
            say(f"  set by a call: retention of {made[name]}")
    api = client("apigatewayv2")
    (route,) = api.get_routes(ApiId=made["VoucherHttpApi"])["Items"]
    stage = {"ApiId": made["VoucherHttpApi"], "StageName": "$default"}
    if not api.get_stage(**stage).get("DefaultRouteSettings"):
        settings = body["Resources"]["VoucherApiStage"]["Properties"]["DefaultRouteSettings"]
        limits = {name: body["Parameters"][settings[name]["Ref"]]["Default"] for name in LIMITS}
        api.update_stage(**stage, DefaultRouteSettings=limits)
        say("  set by a call: throttling of the API's stage")
    stage_found = api.get_stage(**stage)
    function = client("lambda").get_function_configuration(FunctionName=made["VoucherApi"])
    seen = {
        "the route asks for": (route.get("AuthorizationType"), "AWS_IAM"),
        "requests a second": (int(stage_found["DefaultRouteSettings"]["ThrottlingRateLimit"]), 500),
        "the function's timeout": (function["Timeout"], 5),
        "its tracing": (function.get("TracingConfig", {}).get("Mode"), "Active"),
        "its table": (function["Environment"]["Variables"]["TABLE_NAME"], TABLE),
    }
    wrong = [f"{what}: {found}, not {wanted}" for what, (found, wanted) in seen.items() if found != wanted]
    if wrong:
        raise SystemExit(f"error: {'; '.join(wrong)}")


def publish(voucher_etl: str) -> dict:
    """Publishes the sample into the stack's table and returns the report."""
    command = [voucher_etl, "run", "--s3path", f"s3://{BUCKET}/sample/", "--table", TABLE, "--format", "json"]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    if done.returncode != 0:
        raise SystemExit(f"error: voucher-etl ended with exit code {done.returncode}, see above")
    return json.loads(done.stdout)


def ask(url: str, event: dict, is_signed: bool = True) -> tuple[int, dict]:
    """Sends the request that an event of API Gateway tells of; returns status and body."""
    context = event["requestContext"]["http"]
    headers = {"content-type": "application/json"}
    request = AWSRequest(context["method"], url + context["path"], headers, event.get("body") or "")
    if is_signed:
        session = boto3.Session()
        SigV4Auth(session.get_credentials(), "execute-api", session.region_name).add_auth(request)
    answer = URLLib3Session(timeout=ANSWER_S, proxies={}).send(request.prepare())
    return answer.status_code, json.loads(answer.content)


def settled_on(run_id: str, url: str, event: dict) -> tuple[int, dict]:
    """Asks until the answer is of the run, for as long as a warm instance may know the one before."""
    deadline = time.monotonic() + REFRESH_S
    while True:
        status, answer = ask(url, event)
        if answer.get("run_id") == run_id or time.monotonic() > deadline:
            return status, answer
        time.sleep(POLL_S)


def smoke(url: str, function: str, report: dict) -> None:
    """Asks the deployed system and holds its answers against what the ETL reported."""
    (peru,) = [country for country in report["countries"] if country["country"] == "Peru"]
    amounts = {bucket["bucket"]: bucket["voucher_amount"] for bucket in peru["buckets"]}
    events = {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in EVENTS.glob("*.json")}
    status, _ = ask(url, events["voucher"], is_signed=False)
    expect("POST /voucher, not signed", status, 403)
    status, voucher = settled_on(report["run_id"], url, events["voucher"])
    expect("POST /voucher", (status, voucher.get("voucher_amount")), (200, amounts["14-37"]))
    expect("its run", voucher.get("run_id"), report["run_id"])
    status, ready = ask(url, events["ready"])
    expect("GET /readyz", (status, ready.get("status")), (200, "ready"))
    status, health = ask(url, events["health"])
    expect("GET /healthz", (status, health.get("status")), (200, "ok"))
    invoked = client("lambda").invoke(FunctionName=function, Payload=json.dumps(events["bare"]))
    bare = json.load(invoked["Payload"])
    expect("a bare invocation", bare, {"statusCode": 200, "body": {"voucher amount": amounts["180+"]}})


def expect(what: str, found, wanted) -> None:
    """Ends with one line if an answer is another than the one that is right."""
    if found != wanted:
        raise SystemExit(f"error: {what} answered {found}, not {wanted}")
    say(f"  {what}: {json.dumps(found)}")


def main() -> None:
    zip_file, voucher_etl = sys.argv[1:]
    server = endpoint()
    say(f"deploying stack {STACK} to {server}")
    body = template.transformed(uploaded(Path(zip_file)))
    deploy(body, parameters())
    made = resources()
    expect_all(body, made)
    mend(body, made)
    say("publishing the sample")
    report = publish(voucher_etl)
    url = f"{server}/_aws/execute-api/{made['VoucherHttpApi']}/$default"
    say(f"asking {url}")
    smoke(url, made["VoucherApi"], report)
    print(url)


if __name__ == "__main__":
    main()
