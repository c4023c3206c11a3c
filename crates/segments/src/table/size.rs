//! The size of an item, as the service counts it.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html>

use serde_dynamo::{AttributeValue, Item};

/// Bytes of one item: the service's limit.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>
pub(super) const ITEM_BYTES_MAX: usize = 400 << 10;
/// Maximum bytes of a number: a byte holds two of its digits, 38 at most.
const NUMBER_BYTES_MAX: usize = 21;
/// Bytes of a list or a map itself, and of each member.
const COLLECTION_BYTES: usize = 3;
const MEMBER_BYTES: usize = 1;

/// Returns an upper bound of the size of `item` as the service counts it.
pub(super) fn item_bytes(item: &Item) -> usize {
    item.as_ref().iter().map(|(name, value)| name.len() + value_bytes(value)).sum()
}

fn value_bytes(value: &AttributeValue) -> usize {
    match value {
        AttributeValue::S(text) => text.len(),
        AttributeValue::N(_) => NUMBER_BYTES_MAX,
        AttributeValue::B(bytes) => bytes.len(),
        AttributeValue::Bool(_) | AttributeValue::Null(_) => 1,
        AttributeValue::M(members) => {
            let member =
                |(name, value): (&String, &AttributeValue)| MEMBER_BYTES + name.len() + value_bytes(value);
            COLLECTION_BYTES + members.iter().map(member).sum::<usize>()
        }
        AttributeValue::L(members) => {
            COLLECTION_BYTES + members.iter().map(|value| MEMBER_BYTES + value_bytes(value)).sum::<usize>()
        }
        AttributeValue::Ss(texts) => texts.iter().map(String::len).sum(),
        AttributeValue::Ns(numbers) => numbers.len() * NUMBER_BYTES_MAX,
        AttributeValue::Bs(blobs) => blobs.iter().map(Vec::len).sum(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    #[test]
    fn names_and_values_count() {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        for (value, expected) in [
            (text(""), 0),
            (text("Türkiye"), 8),
            (AttributeValue::N("7".to_owned()), 21),
            (AttributeValue::Null(true), 1),
            (AttributeValue::L(vec![text("ab"), text("c")]), 3 + (1 + 2) + (1 + 1)),
            (AttributeValue::M(HashMap::from([("ab".to_owned(), text("c"))])), 3 + (1 + 2 + 1)),
        ] {
            let item = Item::from(HashMap::from([("name".to_owned(), value.clone())]));
            assert_eq!(item_bytes(&item), 4 + expected, "{value:?}");
        }
    }
}
