//! Which rows hold a key: a sorted dictionary with a list of rows, and of positions, for each key.
//!
//! ```text
//! header   8 magic | u32 version | u32 rows | u64 keys | u64 extra | u64 records | u64 lists (lengths in bytes)
//!          | u64 hash of `extra` | u64 hash of the header so far
//! extra    whatever the owner stores beside
//! starts   u64 for each key in order: where its record starts
//! records  u32 check | key length, key | rows with it | start, length of the rows' bytes, length of the positions'
//!          bytes | u32 check of the rows' bytes | u32 check of the positions' bytes
//! lists    the rows' and the positions' bytes of each key
//! ```
//! Lengths and counts in records are varints, all else is little-endian. A record's check covers its number too, so a
//! search through the dictionary either meets the very records that were written or finds the damage. Nothing is
//! believed before its check was compared, and nothing is checked that isn't read.

use std::collections::HashMap;

use twox_hash::XxHash3_64;

use crate::Damaged;
use crate::bytes::varint;

const HEADER: usize = 64;
const VERSION: u32 = 1;

/// Gathers rows by key. Memory grows with what was put in.
#[derive(Default)]
pub(crate) struct InvertedWriter {
    numbers: HashMap<Box<[u8]>, u32>,
    lists: Vec<List>,
    /// Those before the row that is posted to.
    rows: u32,
    size: usize,
}

#[derive(Default)]
struct List {
    count: u64,
    /// One more than the last row.
    next_row: u32,
    rows: Vec<u8>,
    positions: Vec<u8>,
}

impl InvertedWriter {
    /// The number by which to post under `key`.
    pub(crate) fn number(&mut self, key: &[u8]) -> u32 {
        if let Some(number) = self.numbers.get(key) {
            return *number;
        }
        let number = self.lists.len() as u32;
        self.numbers.insert(key.into(), number);
        self.lists.push(List::default());
        self.size += key.len() + size_of::<List>() + 32;
        number
    }

    /// Goes on to the next row.
    pub(crate) fn end_row(&mut self) {
        self.rows += 1;
    }

    /// Bytes held in memory, about.
    pub(crate) fn size(&self) -> usize {
        self.size
    }

    /// Says that this row holds the key of `number` at `positions`, which are in order. A second call for the same row
    /// and key changes nothing.
    pub(crate) fn post(&mut self, number: u32, positions: &[u32]) {
        let row = self.rows;
        let Some(list) = self.lists.get_mut(number as usize).filter(|list| list.next_row <= row) else {
            return;
        };
        let before = list.rows.len() + list.positions.len();
        let single = u64::from(positions.len() == 1);
        varint::put(&mut list.rows, u64::from(row - list.next_row) << 1 | single);
        if single == 0 {
            varint::put(&mut list.rows, positions.len() as u64);
        }
        let mut last = 0;
        for position in positions {
            varint::put(&mut list.positions, u64::from(position - last));
            last = *position;
        }
        list.count += 1;
        list.next_row = row + 1;
        self.size += list.rows.len() + list.positions.len() - before;
    }

    /// The bytes to store, with the owner's `extra` in them.
    pub(crate) fn finish(self, magic: &[u8; 8], extra: &[u8]) -> Vec<u8> {
        let mut keys: Vec<_> = self.numbers.into_iter().collect();
        keys.sort_unstable();
        let (mut starts, mut records, mut lists) = (Vec::new(), Vec::new(), Vec::new());
        for (place, (key, number)) in keys.iter().enumerate() {
            let Some(list) = self.lists.get(*number as usize) else { continue };
            starts.extend((records.len() as u64).to_le_bytes());
            put_record(&mut records, place, key, list, lists.len());
            lists.extend(&list.rows);
            lists.extend(&list.positions);
        }
        let mut bytes = magic.to_vec();
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend(self.rows.to_le_bytes());
        for number in [keys.len(), extra.len(), records.len(), lists.len()] {
            bytes.extend((number as u64).to_le_bytes());
        }
        bytes.extend(XxHash3_64::oneshot(extra).to_le_bytes());
        bytes.extend(XxHash3_64::oneshot(&bytes).to_le_bytes());
        for part in [extra, &starts, &records, &lists] {
            bytes.extend(part);
        }
        bytes
    }
}

fn put_record(records: &mut Vec<u8>, place: usize, key: &[u8], list: &List, start: usize) {
    let mut record = Vec::new();
    varint::put(&mut record, key.len() as u64);
    record.extend(key);
    for number in [list.count, start as u64, list.rows.len() as u64, list.positions.len() as u64] {
        varint::put(&mut record, number);
    }
    record.extend(check(&list.rows).to_le_bytes());
    record.extend(check(&list.positions).to_le_bytes());
    records.extend((check(&record) ^ place as u32).to_le_bytes());
    records.extend(record);
}

fn check(bytes: &[u8]) -> u32 {
    XxHash3_64::oneshot(bytes) as u32
}

/// Stored rows by key.
#[derive(Clone, Copy)]
pub(crate) struct Inverted<'a> {
    what: &'static str,
    rows: usize,
    extra: &'a [u8],
    extra_hash: u64,
    starts: &'a [[u8; 8]],
    records: &'a [u8],
    lists: &'a [u8],
}

/// What the dictionary says of a key.
#[derive(Clone, Copy)]
pub(crate) struct Record<'a> {
    pub(crate) key: &'a [u8],
    /// Rows with the key.
    pub(crate) count: usize,
    rows: &'a [u8],
    positions: &'a [u8],
    rows_check: u32,
    positions_check: u32,
}

impl<'a> Inverted<'a> {
    /// Reads the header. `what` names the part in errors.
    pub(crate) fn open(what: &'static str, magic: &[u8; 8], bytes: &'a [u8]) -> Result<Self, Damaged> {
        let damaged =
            |expected| Damaged::new(what, expected, format_args!("{} bytes without one", bytes.len()));
        let (header, rest) = bytes.split_first_chunk::<HEADER>().ok_or_else(|| damaged("a header"))?;
        let mut fields = &header[..];
        let stored_magic = take_array::<8>(&mut fields);
        let version = take_u32(&mut fields);
        let rows = take_u32(&mut fields);
        let lengths = [(); 4].map(|()| take_u64(&mut fields));
        let extra_hash = take_u64(&mut fields);
        let covered = &header[..HEADER - fields.len()];
        if stored_magic != Some(*magic) || take_u64(&mut fields) != Some(XxHash3_64::oneshot(covered)) {
            return Err(damaged("a header"));
        }
        if let Some(other) = version.filter(|version| *version != VERSION) {
            return Err(Damaged::new(what, format_args!("version {VERSION}"), other));
        }
        let parts = split(rest, lengths);
        let ([extra, starts, records, lists], Some(rows), Some(extra_hash)) =
            (parts.ok_or_else(|| damaged("all its parts"))?, rows, extra_hash)
        else {
            return Err(damaged("a header"));
        };
        let starts = starts.as_chunks().0;
        Ok(Self { what, rows: rows as usize, extra, extra_hash, starts, records, lists })
    }

    /// How many rows there are, whether they hold anything or not.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// What the owner stored beside.
    pub(crate) fn extra(&self) -> Result<&'a [u8], Damaged> {
        let intact = XxHash3_64::oneshot(self.extra) == self.extra_hash;
        if intact { Ok(self.extra) } else { Err(self.damaged("the table that was written")) }
    }

    /// The record of `key`.
    pub(crate) fn find(&self, key: &[u8]) -> Result<Option<Record<'a>>, Damaged> {
        let record = self.record(self.first_from(key)?)?;
        Ok(record.filter(|record| record.key == key))
    }

    /// The records whose keys start with `prefix`, in order.
    pub(crate) fn with_prefix<'p>(
        &self,
        prefix: &'p [u8],
    ) -> Result<impl Iterator<Item = Result<Record<'a>, Damaged>> + use<'a, 'p>, Damaged> {
        let inverted = *self;
        let first = self.first_from(prefix)?;
        let starts = move |record: &Result<Record<'_>, _>| {
            record.as_ref().map_or(true, |record| record.key.starts_with(prefix))
        };
        let from_first = (first..).map_while(move |place| inverted.record(place).transpose());
        Ok(from_first.take_while(starts))
    }

    /// How many keys come before `key`.
    fn first_from(&self, key: &[u8]) -> Result<usize, Damaged> {
        let (mut low, mut high) = (0, self.starts.len());
        while low < high {
            let middle = low.midpoint(high);
            match self.record(middle)? {
                Some(record) if record.key < key => low = middle + 1,
                _ => high = middle,
            }
        }
        Ok(low)
    }

    /// The record at `place`, none past the last.
    fn record(&self, place: usize) -> Result<Option<Record<'a>>, Damaged> {
        let Some(start) = self.starts.get(place) else { return Ok(None) };
        let start = usize::try_from(u64::from_le_bytes(*start)).unwrap_or(usize::MAX);
        let record = self.records.get(start..).and_then(|record| self.parse(place, record));
        record.map(Some).ok_or_else(|| self.damaged("the record of a key"))
    }

    fn parse(&self, place: usize, mut rest: &'a [u8]) -> Option<Record<'a>> {
        let record_check = take_u32(&mut rest)?;
        let record = rest;
        let length = take_usize(&mut rest)?;
        let key = rest.split_off(..length)?;
        let count = take_usize(&mut rest)?;
        let (start, rows, positions) =
            (take_usize(&mut rest)?, take_usize(&mut rest)?, take_usize(&mut rest)?);
        let (rows_check, positions_check) = (take_u32(&mut rest)?, take_u32(&mut rest)?);
        let record = record.get(..record.len() - rest.len())?;
        let mut list = self.lists.get(start..)?;
        let (rows, positions) = (list.split_off(..rows)?, list.split_off(..positions)?);
        let read = Record { key, count, rows, positions, rows_check, positions_check };
        (check(record) ^ place as u32 == record_check).then_some(read)
    }

    /// Calls `visit` with each row of `record`, in order, and the number of its positions.
    #[inline]
    pub(crate) fn each_row(&self, record: &Record, mut visit: impl FnMut(u32, u32)) -> Result<(), Damaged> {
        if check(record.rows) != record.rows_check {
            return Err(self.damaged("the rows of a key"));
        }
        let mut rest = record.rows;
        let mut next_row = 0;
        for _ in 0..record.count {
            let Some((row, positions)) =
                take_row(&mut rest, next_row).filter(|(row, _)| (*row as usize) < self.rows)
            else {
                return Err(self.damaged("as many rows as a key has"));
            };
            visit(row, positions);
            next_row = row + 1;
        }
        Ok(())
    }

    /// The bytes of the positions of `record`, for [`take_positions`].
    pub(crate) fn positions(&self, record: &Record<'a>) -> Result<&'a [u8], Damaged> {
        let intact = check(record.positions) == record.positions_check;
        if intact { Ok(record.positions) } else { Err(self.damaged("the positions of a key")) }
    }

    /// Reads everything.
    pub(crate) fn verify(&self) -> Result<(), Damaged> {
        self.extra()?;
        for place in 0..self.starts.len() {
            if let Some(record) = self.record(place)? {
                self.each_row(&record, |_, _| ())?;
                self.positions(&record)?;
            }
        }
        Ok(())
    }

    pub(crate) fn damaged(&self, expected: &'static str) -> Damaged {
        Damaged::new(self.what, expected, "other bytes")
    }
}

#[inline]
fn take_row(rest: &mut &[u8], next_row: u32) -> Option<(u32, u32)> {
    let head = varint::take(rest)?;
    let row = u32::try_from(head >> 1).ok()?.checked_add(next_row)?;
    let positions = if head & 1 == 1 { 1 } else { u32::try_from(varint::take(rest)?).ok()? };
    Some((row, positions))
}

/// Takes one row's `count` positions off the front of `bytes` into `into`, whose contents are forgotten.
pub(crate) fn take_positions(bytes: &mut &[u8], count: u32, into: &mut Vec<u32>) -> Option<()> {
    into.clear();
    let mut last = 0u32;
    for _ in 0..count {
        last = last.checked_add(u32::try_from(varint::take(bytes)?).ok()?)?;
        into.push(last);
    }
    Some(())
}

/// `bytes` as extra, starts, records and lists, if the lengths are right to the byte.
fn split(bytes: &[u8], lengths: [Option<u64>; 4]) -> Option<[&[u8]; 4]> {
    let [keys, extra, records, lists] = lengths;
    let mut rest = bytes;
    let mut part = |length: Option<u64>| rest.split_off(..usize::try_from(length?).ok()?);
    let parts = [part(extra)?, part(keys?.checked_mul(8))?, part(records)?, part(lists)?];
    rest.is_empty().then_some(parts)
}

fn take_array<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    bytes.split_off(..N)?.try_into().ok()
}

fn take_u32(bytes: &mut &[u8]) -> Option<u32> {
    take_array(bytes).map(u32::from_le_bytes)
}

fn take_u64(bytes: &mut &[u8]) -> Option<u64> {
    take_array(bytes).map(u64::from_le_bytes)
}

fn take_usize(bytes: &mut &[u8]) -> Option<usize> {
    usize::try_from(varint::take(bytes)?).ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    const MAGIC: &[u8; 8] = b"nrgtTEST";

    /// For each row the keys with their positions.
    type Rows = Vec<BTreeMap<Vec<u8>, Vec<u32>>>;
    /// For each key the rows with their positions.
    type Keys = BTreeMap<Vec<u8>, Vec<(u32, Vec<u32>)>>;

    fn write(rows: &Rows) -> Vec<u8> {
        let mut writer = InvertedWriter::default();
        for row in rows {
            for (key, positions) in row {
                let number = writer.number(key);
                writer.post(number, positions);
                writer.post(number, &[7, 8, 9]);
            }
            writer.end_row();
        }
        writer.finish(MAGIC, b"beside")
    }

    fn by_key(rows: &Rows) -> Keys {
        let mut keys = Keys::new();
        for (row, held) in rows.iter().enumerate() {
            for (key, positions) in held {
                keys.entry(key.clone()).or_default().push((row as u32, positions.clone()));
            }
        }
        keys
    }

    fn read<'a>(inverted: &Inverted<'a>, record: &Record<'a>) -> Result<Vec<(u32, Vec<u32>)>, Damaged> {
        let (mut bytes, mut list) = (inverted.positions(record)?, Vec::new());
        inverted.each_row(record, |row, count| {
            let mut positions = Vec::new();
            take_positions(&mut bytes, count, &mut positions).expect("as many positions as were written");
            list.push((row, positions));
        })?;
        assert!(bytes.is_empty() && record.count == list.len());
        Ok(list)
    }

    /// All that the dictionary holds, found through prefixes of each length.
    fn keys(bytes: &[u8], prefix: &[u8]) -> Result<Keys, Damaged> {
        let inverted = Inverted::open("test", MAGIC, bytes)?;
        let records = inverted.with_prefix(prefix)?;
        records
            .map(|record| record.and_then(|record| Ok((record.key.to_vec(), read(&inverted, &record)?))))
            .collect()
    }

    fn rows() -> impl Strategy<Value = Rows> {
        let positions =
            prop::collection::btree_set(0u32..100_000, 0..5).prop_map(|set| set.into_iter().collect());
        let key = prop::collection::vec(prop_oneof![Just(0u8), Just(255), b'a'..=b'c'], 0..4);
        prop::collection::vec(prop::collection::btree_map(key, positions, 0..6), 0..20)
    }

    proptest! {
        #[test]
        fn what_was_posted_is_found(rows in rows(), prefix in prop::collection::vec(b'a'..=b'c', 0..3)) {
            let (bytes, mut expected) = (write(&rows), by_key(&rows));
            let inverted = Inverted::open("test", MAGIC, &bytes).unwrap();
            prop_assert_eq!(inverted.verify(), Ok(()));
            prop_assert_eq!((inverted.rows(), inverted.extra().unwrap()), (rows.len(), &b"beside"[..]));
            for (key, list) in &expected {
                let record = inverted.find(key).unwrap().unwrap();
                prop_assert_eq!(&read(&inverted, &record).unwrap(), list);
            }
            prop_assert!(inverted.find(b"not there").unwrap().is_none());
            expected.retain(|key, _| key.starts_with(&prefix));
            prop_assert_eq!(keys(&bytes, &prefix).unwrap(), expected);
        }

        #[test]
        fn a_changed_byte_is_found_by_whoever_reads_it(rows in rows(), at in any::<prop::sample::Index>(), flip in 1u8..) {
            let mut bytes = write(&rows);
            let at = at.index(bytes.len());
            bytes[at] ^= flip;
            let verified = Inverted::open("test", MAGIC, &bytes).and_then(|inverted| inverted.verify());
            prop_assert!(verified.is_err());
            for key in by_key(&rows).keys() {
                let Ok(inverted) = Inverted::open("test", MAGIC, &bytes) else { continue };
                let found = inverted.find(key).and_then(|record| read(&inverted, &record.unwrap()));
                prop_assert!(found.is_err() || found.as_ref() == Ok(&by_key(&rows)[key]));
            }
        }

        #[test]
        fn bytes_of_another_length_are_no_dictionary(rows in rows(), length in 0usize..2000) {
            let mut bytes = write(&rows);
            if length != bytes.len() {
                bytes.resize(length, 0);
                prop_assert!(Inverted::open("test", MAGIC, &bytes).is_err());
            }
        }
    }

    #[test]
    fn a_header_of_another_kind_or_version_is_refused() {
        let mut bytes = write(&vec![]);
        assert!(Inverted::open("test", b"nrgtELSE", &bytes).is_err());
        bytes[8] = 2;
        let hash = XxHash3_64::oneshot(&bytes[..56]).to_le_bytes();
        bytes[56..64].copy_from_slice(&hash);
        let refused = Inverted::open("test", MAGIC, &bytes).err().map(|damage| damage.to_string());
        assert_eq!(refused.unwrap(), "test: expected version 1, found 2");
    }
}
