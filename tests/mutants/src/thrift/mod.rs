//! Structures of Thrift's compact protocol: reads them, changes them, writes them again, lies
//! included.
//! <https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md>

mod tree;

mod read;

mod write;

pub use tree::{BINARY, I32, I64, LIST, STRUCT, Struct, Value};
pub use write::write_varint;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let inner = Struct { fields: vec![(3, Value::Bool(false)), (40, Value::Text(b"ab".to_vec()))] };
        let whole = Struct {
            fields: vec![
                (1, Value::Int(I32, -7)),
                (2, Value::List(STRUCT, vec![Value::Struct(inner.clone()); 20], None)),
                (5, Value::Struct(inner)),
                (6, Value::Double([1; 8])),
                (900, Value::Int(I64, i64::MIN)),
            ],
        };
        let bytes = whole.write();
        assert_eq!(Struct::read(&bytes), (whole.clone(), bytes.len()));
        assert_eq!(whole.clone().values(), 5 + 20 * 3 + 2);
    }
}
