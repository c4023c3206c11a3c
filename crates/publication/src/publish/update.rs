//! Updates of one item, and transactions over several items of a country's partition.

use crate::table::{Table, TableItem};
use anyhow::Result;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    AttributeValue, CancellationReason, ConditionCheck, TransactWriteItem, Update,
};
use segments::table::{ATTRIBUTE_ITEM, ItemKey, Pointer};
use segments::value::CountryKey;
use std::collections::HashMap;

/// The attributes to set in an item and to remove from it, in the service's language. Their names
/// are always placeholders, since many are reserved words.
#[derive(Debug, Default)]
pub(super) struct Change {
    set: Vec<String>,
    remove: Vec<String>,
    pub(super) names: HashMap<String, String>,
    pub(super) values: HashMap<String, AttributeValue>,
}

/// The outcome of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WriteOutcome {
    Done,
    /// A condition does not hold.
    Refused,
    /// Others wrote at the same time, or the table is busy; nothing was written.
    Busy,
}

impl Change {
    /// Returns the change that turns any pointer of a country into `next`.
    pub(super) fn to_pointer(country: &CountryKey, next: &Pointer) -> Self {
        let key: TableItem = ItemKey::current(country).to_item().into();
        let item: TableItem = next.to_item(country).into();
        let mut change = Self::default();
        for (name, value) in item.into_iter().filter(|(name, _)| !key.contains_key(name)) {
            change = change.set(&name, value);
        }
        if next.rolled_back_from.is_none() { change.remove("rolled_back_from") } else { change }
    }

    pub(super) fn set(mut self, name: &str, value: AttributeValue) -> Self {
        self.set.push(format!("#{name} = :{name}"));
        self.named(name).value(name, value)
    }

    /// Sets an attribute unless the item has it.
    pub(super) fn set_if_missing(mut self, name: &str, value: AttributeValue) -> Self {
        self.set.push(format!("#{name} = if_not_exists(#{name}, :{name})"));
        self.named(name).value(name, value)
    }

    pub(super) fn remove(mut self, name: &str) -> Self {
        self.remove.push(format!("#{name}"));
        self.named(name)
    }

    /// Defines `#name` for a condition.
    pub(super) fn named(mut self, name: &str) -> Self {
        self.names.insert(format!("#{name}"), name.to_owned());
        self
    }

    /// Defines `:name` for a condition.
    pub(super) fn value(mut self, name: &str, value: AttributeValue) -> Self {
        self.values.insert(format!(":{name}"), value);
        self
    }

    pub(super) fn expression(&self) -> String {
        let part = |verb: &str, parts: &[String]| {
            let mut parts = parts.to_vec();
            parts.sort();
            (!parts.is_empty()).then(|| format!("{verb} {}", parts.join(", ")))
        };
        let parts = [part("SET", &self.set), part("REMOVE", &self.remove)];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    /// Returns the update of the item with this key, as a part of a transaction.
    pub(super) fn of(self, table: &Table, key: &ItemKey, condition: &str) -> Result<TransactWriteItem> {
        let update = Update::builder()
            .table_name(&table.name)
            .set_key(Some(key.to_item().into()))
            .update_expression(self.expression())
            .condition_expression(condition)
            .set_expression_attribute_names(Some(self.names))
            .set_expression_attribute_values((!self.values.is_empty()).then_some(self.values))
            .build()?;
        Ok(TransactWriteItem::builder().update(update).build())
    }

    /// Returns the update of a run's manifest; it needs the manifest to exist and `condition` to hold.
    pub(super) fn of_manifest(
        self,
        table: &Table,
        country: &CountryKey,
        run_id: &str,
        condition: Option<&str>,
    ) -> Result<TransactWriteItem> {
        let exists = format!("attribute_exists(#{ATTRIBUTE_ITEM})");
        let condition = condition.map_or(exists.clone(), |condition| format!("{exists} AND {condition}"));
        self.named(ATTRIBUTE_ITEM).of(table, &ItemKey::manifest(country, run_id), &condition)
    }
}

/// Returns the part of a transaction that lets it through only if the pointer of `country` still
/// has this version.
pub(super) fn unmoved(table: &Table, country: &CountryKey, version: u64) -> Result<TransactWriteItem> {
    let check = ConditionCheck::builder()
        .table_name(&table.name)
        .set_key(Some(ItemKey::current(country).to_item().into()))
        .condition_expression("#version = :version")
        .expression_attribute_names("#version", "version")
        .expression_attribute_values(":version", number(version))
        .build()?;
    Ok(TransactWriteItem::builder().condition_check(check).build())
}

/// Writes all of `items` or nothing. The SDK marks a repeated request as the same one, so a
/// retry after a lost response is not refused; a stand-in that forgets the mark refuses it.
pub(super) async fn transact(table: &Table, items: Vec<TransactWriteItem>) -> Result<WriteOutcome> {
    let Err(error) = table.client.transact_write_items().set_transact_items(Some(items)).send().await else {
        return Ok(WriteOutcome::Done);
    };
    let outcome = match error.as_service_error() {
        Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
            outcome(cancelled.cancellation_reasons())
        }
        Some(TransactWriteItemsError::TransactionInProgressException(_)) => Some(WriteOutcome::Busy),
        _ => None,
    };
    match outcome {
        Some(outcome) => Ok(outcome),
        None => Err(table.error("update", &error).into()),
    }
}

fn outcome(reasons: &[CancellationReason]) -> Option<WriteOutcome> {
    let codes: Vec<_> =
        reasons.iter().filter_map(CancellationReason::code).filter(|code| *code != "None").collect();
    if codes.contains(&"ConditionalCheckFailed") {
        return Some(WriteOutcome::Refused);
    }
    let is_busy = |code: &&str| {
        ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"].contains(code)
    };
    (!codes.is_empty() && codes.iter().all(is_busy)).then_some(WriteOutcome::Busy)
}

pub(super) fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

pub(super) fn number(number: u64) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures;

    fn pointer(rolled_back_from: Option<&str>) -> Pointer {
        Pointer { rolled_back_from: rolled_back_from.map(ToOwned::to_owned), ..fixtures::pointer() }
    }

    #[test]
    fn only_a_rollback_says_that_it_was_one() {
        let peru = "Peru".parse().expect("a country");
        let all = "#country = :country, #newest_run_id = :newest_run_id, #previous_run_id = :previous_run_id, \
                   #published_at = :published_at, ";
        let rest = "#rules = :rules, #rules_hash = :rules_hash, #run_id = :run_id, #version = :version";
        let publication = Change::to_pointer(&peru, &pointer(None)).expression();
        assert_eq!(publication, format!("SET {all}{rest} REMOVE #rolled_back_from"));
        let rollback = Change::to_pointer(&peru, &pointer(Some("8"))).expression();
        assert_eq!(rollback, format!("SET {all}#rolled_back_from = :rolled_back_from, {rest}"));
    }

    #[test]
    fn what_a_cancellation_means() {
        for (codes, expected) in [
            (&["None", "ConditionalCheckFailed"][..], Some(WriteOutcome::Refused)),
            (&["ConditionalCheckFailed", "TransactionConflict"], Some(WriteOutcome::Refused)),
            (&["TransactionConflict", "None"], Some(WriteOutcome::Busy)),
            (&["ThrottlingError", "ProvisionedThroughputExceeded"], Some(WriteOutcome::Busy)),
            (&["TransactionConflict", "ValidationError"], None),
            (&["None"], None),
            (&[], None),
        ] {
            let reasons: Vec<_> =
                codes.iter().map(|code| CancellationReason::builder().code(*code).build()).collect();
            assert_eq!(outcome(&reasons), expected, "{codes:?}");
        }
    }
}
