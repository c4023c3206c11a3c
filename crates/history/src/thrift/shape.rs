//! The fields of parquet's structures, and their types.
//!
//! Only fields that the crate `parquet` reads are listed: it skips all others by their type, as we do.
//! <https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift>

/// A structure of the format.
#[derive(Debug)]
pub(crate) struct Shape {
    /// Its name in messages.
    pub(crate) name: &'static str,
    fields: &'static [(i16, Kind)],
}

/// The type of a field.
#[derive(Debug)]
pub(crate) enum Kind {
    Truth,
    Byte,
    /// A 16, 32 or 64-bit integer, or an enumeration: all are encoded alike.
    Number,
    Double,
    Text,
    Structure(&'static Shape),
    /// A list of structures or numbers.
    List(&'static Kind),
}

use Kind::{Byte, Double, List, Number, Structure, Text, Truth};

impl Shape {
    /// Returns the expected type of a field; `None` if this structure has no such field.
    pub(crate) fn kind_of(&self, id: i16) -> Option<&'static Kind> {
        self.fields.iter().find(|(field, _)| *field == id).map(|(_, kind)| kind)
    }

    /// Returns whether this is `other`.
    pub(crate) fn is(&'static self, other: &'static Shape) -> bool {
        std::ptr::eq(self, other)
    }
}

/// The header of a page.
pub(crate) static PAGE_HEADER: Shape = Shape {
    name: "page header",
    fields: &[
        (1, Number),
        (2, Number),
        (3, Number),
        (4, Number),
        (5, Structure(&DATA_PAGE)),
        (6, Structure(&EMPTY)),
        (7, Structure(&DICTIONARY_PAGE)),
        (8, Structure(&DATA_PAGE_V2)),
    ],
};

static DATA_PAGE: Shape = Shape {
    name: "data page header",
    fields: &[(1, Number), (2, Number), (3, Number), (4, Number), (5, Structure(&STATISTICS))],
};

static DICTIONARY_PAGE: Shape =
    Shape { name: "dictionary page header", fields: &[(1, Number), (2, Number), (3, Truth)] };

static DATA_PAGE_V2: Shape = Shape {
    name: "data page header",
    fields: &[
        (1, Number),
        (2, Number),
        (3, Number),
        (4, Number),
        (5, Number),
        (6, Number),
        (7, Truth),
        (8, Structure(&STATISTICS)),
    ],
};

static STATISTICS: Shape = Shape {
    name: "statistics",
    fields: &[
        (1, Text),
        (2, Text),
        (3, Number),
        (4, Number),
        (5, Text),
        (6, Text),
        (7, Truth),
        (8, Truth),
        (9, Number),
    ],
};

/// A structure, or a union of structures, without any field that is read.
static EMPTY: Shape = Shape { name: "empty structure", fields: &[] };

/// The footer.
pub(crate) static FILE: Shape = Shape {
    name: "footer",
    fields: &[
        (1, Number),
        (2, List(&Structure(&SCHEMA_ELEMENT))),
        (3, Number),
        (4, List(&Structure(&ROW_GROUP))),
        (5, List(&Structure(&KEY_VALUE))),
        (6, Text),
        (7, List(&Structure(&COLUMN_ORDER))),
    ],
};

/// A node of the schema: field 4 is its name, field 5 the number of children that follow it.
pub(crate) static SCHEMA_ELEMENT: Shape = Shape {
    name: "schema",
    fields: &[
        (1, Number),
        (2, Number),
        (3, Number),
        (4, Text),
        (5, Number),
        (6, Number),
        (7, Number),
        (8, Number),
        (9, Number),
        (10, Structure(&LOGICAL_TYPE)),
    ],
};

static LOGICAL_TYPE: Shape = Shape {
    name: "logical type",
    fields: &[
        (1, Structure(&EMPTY)),
        (2, Structure(&EMPTY)),
        (3, Structure(&EMPTY)),
        (4, Structure(&EMPTY)),
        (5, Structure(&DECIMAL)),
        (6, Structure(&EMPTY)),
        (7, Structure(&TIME)),
        (8, Structure(&TIME)),
        (10, Structure(&INTEGER)),
        (11, Structure(&EMPTY)),
        (12, Structure(&EMPTY)),
        (13, Structure(&EMPTY)),
        (14, Structure(&EMPTY)),
        (15, Structure(&EMPTY)),
        (16, Structure(&VARIANT)),
        (17, Structure(&GEOGRAPHY)),
        (18, Structure(&GEOGRAPHY)),
    ],
};

static DECIMAL: Shape = Shape { name: "decimal type", fields: &[(1, Number), (2, Number)] };

static TIME: Shape = Shape { name: "time type", fields: &[(1, Truth), (2, Structure(&TIME_UNIT))] };

static TIME_UNIT: Shape = Shape {
    name: "unit of time",
    fields: &[(1, Structure(&EMPTY)), (2, Structure(&EMPTY)), (3, Structure(&EMPTY))],
};

static INTEGER: Shape = Shape { name: "integer type", fields: &[(1, Byte), (2, Truth)] };

static VARIANT: Shape = Shape { name: "variant type", fields: &[(1, Byte)] };

static GEOGRAPHY: Shape = Shape { name: "geography type", fields: &[(1, Text), (2, Number)] };

static COLUMN_ORDER: Shape =
    Shape { name: "column order", fields: &[(1, Structure(&EMPTY)), (2, Structure(&EMPTY))] };

static KEY_VALUE: Shape = Shape { name: "key and value", fields: &[(1, Text), (2, Text)] };

/// A row group: field 1 is the list of its chunks.
pub(crate) static ROW_GROUP: Shape = Shape {
    name: "row group",
    fields: &[
        (1, List(&Structure(&COLUMN_CHUNK))),
        (2, Number),
        (3, Number),
        (4, List(&Structure(&SORTING_COLUMN))),
        (5, Number),
        (7, Number),
    ],
};

static SORTING_COLUMN: Shape =
    Shape { name: "sorting column", fields: &[(1, Number), (2, Truth), (3, Truth)] };

static COLUMN_CHUNK: Shape = Shape {
    name: "column chunk",
    fields: &[
        (1, Text),
        (2, Number),
        (3, Structure(&COLUMN_METADATA)),
        (4, Number),
        (5, Number),
        (6, Number),
        (7, Number),
    ],
};

static COLUMN_METADATA: Shape = Shape {
    name: "column metadata",
    fields: &[
        (1, Number),
        (2, List(&Number)),
        (4, Number),
        (5, Number),
        (6, Number),
        (7, Number),
        (9, Number),
        (10, Number),
        (11, Number),
        (12, Structure(&STATISTICS)),
        (13, List(&Structure(&ENCODING_STATISTICS))),
        (14, Number),
        (15, Number),
        (16, Structure(&SIZE_STATISTICS)),
        (17, Structure(&GEOGRAPHY_STATISTICS)),
    ],
};

static ENCODING_STATISTICS: Shape =
    Shape { name: "encoding statistics", fields: &[(1, Number), (2, Number), (3, Number)] };

static SIZE_STATISTICS: Shape =
    Shape { name: "size statistics", fields: &[(1, Number), (2, List(&Number)), (3, List(&Number))] };

static GEOGRAPHY_STATISTICS: Shape =
    Shape { name: "geography statistics", fields: &[(1, Structure(&BOUNDING_BOX)), (2, List(&Number))] };

static BOUNDING_BOX: Shape = Shape {
    name: "bounding box",
    fields: &[
        (1, Double),
        (2, Double),
        (3, Double),
        (4, Double),
        (5, Double),
        (6, Double),
        (7, Double),
        (8, Double),
    ],
};
