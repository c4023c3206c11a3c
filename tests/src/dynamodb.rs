//! The table in DynamoDB's own JSON, with a type at each value.

use crate::http::{self, Method};
use serde_json::{Value, json};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Deadline for a new table to become active.
const ACTIVE_WITHIN: Duration = Duration::from_secs(20);

/// A table of vouchers.
#[derive(Debug, Clone)]
pub struct Table {
    /// Its name.
    pub name: String,
    endpoint: String,
}

impl Table {
    /// Creates the table and waits until it is active.
    pub(crate) fn create(endpoint: &str, name: &str) -> Self {
        let table = Self { name: name.to_owned(), endpoint: endpoint.to_owned() };
        table.call(
            "CreateTable",
            json!({
                "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [
                    { "AttributeName": "country_code", "AttributeType": "S" },
                    { "AttributeName": "item", "AttributeType": "S" },
                ],
                "KeySchema": [
                    { "AttributeName": "country_code", "KeyType": "HASH" },
                    { "AttributeName": "item", "KeyType": "RANGE" },
                ],
            }),
        );
        let deadline = Instant::now() + ACTIVE_WITHIN;
        while table.call("DescribeTable", json!({}))["Table"]["TableStatus"] != "ACTIVE" {
            assert!(Instant::now() < deadline, "table {name} does not become active");
            sleep(Duration::from_millis(20));
        }
        table
    }

    /// Calls an operation on this table and returns its answer.
    pub fn call(&self, operation: &str, mut arguments: Value) -> Value {
        arguments["TableName"] = json!(self.name);
        let headers = [
            http::authorization("dynamodb"),
            ("content-type", "application/x-amz-json-1.0".to_owned()),
            ("x-amz-target", format!("DynamoDB_20120810.{operation}")),
        ];
        let answer = http::send(Method::POST, &self.endpoint, &headers, arguments.to_string().into_bytes());
        let answer = answer.unwrap_or_else(|error| panic!("{operation}: {error}"));
        assert_eq!(answer.status, 200, "{operation}: {answer:?}");
        answer.json()
    }

    /// Returns an item, or null.
    pub fn item(&self, partition: &str, item: &str) -> Value {
        let answer = self.call("GetItem", json!({ "ConsistentRead": true, "Key": key(partition, item) }));
        answer.get("Item").cloned().unwrap_or_default()
    }

    /// Returns the pointer of a country, or null.
    pub fn pointer(&self, country: &str) -> Value {
        self.item(country, "current")
    }

    /// Returns an attribute of a country's pointer: text, or a number as text.
    pub fn pointer_attribute(&self, country: &str, name: &str) -> String {
        let pointer = self.pointer(country);
        let value = pointer[name]["S"].as_str().or(pointer[name]["N"].as_str());
        value.unwrap_or_else(|| panic!("pointer of {country} has no {name}: {pointer}")).to_owned()
    }

    /// Returns all items of a partition whose sort key begins with `prefix`.
    pub fn query(&self, partition: &str, prefix: &str) -> Vec<Value> {
        let items = self.scan();
        let is_meant = |item: &Value| {
            let starts = item["item"]["S"].as_str().is_some_and(|item| item.starts_with(prefix));
            item["country_code"]["S"] == partition && starts
        };
        items.into_iter().filter(is_meant).collect()
    }

    /// Returns all items of the table.
    pub fn scan(&self) -> Vec<Value> {
        let mut items = Vec::new();
        let mut start = Value::Null;
        loop {
            let mut arguments = json!({ "ConsistentRead": true });
            if !start.is_null() {
                arguments["ExclusiveStartKey"] = start;
            }
            let mut page = self.call("Scan", arguments);
            items.extend(page["Items"].as_array().cloned().unwrap_or_default());
            start = page["LastEvaluatedKey"].take();
            if start.is_null() {
                return items;
            }
        }
    }

    /// Returns the manifest of a run, or null.
    pub fn manifest(&self, country: &str, run_id: &str) -> Value {
        self.item(country, &format!("run#{run_id}"))
    }

    /// Sets an attribute of an item to a text.
    pub fn set(&self, partition: &str, item: &str, attribute: &str, value: &str) {
        self.set_value(partition, item, attribute, &json!({ "S": value }));
    }

    /// Sets an attribute of an item to a number.
    pub fn set_number(&self, partition: &str, item: &str, attribute: &str, value: &str) {
        self.set_value(partition, item, attribute, &json!({ "N": value }));
    }

    fn set_value(&self, partition: &str, item: &str, attribute: &str, value: &Value) {
        self.call(
            "UpdateItem",
            json!({
                "Key": key(partition, item),
                "UpdateExpression": "SET #attribute = :value",
                "ExpressionAttributeNames": { "#attribute": attribute },
                "ExpressionAttributeValues": { ":value": value },
            }),
        );
    }

    /// Removes an attribute of an item.
    pub fn remove(&self, partition: &str, item: &str, attribute: &str) {
        self.call(
            "UpdateItem",
            json!({
                "Key": key(partition, item),
                "UpdateExpression": "REMOVE #attribute",
                "ExpressionAttributeNames": { "#attribute": attribute },
            }),
        );
    }

    /// Deletes an item.
    pub fn delete(&self, partition: &str, item: &str) {
        self.call("DeleteItem", json!({ "Key": key(partition, item) }));
    }
}

fn key(partition: &str, item: &str) -> Value {
    json!({ "country_code": { "S": partition }, "item": { "S": item } })
}
