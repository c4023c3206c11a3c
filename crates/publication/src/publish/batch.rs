//! Batch writes that lose nothing: items that are handed back are sent again, items that are
//! refused are named.

use crate::table::{Table, TableItem};
use anyhow::Result;
use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::types::{AttributeValue, DeleteRequest, PutRequest, WriteRequest};
use futures::{StreamExt, TryStreamExt, stream};
use segments::table::{ATTRIBUTE_COUNTRY, ATTRIBUTE_ITEM};
use std::time::Duration;
use storage::AwsError;
use tokio::time::{Instant, sleep};

/// Requests in one call: the service's limit.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html>
const BATCH_ITEMS_MAX: usize = 25;
/// Calls under way at a time.
const BATCHES_UNDER_WAY_MAX: usize = 4;
/// Backoff before items that were handed back are sent again. It doubles each time and has full
/// jitter.
const BACKOFF_FIRST: Duration = Duration::from_millis(50);
const BACKOFF_MAX: Duration = Duration::from_secs(5);
/// Maximum time of a batch while items are handed back.
const BATCH_DEADLINE: Duration = Duration::from_mins(1);

/// Writes all items, in any order.
pub(super) async fn put(table: &Table, items: Vec<TableItem>) -> Result<()> {
    let request = |item| PutRequest::builder().set_item(Some(item)).build();
    let requests =
        items.into_iter().map(|item| Ok(WriteRequest::builder().put_request(request(item)?).build()));
    write(table, requests.collect::<Result<_>>()?).await
}

/// Deletes the items with these keys, in any order.
pub(super) async fn delete(table: &Table, keys: Vec<TableItem>) -> Result<()> {
    let request = |key| DeleteRequest::builder().set_key(Some(key)).build();
    let requests =
        keys.into_iter().map(|key| Ok(WriteRequest::builder().delete_request(request(key)?).build()));
    write(table, requests.collect::<Result<_>>()?).await
}

async fn write(table: &Table, requests: Vec<WriteRequest>) -> Result<()> {
    let batches: Vec<_> = requests.chunks(BATCH_ITEMS_MAX).map(<[WriteRequest]>::to_vec).collect();
    stream::iter(batches)
        .map(async |batch| write_batch(table, batch).await)
        .buffer_unordered(BATCHES_UNDER_WAY_MAX)
        .try_collect::<()>()
        .await?;
    Ok(())
}

async fn write_batch(table: &Table, batch: Vec<WriteRequest>) -> Result<(), AwsError> {
    let started = Instant::now();
    let mut pause = BACKOFF_FIRST;
    let mut pending = batch;
    loop {
        let sent = pending.len();
        pending = match write_once(table, pending.clone()).await {
            Ok(handed_back) => handed_back,
            Err(Refused::Invalid(error)) if sent == 1 => {
                let operation = format!("{}: item {}", error.operation, key(&pending[0]));
                return Err(AwsError { operation, problem: error.problem });
            }
            // One invalid item makes the service refuse the whole batch: single writes tell which it is.
            Err(Refused::Invalid(_)) => return Box::pin(write_each(table, pending)).await,
            Err(Refused::Other(error)) => return Err(error),
        };
        if pending.is_empty() {
            return Ok(());
        }
        if started.elapsed() + pause > BATCH_DEADLINE {
            let problem = format!(
                "{} items were still handed back after {} s, {} among them: is the capacity too small?",
                pending.len(),
                BATCH_DEADLINE.as_secs(),
                key(&pending[0])
            );
            return Err(AwsError { operation: format!("write table {}", table.name), problem });
        }
        if pending.len() < sent {
            pause = BACKOFF_FIRST;
        }
        sleep(pause.mul_f64(fastrand::f64())).await;
        pause = BACKOFF_MAX.min(2 * pause);
    }
}

async fn write_each(table: &Table, requests: Vec<WriteRequest>) -> Result<(), AwsError> {
    for request in requests {
        write_batch(table, vec![request]).await?;
    }
    Ok(())
}

/// Why a call was refused.
enum Refused {
    /// An item of the batch is invalid.
    Invalid(AwsError),
    Other(AwsError),
}

/// Makes one call. Returns the items that the service handed back.
async fn write_once(table: &Table, requests: Vec<WriteRequest>) -> Result<Vec<WriteRequest>, Refused> {
    let call = table.client.batch_write_item().request_items(&table.name, requests).send().await;
    match call {
        Ok(answer) => {
            Ok(answer.unprocessed_items.unwrap_or_default().remove(&table.name).unwrap_or_default())
        }
        Err(error) if error.code() == Some("ValidationException") => {
            Err(Refused::Invalid(table.error("write", &error)))
        }
        Err(error) => Err(Refused::Other(table.error("write", &error))),
    }
}

fn key(request: &WriteRequest) -> String {
    let attributes = match (&request.put_request, &request.delete_request) {
        (Some(put), _) => &put.item,
        (None, Some(delete)) => &delete.key,
        (None, None) => return "without a key".to_owned(),
    };
    let text = |name: &str| {
        let value = attributes.get(name).and_then(|value: &AttributeValue| value.as_s().ok());
        value.map_or("?", String::as_str).to_owned()
    };
    format!("{} / {}", text(ATTRIBUTE_COUNTRY), text(ATTRIBUTE_ITEM))
}
