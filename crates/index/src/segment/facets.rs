use crate::bytes::varint;
use crate::words::inverted::{Inverted, InvertedWriter};
use crate::{Bits, Damaged};

const MAGIC: &[u8; 8] = b"nrgtFAC1";

/// Makes the facets of a segment. Memory grows with the different values and with the rows that have them.
#[derive(Default)]
pub struct FacetsWriter {
    inverted: InvertedWriter,
}

impl FacetsWriter {
    /// Adds the next row: its keys and values. A key may have several values.
    pub fn add_row(&mut self, facets: &[(&str, &str)]) {
        for (key, value) in facets {
            let mut bytes = prefix(key);
            bytes.extend(value.as_bytes());
            let number = self.inverted.number(&bytes);
            self.inverted.post(number, ANYWHERE);
        }
        self.inverted.end_row();
    }

    /// About how many bytes of memory are held.
    pub fn size(&self) -> usize {
        self.inverted.size()
    }

    /// The bytes to store.
    pub fn finish(self) -> Vec<u8> {
        self.inverted.finish(MAGIC, &[])
    }
}

/// One position takes the fewest bytes.
const ANYWHERE: &[u32] = &[0];

/// What the keys of all values under `key` start with, and no others.
fn prefix(key: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    varint::put(&mut bytes, key.len() as u64);
    bytes.extend(key.as_bytes());
    bytes
}

/// The facets of a segment: which rows have which value.
#[derive(Clone, Copy)]
pub struct Facets<'a> {
    inverted: Inverted<'a>,
}

impl<'a> Facets<'a> {
    /// Looks at the header and the length only. What is damaged further down is found when it is read.
    pub fn open(bytes: &'a [u8]) -> Result<Self, Damaged> {
        Ok(Self { inverted: Inverted::open("the facets of the index", MAGIC, bytes)? })
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.inverted.rows()
    }

    /// Puts the rows that have a `wanted` value under `key` into `into`, the first row as `first_row`. Each value is
    /// asked for once.
    pub fn rows_where(
        &self,
        key: &str,
        wanted: &dyn Fn(&str) -> bool,
        into: &mut Bits,
        first_row: usize,
    ) -> Result<(), Damaged> {
        let prefix = prefix(key);
        for record in self.inverted.with_prefix(&prefix)? {
            let record = record?;
            if wanted(self.value(&prefix, record.key)?) {
                self.inverted.each_row(&record, |row, _| into.insert(first_row + row as usize))?;
            }
        }
        Ok(())
    }

    /// The values under `key` in the order of their bytes, each with the number of its rows.
    pub fn values(&self, key: &str) -> Result<Vec<(&'a str, usize)>, Damaged> {
        let prefix = prefix(key);
        let records = self.inverted.with_prefix(&prefix)?;
        records
            .map(|record| record.and_then(|found| Ok((self.value(&prefix, found.key)?, found.count))))
            .collect()
    }

    /// Hears every value under `key`, in the order of their bytes, with its rows in order, the first row as `first_row`.
    pub fn each(
        &self,
        key: &str,
        first_row: usize,
        hear: &mut dyn FnMut(&str, &[usize]),
    ) -> Result<(), Damaged> {
        let prefix = prefix(key);
        for record in self.inverted.with_prefix(&prefix)? {
            let record = record?;
            let mut rows = Vec::with_capacity(record.count);
            self.inverted.each_row(&record, |row, _| rows.push(first_row + row as usize))?;
            hear(self.value(&prefix, record.key)?, &rows);
        }
        Ok(())
    }

    /// Reads everything.
    pub fn verify(&self) -> Result<(), Damaged> {
        self.inverted.verify()
    }

    fn value(&self, prefix: &[u8], key: &'a [u8]) -> Result<&'a str, Damaged> {
        let value = key.strip_prefix(prefix).and_then(|value| str::from_utf8(value).ok());
        value.ok_or_else(|| self.inverted.damaged("text as a value"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROWS: &[&[(&str, &str)]] = &[
        &[("speaker", "Mara"), ("date", "2024-01-02")],
        &[],
        &[("speaker", "Zoë"), ("speaker", "Mara"), ("speaker", "Mara"), ("", "")],
        &[("speakers", "Mara"), ("date", "2024-03-01"), ("speaker", "")],
    ];

    fn bytes() -> Vec<u8> {
        let mut writer = FacetsWriter::default();
        ROWS.iter().for_each(|row| writer.add_row(row));
        writer.finish()
    }

    #[test]
    fn a_row_is_found_by_each_of_its_values_and_by_no_other_keys() {
        let bytes = bytes();
        let facets = Facets::open(&bytes).unwrap();
        let rows = |key: &str, wanted: &dyn Fn(&str) -> bool| {
            let mut found = Bits::none(14);
            facets.rows_where(key, wanted, &mut found, 10).unwrap();
            found.iter().collect::<Vec<_>>()
        };
        assert_eq!(rows("speaker", &|value| value == "Mara"), [10, 12]);
        assert_eq!(rows("speaker", &|_| true), [10, 12, 13]);
        assert_eq!(rows("speaker", &str::is_empty), [13]);
        assert_eq!(rows("speakers", &|_| true), [13]);
        assert_eq!(rows("date", &|value| value >= "2024-02"), [13]);
        assert_eq!(rows("", &|_| true), [12]);
        assert!(rows("place", &|_| true).is_empty() && rows("date", &|_| false).is_empty());
    }

    #[test]
    fn values_are_listed_with_their_rows_counted() {
        let bytes = bytes();
        let facets = Facets::open(&bytes).unwrap();
        assert_eq!(facets.values("speaker").unwrap(), [("", 1), ("Mara", 2), ("Zoë", 1)]);
        assert_eq!(facets.values("place").unwrap(), []);
        let mut heard = Vec::new();
        facets.each("speaker", 10, &mut |value, rows| heard.push((value.to_owned(), rows.to_vec()))).unwrap();
        let expected = [("", vec![13]), ("Mara", vec![10, 12]), ("Zoë", vec![12])];
        assert_eq!(heard, expected.map(|(value, rows)| (value.to_owned(), rows)));
        assert_eq!((facets.rows(), facets.verify()), (4, Ok(())));
    }
}
