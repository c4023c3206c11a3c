//! Structures as trees that can be changed.

pub(super) const TRUE: u8 = 1;
pub(super) const FALSE: u8 = 2;
pub(super) const BYTE: u8 = 3;
pub(super) const DOUBLE: u8 = 7;
/// A number of 32 bits.
pub const I32: u8 = 5;
/// A number of 64 bits.
pub const I64: u8 = 6;
/// A text.
pub const BINARY: u8 = 8;
/// A list.
pub const LIST: u8 = 9;
/// A structure.
pub const STRUCT: u8 = 12;

/// The value of a field.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A truth value.
    Bool(bool),
    /// A byte.
    Byte(u8),
    /// The declared type of a number, and the number.
    Int(u8, i64),
    /// A double, as its bytes.
    Double([u8; 8]),
    /// A text.
    Text(Vec<u8>),
    /// A list: the type of its elements, the elements, and the claimed length if it lies.
    List(u8, Vec<Value>, Option<u64>),
    /// A structure.
    Struct(Struct),
    /// Bytes with a declared type.
    Raw(u8, Vec<u8>),
}

/// Fields by number, in order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Struct {
    /// The fields.
    pub fields: Vec<(i16, Value)>,
}

impl Struct {
    /// Returns a field.
    #[must_use]
    pub fn get(&self, id: i16) -> Option<&Value> {
        self.fields.iter().find(|(field, _)| *field == id).map(|(_, value)| value)
    }

    /// Returns a field for change.
    pub fn get_mut(&mut self, id: i16) -> Option<&mut Value> {
        self.fields.iter_mut().find(|(field, _)| *field == id).map(|(_, value)| value)
    }

    /// Returns a number field; 0 if it is absent.
    #[must_use]
    pub fn int(&self, id: i16) -> i64 {
        match self.get(id) {
            Some(Value::Int(_, number)) => *number,
            _ => 0,
        }
    }

    /// Sets a field; a new one goes in order of its number.
    pub fn set(&mut self, id: i16, value: Value) {
        if let Some(field) = self.get_mut(id) {
            *field = value;
        } else {
            let at = self.fields.iter().take_while(|(field, _)| *field < id).count();
            self.fields.insert(at, (id, value));
        }
    }

    /// Sets a number field and keeps its width; a new one has 64 bits.
    pub fn set_int(&mut self, id: i16, number: i64) {
        let field = if let Some(Value::Int(field, _)) = self.get(id) { *field } else { I64 };
        self.set(id, Value::Int(field, number));
    }

    /// Removes a field.
    pub fn remove(&mut self, id: i16) {
        self.fields.retain(|(field, _)| *field != id);
    }

    /// Returns a structure field.
    pub fn inner(&mut self, id: i16) -> Option<&mut Struct> {
        match self.get_mut(id) {
            Some(Value::Struct(inner)) => Some(inner),
            _ => None,
        }
    }

    /// Returns the elements of a list field.
    pub fn list(&mut self, id: i16) -> Option<&mut Vec<Value>> {
        match self.get_mut(id) {
            Some(Value::List(_, elements, _)) => Some(elements),
            _ => None,
        }
    }

    /// Returns the structures in a list field.
    pub fn structs(&mut self, id: i16) -> Vec<&mut Struct> {
        let elements = self.list(id).map_or(&mut [][..], Vec::as_mut_slice);
        elements
            .iter_mut()
            .filter_map(|value| if let Value::Struct(inner) = value { Some(inner) } else { None })
            .collect()
    }

    /// Returns the number of values in it, nested ones included.
    pub fn values(&mut self) -> usize {
        let mut count = 0;
        self.each(&mut |_| count += 1);
        count
    }

    /// Calls `change` for every value in it, outer ones first.
    pub fn each(&mut self, change: &mut impl FnMut(&mut Value)) {
        for (_, value) in &mut self.fields {
            value.each(change);
        }
    }
}

impl Value {
    fn each(&mut self, change: &mut impl FnMut(&mut Value)) {
        change(self);
        match self {
            Self::Struct(inner) => inner.each(change),
            Self::List(_, elements, _) => elements.iter_mut().for_each(|element| element.each(change)),
            _ => {}
        }
    }

    pub(super) fn field_type(&self) -> u8 {
        match self {
            Self::Bool(true) => TRUE,
            Self::Bool(false) => FALSE,
            Self::Byte(_) => BYTE,
            Self::Int(field, _) | Self::Raw(field, _) => *field,
            Self::Double(_) => DOUBLE,
            Self::Text(_) => BINARY,
            Self::List(..) => LIST,
            Self::Struct(_) => STRUCT,
        }
    }
}
