"""The AWS clients of this folder's scripts, their limits, and how their errors are told.

Endpoint, region and credentials come from the environment; see `localstack/env`.
"""

import hashlib
import os
import sys
from collections.abc import Callable
from pathlib import Path

import boto3
from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

CONNECT_TIMEOUT_S = 2
READ_TIMEOUT_S = 20
ATTEMPTS_MAX = 3
HASHED_BYTES = 1 << 20


def client(service: str):
    """Returns a client with short timeouts; with an endpoint of its own, path-style S3."""
    path_style = {"addressing_style": "path"} if os.environ.get("AWS_ENDPOINT_URL") else {}
    return boto3.client(
        service,
        config=Config(
            connect_timeout=CONNECT_TIMEOUT_S,
            read_timeout=READ_TIMEOUT_S,
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS_MAX},
            s3=path_style,
        ),
    )


def code_of(error: ClientError) -> str:
    """Returns the service's code of an error, such as `NoSuchBucket` or `404`."""
    return error.response.get("Error", {}).get("Code", "")


def upload(s3, file: Path, bucket: str, key: str) -> bool:
    """Uploads `file` unless the same bytes are there already; returns whether it did."""
    digest = _sha256(file)
    if _is_there(s3, file, bucket, key, digest):
        return False
    s3.upload_file(str(file), bucket, key, ExtraArgs={"Metadata": {"sha256": digest}})
    return True


def _is_there(s3, file: Path, bucket: str, key: str, digest: str) -> bool:
    try:
        head = s3.head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if code_of(error) in ("404", "NoSuchKey"):
            return False
        raise
    same_size = head["ContentLength"] == file.stat().st_size
    return same_size and head["Metadata"].get("sha256") == digest


def _sha256(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(HASHED_BYTES):
            digest.update(block)
    return digest.hexdigest()


def run(main: Callable[[], None]) -> None:
    """Runs a script's `main`; what the service or the file system refused becomes one line."""
    try:
        main()
    except (BotoCoreError, Boto3Error, ClientError, OSError) as error:
        script = Path(sys.argv[0]).stem
        where = os.environ.get("AWS_ENDPOINT_URL", "AWS")
        message = " ".join(str(error).split())
        sys.exit(f"error: {script} at {where}: {message}")
