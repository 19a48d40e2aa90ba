//! Where rows stand among each other: numbers that ascend, with room between for what comes later.

/// The room between two rows that were put behind each other.
const GAP: i64 = 1 << 20;

/// The places of rows in a new order, of which some have places and the others are new. As many as can be keep theirs: a
/// longest ascending run of them; the others get places between. Where there is no room left, all get new ones.
pub(crate) fn places(order: &[Option<i64>]) -> Vec<i64> {
    let kept = ascending(order);
    let mut places = Vec::with_capacity(order.len());
    let mut last = None;
    for next in kept.iter().copied().chain([order.len()]) {
        let high = order.get(next).copied().flatten();
        if !fill(&mut places, next, last, high) {
            return (1..).map(|number| number * GAP).take(order.len()).collect();
        }
        places.extend(high);
        last = high;
    }
    places
}

/// Puts places behind those there are until there are `until`, all between `low` and `high`; whether there was room.
fn fill(places: &mut Vec<i64>, until: usize, low: Option<i64>, high: Option<i64>) -> bool {
    let count = i64::try_from(until - places.len()).unwrap_or(i64::MAX);
    let (low, step) = match (low, high) {
        (Some(low), Some(high)) => (low, (high - low) / (count + 1)),
        (Some(low), None) => (low, GAP),
        (None, Some(high)) => (high - GAP * (count + 1), GAP),
        (None, None) => (0, GAP),
    };
    places.extend((1..=count).map(|number| low + step * number));
    count == 0 || step > 0
}

/// Where a longest ascending run of the values is, by patience sorting.
fn ascending(order: &[Option<i64>]) -> Vec<usize> {
    // The least end of a run of each length, and what comes before each value in its run.
    let (mut ends, mut before) = (Vec::<usize>::new(), vec![None; order.len()]);
    for (at, value) in order.iter().enumerate().filter(|(_, value)| value.is_some()) {
        let length = ends.partition_point(|end| order[*end] < *value);
        before[at] = length.checked_sub(1).map(|shorter| ends[shorter]);
        if length == ends.len() {
            ends.push(at);
        } else {
            ends[length] = at;
        }
    }
    let mut run: Vec<usize> = std::iter::successors(ends.last().copied(), |at| before[*at]).collect();
    run.reverse();
    run
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(order: &[Option<i64>]) -> Vec<i64> {
        let found = places(order);
        assert_eq!(found.len(), order.len());
        assert!(found.windows(2).all(|pair| pair[0] < pair[1]), "{order:?} {found:?}");
        found
    }

    #[test]
    fn what_is_new_gets_a_place_where_it_stands_and_the_others_keep_theirs() {
        let (a, b) = (GAP, 2 * GAP);
        for (order, expected) in [
            (vec![], vec![]),
            (vec![None, None], vec![a, b]),
            (vec![Some(a), Some(b), None], vec![a, b, 3 * GAP]),
            (vec![None, Some(a)], vec![0, a]),
            (vec![Some(a), None, Some(b)], vec![a, a + GAP / 2, b]),
            (vec![Some(b), Some(a), Some(3 * GAP)], vec![0, a, 3 * GAP]),
            (vec![Some(5), None, Some(6)], vec![a, b, 3 * GAP]),
        ] {
            assert_eq!(check(&order), expected, "{order:?}");
        }
    }

    #[test]
    fn a_row_put_between_the_same_two_again_and_again_is_never_without_a_place() {
        let mut order = vec![Some(GAP), Some(2 * GAP)];
        for _ in 0..60 {
            order.insert(1, None);
            order = check(&order).into_iter().map(Some).collect();
        }
        assert_eq!(order.len(), 62);
    }

    proptest! {
        #[test]
        fn places_ascend_whatever_the_order_was(mut rows in proptest::collection::vec(any::<Option<i32>>(), 0..60)) {
            let mut seen = std::collections::HashSet::new();
            rows.retain(|row| row.is_none_or(|place| seen.insert(place)));
            check(&rows.into_iter().map(|row| row.map(i64::from)).collect::<Vec<_>>());
        }
    }
}
