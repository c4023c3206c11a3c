//! The table in DynamoDB: reads what is published, with errors that name the table.

use anyhow::{Context, Result};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::types::AttributeValue;
use segments::table::{
    ATTRIBUTE_COUNTRY, ATTRIBUTE_ITEM, COUNTRIES_PARTITION, ITEM_MANIFEST_PREFIX, ItemKey, Manifest, Pointer,
    alias_target,
};
use segments::value::CountryKey;
use std::collections::HashMap;
use std::error::Error;
use storage::{Aws, AwsError, problem};

/// An item as the SDK represents it.
pub type TableItem = HashMap<String, AttributeValue>;

/// The table of published vouchers.
#[derive(Debug, Clone)]
pub struct Table {
    pub(super) client: Client,
    /// The table's name.
    pub name: String,
    place: String,
}

impl Table {
    /// Returns the table `name` of an account. It sends no request yet.
    #[must_use]
    pub fn new(aws: &Aws, name: &str) -> Self {
        Self { client: Client::new(aws.config()), name: name.to_owned(), place: aws.place("DYNAMODB") }
    }

    /// Reads a country's pointer; `None` if nothing is published.
    ///
    /// # Errors
    ///
    /// If the table cannot be read, or the pointer is invalid.
    pub async fn pointer(&self, country: &CountryKey) -> Result<Option<Pointer>> {
        let item = self.item(&ItemKey::current(country)).await?;
        let pointer = item.map(|item| Pointer::from_item(item.into()));
        pointer.transpose().with_context(|| format!("the pointer of {country} in table {}", self.name))
    }

    /// Reads the country that `name` is a further name of; `None` if it is not a further name.
    ///
    /// # Errors
    ///
    /// If the table cannot be read, or the alias is invalid.
    pub async fn alias(&self, name: &CountryKey) -> Result<Option<CountryKey>> {
        let item = self.item(&ItemKey::alias(name)).await?;
        let target = item.map(|item| alias_target(&item.into()));
        target.transpose().with_context(|| format!("the alias {name} in table {}", self.name))
    }

    /// Reads the manifest of a country's run; `None` if there is no such run.
    ///
    /// # Errors
    ///
    /// If the table cannot be read, or the manifest is invalid.
    pub async fn manifest(&self, country: &CountryKey, run_id: &str) -> Result<Option<Manifest>> {
        let item = self.item(&ItemKey::manifest(country, run_id)).await?;
        let manifest = item.map(|item| Manifest::from_item(item.into()));
        manifest
            .transpose()
            .with_context(|| format!("the manifest of run {run_id} of {country} in table {}", self.name))
    }

    /// Returns the ids of a country's runs that have a manifest, oldest first.
    ///
    /// # Errors
    ///
    /// If the table cannot be read.
    pub async fn runs(&self, country: &CountryKey) -> Result<Vec<String>> {
        let items = self.query(country.as_str(), ITEM_MANIFEST_PREFIX).await?;
        let id = |item: &TableItem| {
            let key = item.get(ATTRIBUTE_ITEM)?.as_s().ok()?;
            Some(key.strip_prefix(ITEM_MANIFEST_PREFIX)?.to_owned())
        };
        Ok(items.iter().filter_map(id).collect())
    }

    async fn item(&self, key: &ItemKey) -> Result<Option<TableItem>> {
        let key: TableItem = key.to_item().into();
        let request = self.client.get_item().table_name(&self.name).set_key(Some(key)).consistent_read(true);
        Ok(request.send().await.map_err(|error| self.error("read", &error))?.item)
    }

    /// Returns the listed countries, sorted by key. Each has exactly the key that it is stored
    /// under, which an earlier version may have formed differently.
    ///
    /// # Errors
    ///
    /// If the table cannot be read.
    pub async fn countries(&self) -> Result<Vec<CountryKey>> {
        let items = self.query(COUNTRIES_PARTITION, "").await?;
        let key = |item: &TableItem| CountryKey::stored(item.get(ATTRIBUTE_ITEM)?.as_s().ok()?).ok();
        Ok(items.iter().filter_map(key).collect())
    }

    /// Returns the items of a partition whose sort key begins with `prefix`, in the partition's order.
    ///
    /// # Errors
    ///
    /// If the table cannot be read.
    pub async fn query(&self, partition: &str, prefix: &str) -> Result<Vec<TableItem>> {
        let mut query = self
            .client
            .query()
            .table_name(&self.name)
            .consistent_read(true)
            .expression_attribute_names("#partition", ATTRIBUTE_COUNTRY)
            .expression_attribute_values(":partition", AttributeValue::S(partition.to_owned()));
        // DynamoDB accepts no empty prefix for a key.
        query = if prefix.is_empty() {
            query.key_condition_expression("#partition = :partition")
        } else {
            query
                .key_condition_expression("#partition = :partition AND begins_with(#item, :prefix)")
                .expression_attribute_names("#item", ATTRIBUTE_ITEM)
                .expression_attribute_values(":prefix", AttributeValue::S(prefix.to_owned()))
        };
        let mut pages = query.into_paginator().items().send();
        let mut items = Vec::new();
        while let Some(item) = pages.next().await {
            items.push(item.map_err(|error| self.error("read", &error))?);
        }
        Ok(items)
    }

    /// Returns the error for a call on this table.
    pub(super) fn error<E, R>(&self, verb: &str, error: &SdkError<E, R>) -> AwsError
    where
        E: ProvideErrorMetadata + Error + 'static,
        R: std::fmt::Debug + 'static,
    {
        let hint = match error.code() {
            Some("ResourceNotFoundException") => {
                " (create it, or name another by --table; is AWS_REGION right?)"
            }
            _ => "",
        };
        AwsError {
            operation: format!("{verb} table {} in {}", self.name, self.place),
            problem: format!("{}{hint}", problem(error)),
        }
    }
}
