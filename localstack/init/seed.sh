#!/usr/bin/env bash
# Runs inside the LocalStack container when it is ready: bucket and table, so that
# `docker compose up` alone gives a usable local AWS. `localstack/seed.py` holds the same names.
set -euo pipefail

bucket=voucher-selector
table=voucher-segments

awslocal s3api head-bucket --bucket "$bucket" 2>/dev/null ||
    awslocal s3api create-bucket --bucket "$bucket"

if ! awslocal dynamodb describe-table --table-name "$table" &>/dev/null; then
    awslocal dynamodb create-table --table-name "$table" --billing-mode PAY_PER_REQUEST \
        --attribute-definitions AttributeName=country_code,AttributeType=S AttributeName=item,AttributeType=S \
        --key-schema AttributeName=country_code,KeyType=HASH AttributeName=item,KeyType=RANGE
    awslocal dynamodb wait table-exists --table-name "$table"
fi
