/// A set of rows, one bit for each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bits {
    words: Vec<u64>,
    rows: usize,
}

impl Bits {
    /// None of `rows` rows.
    pub fn none(rows: usize) -> Self {
        Self { words: vec![0; rows.div_ceil(64)], rows }
    }

    /// All of `rows` rows.
    pub fn all(rows: usize) -> Self {
        let mut words = vec![u64::MAX; rows.div_ceil(64)];
        if let (Some(last), used @ 1..) = (words.last_mut(), rows % 64) {
            *last = (1 << used) - 1;
        }
        Self { words, rows }
    }

    /// How many rows there are, in the set or not.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// How many rows are in the set.
    pub fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Whether `row` is in the set; a row past the end never is.
    pub fn contains(&self, row: usize) -> bool {
        row < self.rows && self.words.get(row / 64).is_some_and(|word| word >> (row % 64) & 1 == 1)
    }

    /// Whether `count` rows from `row` on, fewer than 64, are all in the set.
    #[inline]
    pub(crate) fn contains_all(&self, row: usize, count: usize) -> bool {
        let word = |place: usize| self.words.get(place).copied().unwrap_or(0);
        let (place, shift) = (row / 64, row % 64);
        let mut found = word(place) >> shift;
        if shift + count > 64 {
            found |= word(place + 1) << (64 - shift);
        }
        let all = (1 << count) - 1;
        found & all == all
    }

    /// The first row from `row` on that isn't in the set; the number of rows if all are.
    pub(crate) fn first_missing(&self, row: usize) -> usize {
        let mut passed = (1 << (row % 64)) - 1;
        for (place, word) in self.words.iter().enumerate().skip(row / 64) {
            let missing = !(word | passed);
            if missing != 0 {
                return self.rows.min(place * 64 + missing.trailing_zeros() as usize);
            }
            passed = 0;
        }
        self.rows
    }

    /// Puts `row` into the set; a row past the end is left out.
    pub fn insert(&mut self, row: usize) {
        if let Some(word) = self.words.get_mut(row / 64).filter(|_| row < self.rows) {
            *word |= 1 << (row % 64);
        }
    }

    /// Takes `row` out of the set.
    pub fn remove(&mut self, row: usize) {
        if let Some(word) = self.words.get_mut(row / 64) {
            *word &= !(1 << (row % 64));
        }
    }

    /// Keeps the rows that are in `other` too.
    pub fn intersect(&mut self, other: &Self) {
        for (place, word) in self.words.iter_mut().enumerate() {
            *word &= other.words.get(place).copied().unwrap_or(0);
        }
    }

    /// Takes the rows of `other` in as well; its rows past the end are left out.
    pub fn unite(&mut self, other: &Self) {
        self.unite_from(0, other);
    }

    /// Takes the rows of `other` in as well, its row 0 as `first_row`; rows past the end are left out.
    pub fn unite_from(&mut self, first_row: usize, other: &Self) {
        let (first, shift) = (first_row / 64, first_row % 64);
        for (place, word) in other.words.iter().enumerate() {
            self.unite_word(first + place, word << shift);
            if shift > 0 {
                self.unite_word(first + place + 1, word >> (64 - shift));
            }
        }
    }

    fn unite_word(&mut self, place: usize, more: u64) {
        let end = self.rows.saturating_sub(place * 64);
        let inside = if end < 64 { (1 << end) - 1 } else { u64::MAX };
        if let Some(word) = self.words.get_mut(place) {
            *word |= more & inside;
        }
    }

    /// Takes the rows of `other` out.
    pub fn subtract(&mut self, other: &Self) {
        for (word, out) in self.words.iter_mut().zip(&other.words) {
            *word &= !out;
        }
    }

    /// The rows in the set, in order.
    pub fn iter(&self) -> impl Iterator<Item = usize> {
        self.words.iter().enumerate().flat_map(|(place, word)| {
            let rest = |word: &u64| Some(word & (word - 1)).filter(|word| *word != 0);
            std::iter::successors(Some(*word).filter(|word| *word != 0), rest)
                .map(move |word| place * 64 + word.trailing_zeros() as usize)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn bits(rows: usize, set: &BTreeSet<usize>) -> Bits {
        let mut bits = Bits::none(rows);
        set.iter().for_each(|row| bits.insert(*row));
        bits
    }

    fn sets() -> impl Strategy<Value = (usize, BTreeSet<usize>, BTreeSet<usize>)> {
        let set = || prop::collection::btree_set(0usize..200, 0..60);
        (0usize..200, set(), set())
    }

    proptest! {
        #[test]
        fn bits_are_a_set_of_the_rows_there_are((rows, mut a, mut b) in sets(), first in 0usize..150) {
            let (mut one, two) = (bits(rows, &a), bits(rows, &b));
            a.retain(|row| *row < rows);
            b.retain(|row| *row < rows);
            prop_assert_eq!(one.iter().collect::<BTreeSet<_>>(), a.clone());
            prop_assert_eq!(one.count(), a.len());
            prop_assert!((0..300).all(|row| one.contains(row) == a.contains(&row)));

            let missing = (first..).find(|row| !a.contains(row)).unwrap_or(rows);
            prop_assert_eq!(one.first_missing(first), missing.min(rows));
            prop_assert!((0..64).all(|count| one.contains_all(first, count) == (first + count <= missing)));

            let with = |change: fn(&mut Bits, &Bits)| {
                let mut changed = one.clone();
                change(&mut changed, &two);
                changed.iter().collect::<BTreeSet<_>>()
            };
            prop_assert_eq!(with(Bits::intersect), &a & &b);
            prop_assert_eq!(with(Bits::unite), &a | &b);
            prop_assert_eq!(with(Bits::subtract), &a - &b);

            let mut moved = one.clone();
            moved.unite_from(first, &two);
            let into: BTreeSet<_> = b.iter().map(|row| row + first).filter(|row| *row < rows).collect();
            prop_assert_eq!(moved.iter().collect::<BTreeSet<_>>(), &a | &into);

            a.iter().for_each(|row| one.remove(*row));
            prop_assert_eq!(one, Bits::none(rows));
            prop_assert_eq!(Bits::all(rows), bits(rows, &(0..rows).collect()));
        }
    }
}
