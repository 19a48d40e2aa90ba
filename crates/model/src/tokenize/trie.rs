use std::ops::Range;

/// Texts and their numbers as a tree of bytes, in three lists that lie in a file as they lie in memory.
///
/// The nodes are numbered level by level, so the children of one are neighbours, in the order of their bytes: those of node `n`
/// are `first[n]..first[n + 1]`. Node 0 is the root.
#[derive(Clone, Copy)]
pub(super) struct Trie<'a> {
    /// One more than there are nodes.
    pub(super) first: &'a [u32],
    /// The number of the text that ends in a node, or [`NONE`].
    pub(super) values: &'a [u32],
    /// The byte that leads to a node.
    pub(super) labels: &'a [u8],
}

/// No text ends here.
const NONE: u32 = u32::MAX;

/// A tree that is being made.
#[derive(Default)]
pub(super) struct TrieWriter {
    pub(super) first: Vec<u32>,
    pub(super) values: Vec<u32>,
    pub(super) labels: Vec<u8>,
}

impl TrieWriter {
    /// Of texts in the order of their bytes, none twice and none empty.
    pub(super) fn new(texts: &[(&[u8], u32)]) -> Self {
        let mut made = Self::default();
        made.labels.push(0);
        let all = 0..texts.len();
        let (mut level, mut depth) = (vec![all], 0);
        while !level.is_empty() {
            let mut below = Vec::new();
            for own in level {
                made.node(texts, own, depth, &mut below);
            }
            level = below;
            depth += 1;
        }
        made.first.push(made.labels.len() as u32);
        made
    }

    /// The node of some texts that are alike up to `depth`; what is below it comes to `below`.
    fn node(
        &mut self,
        texts: &[(&[u8], u32)],
        mut own: Range<usize>,
        depth: usize,
        below: &mut Vec<Range<usize>>,
    ) {
        let ends = texts[own.clone()].first().filter(|(text, _)| text.len() == depth);
        self.values.push(ends.map_or(NONE, |(_, value)| *value));
        self.first.push(self.labels.len() as u32);
        own.start += usize::from(ends.is_some());
        let byte = |(text, _): &(&[u8], u32)| text[depth];
        for alike in texts[own.clone()].chunk_by(|one, next| byte(one) == byte(next)) {
            self.labels.push(byte(&alike[0]));
            below.push(own.start..own.start + alike.len());
            own.start += alike.len();
        }
    }
}

impl Trie<'_> {
    /// Calls `visit` with the length and the number of each text that `bytes` begin with, short ones first.
    pub(super) fn each_beginning(&self, bytes: &[u8], mut visit: impl FnMut(usize, u32)) {
        let mut node = 0;
        for (at, byte) in bytes.iter().enumerate() {
            let Some(next) = self.child(node, *byte) else { return };
            node = next;
            match self.values.get(node) {
                Some(&NONE) | None => {}
                Some(value) => visit(at + 1, *value),
            }
        }
    }

    /// The number of this text.
    pub(super) fn get(&self, text: &[u8]) -> Option<u32> {
        let node = text.iter().try_fold(0, |node, byte| self.child(node, *byte))?;
        self.values.get(node).copied().filter(|value| *value != NONE)
    }

    fn child(&self, node: usize, byte: u8) -> Option<usize> {
        let (start, end) = (*self.first.get(node)? as usize, *self.first.get(node + 1)? as usize);
        let labels = self.labels.get(start..end)?;
        // Most nodes have one child or two.
        let at = match labels.len() {
            ..8 => labels.iter().position(|label| *label == byte)?,
            _ => labels.binary_search(&byte).ok()?,
        };
        Some(start + at)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_text_is_found_and_every_beginning_of_a_longer_one(
            texts in prop::collection::btree_map("[ab鬼é]{1,6}", 0u32..1000, 0..60),
            asked in "[ab鬼é]{0,9}",
        ) {
            let texts: BTreeMap<String, u32> = texts;
            let sorted: Vec<_> = texts.iter().map(|(text, value)| (text.as_bytes(), *value)).collect();
            let made = TrieWriter::new(&sorted);
            let trie = Trie { first: &made.first, values: &made.values, labels: &made.labels };
            for (text, value) in &texts {
                prop_assert_eq!(trie.get(text.as_bytes()), Some(*value));
            }
            prop_assert_eq!(trie.get(asked.as_bytes()), texts.get(&asked).copied());
            let mut found = Vec::new();
            trie.each_beginning(asked.as_bytes(), |length, value| found.push((length, value)));
            let ends = asked.char_indices().map(|(at, c)| at + c.len_utf8());
            let expected: Vec<_> = ends.filter_map(|end| Some((end, *texts.get(&asked[..end])?))).collect();
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn any_lists_are_a_tree_without_a_panic(
            first in prop::collection::vec(0u32..20, 0..12),
            values in prop::collection::vec(any::<u32>(), 0..12),
            labels in prop::collection::vec(0u8..4, 0..12),
        ) {
            let trie = Trie { first: &first, values: &values, labels: &labels };
            trie.each_beginning(&[0, 1, 2, 3, 0, 1], |length, _| assert!(length <= 6));
        }
    }
}
