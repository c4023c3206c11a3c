"""Uploads one file to S3: `put.py FILE s3://BUCKET/KEY`; a key that ends in `/` takes the file's
name. The same bytes are not uploaded twice. It never creates a bucket."""

import sys
from pathlib import Path

import aws

SCHEME = "s3://"


def main() -> None:
    """Uploads the file that the arguments name."""
    if len(sys.argv) != 3:
        raise SystemExit("usage: localstack/put FILE s3://BUCKET/KEY")
    file, url = Path(sys.argv[1]), sys.argv[2]
    bucket, _, key = url.removeprefix(SCHEME).partition("/")
    if not url.startswith(SCHEME) or not bucket:
        raise SystemExit(f"error: {url!r} is not s3://BUCKET/KEY")
    if not file.is_file():
        raise SystemExit(f"error: {file} is not a file")
    if not key or key.endswith("/"):
        key += file.name
    done = "uploaded" if aws.upload(aws.client("s3"), file, bucket, key) else "already there:"
    print(f"{done} {SCHEME}{bucket}/{key}")


if __name__ == "__main__":
    aws.run(main)
