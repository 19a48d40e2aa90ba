//! Which elements of two sequences are the same, in order: what a later version of a text has in common with an earlier.

use std::collections::HashMap;
use std::hash::Hash;
use std::ops::Range;

/// Pairs of places in `old` and `new` that hold the same token, ascending in both.
///
/// What is the same at both ends is matched first; between, tokens that are there once in each are anchors, the longest
/// run of them that ascends (a patience diff), and so on between two anchors. Where no token is there once, each new one
/// takes the next old one like it. It takes about `n log n` steps and memory in proportion to the sequences.
pub fn align<T: Copy + Eq + Hash>(old: &[T], new: &[T]) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    let mut gaps = vec![(0..old.len(), 0..new.len())];
    while let Some((mut olds, mut news)) = gaps.pop() {
        while !olds.is_empty() && !news.is_empty() && old.get(olds.start) == new.get(news.start) {
            pairs.push((olds.start, news.start));
            (olds.start, news.start) = (olds.start + 1, news.start + 1);
        }
        while !olds.is_empty() && !news.is_empty() && old.get(olds.end - 1) == new.get(news.end - 1) {
            (olds.end, news.end) = (olds.end - 1, news.end - 1);
            pairs.push((olds.end, news.end));
        }
        if olds.is_empty() || news.is_empty() {
            continue;
        }
        let anchors = ascending(anchors(old, new, &olds, &news));
        if anchors.is_empty() {
            pairs.extend(greedy(old, new, olds, news));
            continue;
        }
        let (mut from, mut at) = (olds.start, news.start);
        for (before, here) in anchors {
            pairs.push((before, here));
            gaps.push((from..before, at..here));
            (from, at) = (before + 1, here + 1);
        }
        gaps.push((from..olds.end, at..news.end));
    }
    pairs.sort_unstable();
    pairs
}

/// The places of tokens that are there once in each, in the order of the new ones.
fn anchors<T: Copy + Eq + Hash>(
    old: &[T],
    new: &[T],
    olds: &Range<usize>,
    news: &Range<usize>,
) -> Vec<(usize, usize)> {
    let once = once(placed(old, olds));
    let mut found: Vec<_> = self::once(placed(new, news))
        .into_iter()
        .filter_map(|(token, place)| Some((once.get(&token).copied()??, place?)))
        .collect();
    found.sort_unstable_by_key(|(_, here)| *here);
    found
}

/// The tokens of a part with their places.
fn placed<'a, T: Copy>(tokens: &'a [T], range: &Range<usize>) -> impl Iterator<Item = (T, usize)> + 'a {
    range.clone().filter_map(|at| Some((*tokens.get(at)?, at)))
}

/// Each key with its place, or with none where it comes more than once.
pub fn once<K: Eq + Hash>(keys: impl Iterator<Item = (K, usize)>) -> HashMap<K, Option<usize>> {
    let mut places = HashMap::new();
    for (key, at) in keys {
        places.entry(key).and_modify(|place| *place = None).or_insert(Some(at));
    }
    places
}

/// The longest part of `pairs` whose first numbers ascend; their second ones do.
pub fn ascending(pairs: Vec<(usize, usize)>) -> Vec<(usize, usize)> {
    // For each length, the end of the run of that length that ends lowest; and for each pair, the one before it.
    let (mut ends, mut before): (Vec<usize>, Vec<Option<usize>>) = (Vec::new(), Vec::new());
    let first = |at: usize| pairs.get(at).map_or(0, |pair| pair.0);
    for (at, pair) in pairs.iter().enumerate() {
        let length = ends.partition_point(|end| first(*end) < pair.0);
        before.push(length.checked_sub(1).and_then(|shorter| ends.get(shorter)).copied());
        match ends.get_mut(length) {
            Some(end) => *end = at,
            None => ends.push(at),
        }
    }
    let mut run: Vec<_> =
        std::iter::successors(ends.last().copied(), |at| before.get(*at).copied().flatten())
            .filter_map(|at| pairs.get(at).copied())
            .collect();
    run.reverse();
    run
}

/// Pairs each new token with the next old one like it.
fn greedy<T: Copy + Eq + Hash>(
    old: &[T],
    new: &[T],
    olds: Range<usize>,
    news: Range<usize>,
) -> Vec<(usize, usize)> {
    let mut places: HashMap<T, Vec<usize>> = HashMap::new();
    for at in olds.clone() {
        old.get(at).into_iter().for_each(|token| places.entry(*token).or_default().push(at));
    }
    let mut next = olds.start;
    let mut pair = |at: usize| {
        let places = places.get(new.get(at)?)?;
        let found = *places.get(places.partition_point(|place| *place < next))?;
        next = found + 1;
        Some((found, at))
    };
    news.filter_map(&mut pair).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tokens(text: &str) -> Vec<u128> {
        text.chars().map(|c| c as u128).collect()
    }

    fn common(old: &str, new: &str) -> String {
        align(&tokens(old), &tokens(new)).iter().filter_map(|(_, at)| new.chars().nth(*at)).collect()
    }

    #[test]
    fn what_two_versions_have_in_common() {
        for (reason, old, new, expected) in [
            ("grown", "abc", "abcd", "abc"),
            ("grown in front", "abc", "xabc", "abc"),
            ("shrunk", "abcd", "bc", "bc"),
            ("edited in the middle", "abcde", "abxde", "abde"),
            ("overlapping", "abcd", "cdef", "cd"),
            ("one twice", "aba", "abca", "aba"),
            ("one of many alike", "aaba", "a", "a"),
            ("moved", "abcde", "acdbe", "acde"),
            ("nothing", "abc", "xyz", ""),
        ] {
            assert_eq!(common(old, new), expected, "{reason}");
        }
    }

    proptest! {
        #[test]
        fn pairs_are_of_the_same_token_and_ascend(old in "[a-d]{0,20}", new in "[a-d]{0,20}") {
            let (old, new) = (tokens(&old), tokens(&new));
            let pairs = align(&old, &new);
            prop_assert!(pairs.iter().all(|(a, b)| old[*a] == new[*b]));
            prop_assert!(pairs.windows(2).all(|two| two[0].0 < two[1].0 && two[0].1 < two[1].1));
            prop_assert_eq!(align(&old, &old).len(), old.len());
        }
    }
}
