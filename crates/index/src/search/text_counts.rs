use std::ops::Range;

/// How often each of some texts holds something of one kind: counted in any order, told in theirs.
#[derive(Default)]
pub(crate) struct TextCounts {
    /// 0 for a text that wasn't counted.
    counts: Vec<f32>,
    /// A bit for each text that was counted or marked.
    met: Vec<u64>,
}

impl TextCounts {
    /// Makes room for so many texts; nothing may have been left in it.
    pub(crate) fn resize(&mut self, texts: usize) {
        self.counts.resize(texts, 0.0);
        self.met.resize(texts.div_ceil(64), 0);
    }

    /// Counts something in each of some texts, fewer than 64; those past the end are left out.
    #[inline]
    pub(crate) fn add(&mut self, texts: Range<usize>, count: f32) {
        let texts = texts.start..texts.end.min(self.counts.len());
        self.counts.get_mut(texts.clone()).unwrap_or_default().iter_mut().for_each(|sum| *sum += count);
        self.mark(texts);
    }

    /// Marks some texts, fewer than 64, without counting; those past the end are left out.
    #[inline]
    pub(crate) fn mark(&mut self, texts: Range<usize>) {
        let Some(count) = texts.end.min(self.counts.len()).checked_sub(texts.start) else { return };
        let (place, shift, marks) = (texts.start / 64, texts.start % 64, (1u64 << count) - 1);
        if let Some(met) = self.met.get_mut(place) {
            *met |= marks << shift;
        }
        if let (true, Some(met)) = (shift + count > 64, self.met.get_mut(place + 1)) {
            *met |= marks >> (64 - shift);
        }
    }

    /// How many texts were counted or marked.
    pub(crate) fn texts(&self) -> usize {
        self.met.iter().map(|met| met.count_ones() as usize).sum()
    }

    /// Forgets which texts were marked.
    pub(crate) fn unmark(&mut self) {
        self.met.fill(0);
    }

    /// Calls `visit` with each text that was counted and its count, in order; leaves nothing.
    #[inline]
    pub(crate) fn take(&mut self, mut visit: impl FnMut(usize, f32)) {
        for (met, first) in self.met.iter_mut().zip((0..).step_by(64)) {
            let mut met = std::mem::take(met);
            while met != 0 {
                let text: usize = first + met.trailing_zeros() as usize;
                met &= met - 1;
                visit(text, self.counts.get_mut(text).map(std::mem::take).unwrap_or(0.0));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_was_counted_comes_in_order_once_and_then_nothing(
            counted in prop::collection::vec((0usize..200, 0usize..5, 1u8..4), 0..60),
            texts in 0usize..150,
        ) {
            let (mut counts, mut expected) = (TextCounts::default(), BTreeMap::new());
            counts.resize(texts);
            for (first, several, count) in counted {
                counts.mark(first..first + several);
                for text in (first..first + several).filter(|text| *text < texts) {
                    *expected.entry(text).or_insert(0.0) += f32::from(count);
                }
                prop_assert_eq!(counts.texts(), expected.len());
                counts.add(first..first + several, f32::from(count));
            }
            for expected in [expected, BTreeMap::new()] {
                let mut found = Vec::new();
                counts.take(|text, count| found.push((text, count)));
                prop_assert_eq!(found, expected.into_iter().collect::<Vec<_>>());
            }
            counts.mark(0..1);
            counts.unmark();
            prop_assert_eq!(counts.texts(), 0);
        }
    }
}
