//! The columns that the rules need: their roles, and the types that each may have.

use super::roots::Levels;
use super::view::{self, DictionaryViews, View};
use crate::error::FileError;
use arrow_schema::{DataType, TimeUnit};
use parquet::basic::Type as PhysicalType;
use parquet::schema::types::Type;
use segments::rules::{Epoch, Rules};
use std::sync::Arc;
use storage::Object;

/// Which column of the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are the columns'")]
pub enum ColumnKind {
    CountryCode,
    VoucherAmount,
    TotalOrders,
    Timestamp,
    LastOrderTs,
    FirstOrderTs,
}

/// A column of one file.
#[derive(Debug)]
pub struct Column {
    /// Its role.
    pub kind: ColumnKind,
    /// Its name in messages, in quotes.
    pub label: String,
    /// Where its values are.
    pub source: ColumnSource,
}

/// Where a column's values are.
#[derive(Debug)]
pub enum ColumnSource {
    /// In the path: all rows have this text, or null.
    Path(Option<String>),
    /// In the file.
    Leaf(Arc<Leaf>),
}

/// A column in the file.
#[derive(Debug)]
pub struct Leaf {
    /// Its name in the file, which may differ from ours.
    pub name: String,
    /// Whether the file itself declares its values as UTF-8: only then do other readers check that.
    pub is_utf8: bool,
    /// Its rows. A column of only nulls has the type `Null`.
    pub rows: View,
    /// Its dictionary, if a chunk has one.
    pub dictionary: Option<DictionaryViews>,
    /// The unit of its integers, if they are times.
    pub epoch: Option<Epoch>,
    /// Given if we do not read its type: then it must be null in every row.
    pub nulls: Option<Nulls>,
}

/// A column that is read only to check that every row is null.
#[derive(Debug)]
pub struct Nulls {
    /// Bits of its levels.
    pub(crate) levels: Levels,
    /// Its type, as shown in messages.
    pub found: String,
}

impl ColumnKind {
    /// All columns, the country first.
    pub const ALL: [Self; 6] = [
        Self::CountryCode,
        Self::VoucherAmount,
        Self::TotalOrders,
        Self::Timestamp,
        Self::LastOrderTs,
        Self::FirstOrderTs,
    ];

    /// Returns the columns that `rules` need, the country first.
    #[must_use]
    pub fn needed(rules: &Rules) -> Vec<Self> {
        let names = rules.columns();
        Self::ALL.into_iter().filter(|kind| names.contains(&kind.name())).collect()
    }

    /// Returns the column's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::CountryCode => "country_code",
            Self::VoucherAmount => "voucher_amount",
            Self::TotalOrders => "total_orders",
            Self::Timestamp => "timestamp",
            Self::LastOrderTs => "last_order_ts",
            Self::FirstOrderTs => "first_order_ts",
        }
    }

    /// Returns whether values of this type can be this column's. Integers can be times only if the
    /// rules give the unit.
    pub(super) fn accepts(self, data_type: &DataType, is_epoch: bool) -> bool {
        let is_text = *data_type == DataType::Utf8;
        match self {
            Self::CountryCode => is_text,
            Self::VoucherAmount | Self::TotalOrders => is_text || data_type.is_numeric(),
            Self::Timestamp | Self::LastOrderTs | Self::FirstOrderTs => {
                let is_time =
                    matches!(data_type, DataType::Timestamp(..) | DataType::Date32 | DataType::Date64);
                is_text || is_time || (is_epoch && data_type.is_integer())
            }
        }
    }

    fn expected(self) -> &'static str {
        match self {
            Self::CountryCode => "text",
            Self::VoucherAmount | Self::TotalOrders => "a number or text",
            Self::Timestamp | Self::LastOrderTs | Self::FirstOrderTs => "a timestamp, a date or text",
        }
    }

    /// Returns the best type for text of this column: a dictionary for columns of few distinct
    /// values, so that each is read once; views, without a copy, for the nearly unique `timestamp`.
    fn text_type(self, has_dictionary: bool) -> DataType {
        match self {
            Self::Timestamp => DataType::Utf8View,
            _ if has_dictionary => DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8)),
            _ => DataType::Utf8View,
        }
    }
}

/// Returns the name of a column in files and paths.
pub(super) fn source_name(kind: ColumnKind, rules: &Rules) -> &str {
    rules.source_of(kind.name()).0
}

/// Returns the unit of integers that are times; without a unit they are not times.
pub(super) fn epoch(kind: ColumnKind, rules: &Rules) -> Option<Epoch> {
    rules.source_of(kind.name()).1
}

/// Returns the name of a column in messages: the name in the file, and ours.
pub(super) fn label(kind: ColumnKind, rules: &Rules) -> String {
    match source_name(kind, rules) {
        name if name == kind.name() => format!("{name:?}"),
        name => format!("{name:?} (our {:?})", kind.name()),
    }
}

/// Returns the error for a column whose type is not allowed.
pub(super) fn wrong_type(kind: ColumnKind, label: &str, object: &Object, found: String) -> FileError {
    FileError::ColumnType {
        column: label.to_owned(),
        url: object.url.clone(),
        found,
        expected: kind.expected(),
    }
}

impl Column {
    /// Returns the error for a value in a column that must be all null.
    #[must_use]
    pub fn wrong_type(&self, object: &Object) -> FileError {
        let found = match &self.source {
            ColumnSource::Leaf(leaf) => leaf.nulls.as_ref().map(|nulls| nulls.found.clone()),
            ColumnSource::Path(_) => None,
        };
        wrong_type(self.kind, &self.label, object, found.unwrap_or_default())
    }
}

impl Leaf {
    /// Returns how to read a column of a type that we read.
    pub(super) fn of_values(
        kind: ColumnKind,
        name: String,
        root: &Arc<Type>,
        data_type: &DataType,
        has_dictionary: bool,
    ) -> Result<Self, String> {
        let hint = match data_type {
            DataType::Utf8 => kind.text_type(has_dictionary),
            // Nanoseconds would end in 2262; older Sparks write 96 bits.
            _ if root.get_physical_type() == PhysicalType::INT96 => {
                DataType::Timestamp(TimeUnit::Microsecond, None)
            }
            other => other.clone(),
        };
        let rows = view::view(view::alone(root)?, &hint)?;
        let dictionary = has_dictionary.then(|| view::dictionary_views(root, data_type)).flatten();
        Ok(Self { name, is_utf8: false, rows, dictionary, epoch: None, nulls: None })
    }

    /// Returns how to read a column that must be null in every row.
    pub(super) fn of_nulls(name: String, root: &Arc<Type>, nulls: Nulls) -> Result<Self, String> {
        let rows = view::nulls(root)?;
        Ok(Self { name, is_utf8: false, rows, dictionary: None, epoch: None, nulls: Some(nulls) })
    }
}
