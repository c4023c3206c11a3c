"""Puts into a local AWS what the ETL expects to find: a bucket, the table, sample files.

What is there already stays as it is, so a second run changes nothing.
`localstack/init/seed.sh` does the first two inside a container that has no Python of ours.
"""

import argparse
from pathlib import Path

import aws
from botocore.exceptions import ClientError

KEY = {"country_code": "HASH", "item": "RANGE"}
# A table of a local server is ACTIVE at once; this bounds the wait for one that is not.
ACTIVE_POLL_S = 1
ACTIVE_POLLS_MAX = 30


def ensure_bucket(s3, bucket: str) -> None:
    """Creates the bucket unless it is there."""
    try:
        s3.head_bucket(Bucket=bucket)
    except ClientError as error:
        if aws.code_of(error) not in ("404", "NoSuchBucket"):
            raise
        s3.create_bucket(Bucket=bucket)
        print(f"created bucket {bucket}")


def ensure_table(dynamodb, table: str) -> None:
    """Creates the table unless it is there, and waits until it is ACTIVE."""
    try:
        description = dynamodb.describe_table(TableName=table)["Table"]
        if {key["AttributeName"]: key["KeyType"] for key in description["KeySchema"]} != KEY:
            raise SystemExit(f"error: table {table} is there, but its key is not {', '.join(KEY)}")
    except dynamodb.exceptions.ResourceNotFoundException:
        dynamodb.create_table(
            TableName=table,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": "S"} for name in KEY
            ],
            KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in KEY.items()],
        )
        print(f"created table {table}")
    dynamodb.get_waiter("table_exists").wait(
        TableName=table,
        WaiterConfig={"Delay": ACTIVE_POLL_S, "MaxAttempts": ACTIVE_POLLS_MAX},
    )


def file_and_key(text: str) -> tuple[Path, str]:
    """Parses `FILE=KEY`."""
    file, separator, key = text.rpartition("=")
    if not (separator and file and key):
        raise argparse.ArgumentTypeError(f"{text!r} is not FILE=KEY")
    return Path(file), key


def main() -> None:
    """Ensures everything that the arguments name."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bucket", default="voucher-selector")
    parser.add_argument("--table", default="voucher-segments")
    parser.add_argument(
        "--upload", action="append", default=[], type=file_and_key, metavar="FILE=KEY"
    )
    options = parser.parse_args()

    s3 = aws.client("s3")
    ensure_bucket(s3, options.bucket)
    for file, key in options.upload:
        if aws.upload(s3, file, options.bucket, key):
            print(f"uploaded {file} to s3://{options.bucket}/{key}")
    ensure_table(aws.client("dynamodb"), options.table)


if __name__ == "__main__":
    aws.run(main)
