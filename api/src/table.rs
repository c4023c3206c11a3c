//! Reads of the published table. Each has a timeout and notes its latency.

use crate::aws::timeouts;
use crate::facts::note;
use crate::settings::Settings;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_dynamodb::{Client, Config};
use segments::causes;
use segments::mode::Mode;
use segments::rules::CanonicalError;
use segments::table::{
    ATTRIBUTE_COUNTRY, ATTRIBUTE_ITEM, BucketRow, COUNTRIES_PARTITION, ItemError, ItemKey, Manifest, Pointer,
    alias_target,
};
use segments::value::CountryKey;
use std::collections::HashMap;
use std::fmt::Debug;
use std::pin::Pin;
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// Timeout of the read in Init: it opens the first connection, and no client waits for it.
const WARM_UP_TIMEOUT: Duration = Duration::from_secs(5);

type TableItem = HashMap<String, AttributeValue>;

/// Why a read failed. Clients see none of it.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ReadError {
    /// DynamoDB refused, cannot be reached, or sent an invalid response.
    #[error("DynamoDB: {0}")]
    DynamoDb(String),
    /// The read or the request timed out.
    #[error("DynamoDB did not answer within {} ms", .0.as_millis())]
    TooSlow(Duration),
    /// An item is not what the ETL writes.
    #[error("the table is damaged: {0}")]
    Damaged(String),
    /// An item is missing that the pointer promises.
    #[error("the table is damaged: item {0} is missing")]
    Missing(String),
}

impl From<ItemError> for ReadError {
    fn from(error: ItemError) -> Self {
        Self::Damaged(causes(&error))
    }
}

impl From<CanonicalError> for ReadError {
    fn from(error: CanonicalError) -> Self {
        Self::Damaged(causes(&error))
    }
}

/// A country in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedCountry {
    /// Its key.
    pub key: CountryKey,
    /// Its name as shown.
    pub shown: String,
}

/// The table of published vouchers.
#[derive(Debug)]
pub struct Table {
    client: Client,
    name: String,
    budget: Duration,
    warm_up: TimeoutConfig,
}

impl Table {
    /// Returns the table that the settings name; it reads nothing yet.
    #[must_use]
    pub fn new(client: Client, settings: &Settings) -> Self {
        Self {
            client,
            name: settings.table.clone(),
            budget: settings.read_budget(),
            warm_up: timeouts(settings, WARM_UP_TIMEOUT, WARM_UP_TIMEOUT),
        }
    }

    /// Makes a small read, so that the next one finds an open connection.
    ///
    /// # Errors
    ///
    /// If the table cannot be read.
    pub async fn warm_up(&self) -> Result<(), ReadError> {
        let config = Config::builder().timeout_config(self.warm_up.clone());
        let read = self.list(None, 1).customize().config_override(config).send();
        timed(Box::pin(read), WARM_UP_TIMEOUT).await.map(drop)
    }

    /// Returns the table's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Reads a country's pointer; `None` if nothing is published.
    ///
    /// # Errors
    ///
    /// If the table cannot be read or the pointer is damaged.
    pub async fn pointer(&self, country: &CountryKey) -> Result<Option<Pointer>, ReadError> {
        // Consistent: a lagging replica could bring back a run that was replaced long ago.
        let item = self.get(&ItemKey::current(country), true).await?;
        Ok(item.map(|item| Pointer::from_item(item.into())).transpose()?)
    }

    /// Reads the country that `name` is an alias of; `None` if it is none.
    ///
    /// # Errors
    ///
    /// If the table cannot be read or the alias is damaged.
    pub async fn alias(&self, name: &CountryKey) -> Result<Option<CountryKey>, ReadError> {
        // Consistent like the pointer, since it takes its place.
        let item = self.get(&ItemKey::alias(name), true).await?;
        Ok(item.map(|item| alias_target(&item.into())).transpose()?)
    }

    /// Reads the mode of one bucket of a run; `None` if the item is missing.
    ///
    /// # Errors
    ///
    /// If the table cannot be read or the item is damaged.
    pub async fn mode(&self, key: &ItemKey, consistent: bool) -> Result<Option<Mode>, ReadError> {
        let item = self.get(key, consistent).await?;
        let row = item.map(|item| BucketRow::from_item("", "", item.into())).transpose()?;
        Ok(row.map(|row| row.mode))
    }

    /// Reads a run's manifest.
    ///
    /// # Errors
    ///
    /// If the table cannot be read, or the manifest is missing or damaged.
    pub async fn manifest(&self, country: &CountryKey, run_id: &str) -> Result<Manifest, ReadError> {
        let key = ItemKey::manifest(country, run_id);
        let item = self.get(&key, false).await?;
        let item = match item {
            Some(item) => item,
            None => self.get(&key, true).await?.ok_or_else(|| ReadError::Missing(key.item.clone()))?,
        };
        Ok(Manifest::from_item(item.into())?)
    }

    /// Reads all modes of a run, by sort key; a damaged item is an error in its place.
    ///
    /// # Errors
    ///
    /// If the table cannot be read.
    pub async fn modes(
        &self,
        country: &CountryKey,
        run_id: &str,
    ) -> Result<HashMap<String, Result<Mode, ReadError>>, ReadError> {
        let mut modes = HashMap::new();
        let mut start: Option<TableItem> = None;
        loop {
            let query = self
                .client
                .query()
                .table_name(&self.name)
                .consistent_read(true)
                .key_condition_expression("#partition = :partition AND begins_with(#item, :prefix)")
                .expression_attribute_names("#partition", ATTRIBUTE_COUNTRY)
                .expression_attribute_names("#item", ATTRIBUTE_ITEM)
                .expression_attribute_values(":partition", AttributeValue::S(country.as_str().to_owned()))
                .expression_attribute_values(":prefix", AttributeValue::S(ItemKey::bucket_prefix(run_id)))
                .set_exclusive_start_key(start);
            let page = timed(Box::pin(query.send()), self.budget).await?;
            for item in page.items.unwrap_or_default() {
                let key = sort_key(&item)?;
                let row = BucketRow::from_item("", "", item.into());
                modes.insert(key, row.map(|row| row.mode).map_err(ReadError::from));
            }
            start = page.last_evaluated_key;
            if start.is_none() {
                return Ok(modes);
            }
        }
    }

    /// Reads the list of countries: at most `limit` after `after`, in order of key. The second value
    /// says whether there are more.
    ///
    /// # Errors
    ///
    /// If the table cannot be read or an entry is damaged.
    pub async fn countries(
        &self,
        after: Option<&CountryKey>,
        limit: i32,
    ) -> Result<(Vec<ListedCountry>, bool), ReadError> {
        // One more than asked for shows whether there are more.
        let page = timed(Box::pin(self.list(after, limit + 1).send()), self.budget).await?;
        let listed = |item: TableItem| {
            let key = sort_key(&item)?;
            let shown = item.get("country").and_then(|shown| shown.as_s().ok()).unwrap_or(&key);
            // Taken as stored: an earlier version may have derived it from the name in another way.
            let parsed = CountryKey::stored(&key)
                .map_err(|_| ReadError::Damaged(format!("{key:?} is listed as a country")))?;
            Ok(ListedCountry { shown: shown.clone(), key: parsed })
        };
        let mut items = page.items.unwrap_or_default();
        let limit = usize::try_from(limit).unwrap_or_default();
        let has_more = items.len() > limit || page.last_evaluated_key.is_some();
        items.truncate(limit);
        Ok((items.into_iter().map(listed).collect::<Result<_, ReadError>>()?, has_more))
    }

    async fn get(&self, key: &ItemKey, consistent: bool) -> Result<Option<TableItem>, ReadError> {
        let request = self
            .client
            .get_item()
            .table_name(&self.name)
            .set_key(Some(key.to_item().into()))
            .consistent_read(consistent);
        Ok(timed(Box::pin(request.send()), self.budget).await?.item)
    }

    fn list(&self, after: Option<&CountryKey>, limit: i32) -> QueryFluentBuilder {
        self.client
            .query()
            .table_name(&self.name)
            .consistent_read(true)
            .limit(limit)
            .key_condition_expression("#partition = :partition")
            .expression_attribute_names("#partition", ATTRIBUTE_COUNTRY)
            .expression_attribute_values(":partition", AttributeValue::S(COUNTRIES_PARTITION.to_owned()))
            .set_exclusive_start_key(after.map(|key| ItemKey::listed_country(key).to_item().into()))
    }
}

/// Waits for a response within `budget`, and notes the latency.
async fn timed<T, E, R>(
    // Boxed: the SDK's futures are large, and most requests need none.
    call: Pin<Box<impl Future<Output = Result<T, SdkError<E, R>>>>>,
    budget: Duration,
) -> Result<T, ReadError>
where
    E: std::error::Error + ProvideErrorMetadata + 'static,
    R: Debug + 'static,
{
    let began = Instant::now();
    let response = timeout(budget, call).await;
    note(|facts| facts.dynamodb.push(began.elapsed()));
    match response {
        Ok(Ok(output)) => Ok(output),
        Ok(Err(SdkError::TimeoutError(_))) | Err(_) => Err(ReadError::TooSlow(began.elapsed())),
        Ok(Err(error)) => {
            let code = error.code().map(|code| format!("{code}: ")).unwrap_or_default();
            Err(ReadError::DynamoDb(format!("{code}{}", causes(&error))))
        }
    }
}

fn sort_key(item: &TableItem) -> Result<String, ReadError> {
    let key = item.get(ATTRIBUTE_ITEM).and_then(|key| key.as_s().ok());
    key.cloned().ok_or_else(|| ReadError::Damaged(format!("an item without {ATTRIBUTE_ITEM}")))
}
