//! A parquet file as pages and footer.
//! <https://parquet.apache.org/docs/file-format/>

use crate::thrift::{I32, Struct, Value};

/// Field numbers of the footer, of row groups, chunks and page headers.
pub mod field {
    /// Schema of a footer.
    pub const SCHEMA: i16 = 2;
    /// Rows of a footer, and of a row group.
    pub const ROWS: i16 = 3;
    /// Row groups of a footer.
    pub const ROW_GROUPS: i16 = 4;
    /// Key-value pairs of a footer.
    pub const KEY_VALUES: i16 = 5;
    /// Chunks of a row group.
    pub const CHUNKS: i16 = 1;
    /// Metadata of a chunk.
    pub const METADATA: i16 = 3;
    /// Bytes of a chunk, compressed.
    pub const CHUNK_BYTES: i16 = 7;
    /// Offset of a chunk's first data page.
    pub const DATA_OFFSET: i16 = 9;
    /// Offset of a chunk's dictionary page.
    pub const DICTIONARY_OFFSET: i16 = 11;
    /// Type of a page.
    pub const PAGE_TYPE: i16 = 1;
    /// Uncompressed bytes of a page.
    pub const PLAIN_BYTES: i16 = 2;
    /// Compressed bytes of a page.
    pub const PAGE_BYTES: i16 = 3;
    /// Checksum of a page.
    pub const CHECKSUM: i16 = 4;
    /// Details of a data page of version 1.
    pub const DATA_V1: i16 = 5;
    /// Details of a dictionary page.
    pub const DICTIONARY: i16 = 7;
    /// Details of a data page of version 2.
    pub const DATA_V2: i16 = 8;
}

/// The type of dictionary pages.
pub const DICTIONARY_PAGE: i64 = 2;
const MAGIC: &[u8; 4] = b"PAR1";

/// A page.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// Its header.
    pub header: Struct,
    /// The bytes behind the header.
    pub body: Vec<u8>,
    /// Whether `body` is all of it, including any header.
    pub is_raw: bool,
}

/// The pages of a chunk.
pub type Chunk = Vec<Page>;

/// A file.
#[derive(Debug, Clone, PartialEq)]
pub struct File {
    /// The chunks of each row group.
    pub groups: Vec<Vec<Chunk>>,
    /// The footer.
    pub footer: Struct,
}

impl Page {
    /// Returns a page with this header and body.
    #[must_use]
    pub fn new(header: Struct, body: Vec<u8>) -> Self {
        Self { header, body, is_raw: false }
    }

    /// Returns any bytes in place of pages.
    #[must_use]
    pub fn raw(bytes: &[u8]) -> Self {
        Self { header: Struct::default(), body: bytes.to_vec(), is_raw: true }
    }

    /// Returns its bytes in the file.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        if self.is_raw { self.body.clone() } else { [self.header.write(), self.body.clone()].concat() }
    }

    /// Sets the header's compressed length.
    pub fn frame(&mut self) {
        self.header.set_int(field::PAGE_BYTES, i64::try_from(self.body.len()).unwrap_or(i64::MAX));
    }

    /// Sets both lengths of the header, for a page without compression.
    pub fn frame_plain(&mut self) {
        self.frame();
        self.header.set_int(field::PLAIN_BYTES, i64::try_from(self.body.len()).unwrap_or(i64::MAX));
    }

    /// Sets the header's checksum.
    pub fn sign(&mut self) {
        let checksum = i64::from(crc32fast::hash(&self.body).cast_signed());
        self.header.set(field::CHECKSUM, Value::Int(I32, checksum));
    }

    /// Returns the header's details for its kind of page.
    pub fn details(&mut self) -> Option<&mut Struct> {
        let id = [field::DATA_V1, field::DICTIONARY, field::DATA_V2]
            .into_iter()
            .find(|id| self.header.get(*id).is_some())?;
        self.header.inner(id)
    }

    /// Returns whether its header says dictionary.
    #[must_use]
    pub fn is_dictionary(&self) -> bool {
        self.header.int(field::PAGE_TYPE) == DICTIONARY_PAGE
    }
}

impl File {
    /// Reads a valid file.
    ///
    /// # Panics
    ///
    /// If it is not valid.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Self {
        let end = bytes.len() - 8;
        let length: [u8; 4] = bytes[end..end + 4].try_into().expect("four bytes");
        let length = usize::try_from(u32::from_le_bytes(length)).expect("it fits into memory");
        let (mut footer, _) = Struct::read(&bytes[end - length..end]);
        let mut groups = Vec::new();
        for group in footer.structs(field::ROW_GROUPS) {
            let mut chunks = Vec::new();
            for chunk in group.structs(field::CHUNKS) {
                // Drops the page indexes.
                (4..=7).for_each(|index| chunk.remove(index));
                let metadata = chunk.inner(field::METADATA).expect("every chunk has it");
                chunks.push(pages(bytes, metadata));
            }
            groups.push(chunks);
        }
        Self { groups, footer }
    }

    /// Sets the chunks' offsets and lengths in the footer.
    pub fn lay_out(&mut self) {
        let mut at = MAGIC.len();
        let groups = self.footer.structs(field::ROW_GROUPS);
        for (group, chunks) in groups.into_iter().zip(&self.groups) {
            for (chunk, pages) in group.structs(field::CHUNKS).into_iter().zip(chunks) {
                let Some(metadata) = chunk.inner(field::METADATA) else { continue };
                let start = at;
                metadata.remove(field::DICTIONARY_OFFSET);
                let mut first_data = None;
                for page in pages {
                    if page.is_dictionary() {
                        metadata.set_int(field::DICTIONARY_OFFSET, i64::try_from(at).unwrap_or(i64::MAX));
                    } else {
                        first_data.get_or_insert(at);
                    }
                    at += page.bytes().len();
                }
                metadata.set_int(
                    field::DATA_OFFSET,
                    i64::try_from(first_data.unwrap_or(start)).unwrap_or(i64::MAX),
                );
                metadata.set_int(field::CHUNK_BYTES, i64::try_from(at - start).unwrap_or(i64::MAX));
            }
        }
    }

    /// Writes the file as it is; the footer may lie.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        for page in self.groups.iter().flatten().flatten() {
            bytes.extend(page.bytes());
        }
        with_footer(bytes, &self.footer.write())
    }

    /// Returns the metadata of all chunks.
    pub fn metadata(&mut self) -> Vec<&mut Struct> {
        let groups = self.footer.structs(field::ROW_GROUPS).into_iter();
        groups
            .flat_map(|group| group.structs(field::CHUNKS))
            .filter_map(|chunk| chunk.inner(field::METADATA))
            .collect()
    }

    /// Returns all pages.
    pub fn pages(&mut self) -> Vec<&mut Page> {
        self.groups.iter_mut().flatten().flatten().collect()
    }

    /// Returns the index of the column of this name.
    ///
    /// # Panics
    ///
    /// If there is none.
    #[must_use]
    pub fn column(&self, name: &str) -> usize {
        let mut footer = self.footer.clone();
        let elements = footer.structs(field::SCHEMA);
        let leaves = elements.into_iter().filter(|element| element.int(5) == 0);
        let mut leaves = leaves.map(|element| element.get(4).cloned());
        leaves
            .position(|leaf| leaf == Some(Value::Text(name.as_bytes().to_vec())))
            .expect("a column of this name")
    }
}

/// Appends a footer, its length and the magic number.
#[must_use]
pub fn with_footer(mut bytes: Vec<u8>, footer: &[u8]) -> Vec<u8> {
    bytes.extend(footer);
    bytes.extend(u32::try_from(footer.len()).unwrap_or(u32::MAX).to_le_bytes());
    bytes.extend(MAGIC);
    bytes
}

fn pages(bytes: &[u8], metadata: &Struct) -> Chunk {
    let offset = |id| usize::try_from(metadata.int(id)).expect("a position");
    let dictionary = Some(offset(field::DICTIONARY_OFFSET)).filter(|offset| *offset > 0);
    let mut at = dictionary.unwrap_or(usize::MAX).min(offset(field::DATA_OFFSET));
    let end = at + offset(field::CHUNK_BYTES);
    let mut pages = Vec::new();
    while at < end {
        let (header, header_bytes) = Struct::read(&bytes[at..]);
        let start = at + header_bytes;
        at = start + usize::try_from(header.int(field::PAGE_BYTES)).expect("a length");
        pages.push(Page::new(header, bytes[start..at].to_vec()));
    }
    pages
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base;

    /// Reading and writing a file changes nothing but its page indexes.
    #[test]
    fn a_file_is_its_pages_and_its_footer() {
        for base in base::all() {
            let file = File::read(&base.bytes);
            let mut again = file.clone();
            again.lay_out();
            assert_eq!(File::read(&again.write()), file, "{}", base.name);
        }
    }
}
