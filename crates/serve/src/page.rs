use serde_json::Value;

use crate::limit::Limit;

/// What a list of results may have in all: half of what the strictest client shows, about 6,000 tokens.
pub(crate) const MOST: Limit = Limit::Characters(23_000);

/// As many of the items as fit, but one at least.
pub(crate) fn fitting(items: impl IntoIterator<Item = Value>) -> Vec<Value> {
    fitting_in(MOST, items)
}

/// The same where so much may be used.
pub(crate) fn fitting_in(most: Limit, items: impl IntoIterator<Item = Value>) -> Vec<Value> {
    let (mut used, mut kept) = (0, Vec::new());
    for item in items {
        // A comma or a bracket stands beside each.
        used += most.size(&item) + 1;
        if used > most.most() && !kept.is_empty() {
            break;
        }
        kept.push(item);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_as_long_as_fits_and_never_empty() {
        let item = |length: usize| Value::String("ä".repeat(length));
        assert_eq!(fitting([item(10_000), item(10_000), item(10_000)]).len(), 2);
        assert_eq!(fitting([item(30_000), item(1)]).len(), 1);
        assert_eq!(fitting([]).len(), 0);
        for (most, kept) in [
            (Limit::Characters(25), 1),
            (Limit::Characters(26), 2),
            (Limit::Bytes(45), 1),
            (Limit::Bytes(46), 2),
        ] {
            assert_eq!(fitting_in(most, [item(10), item(10), item(10)]).len(), kept, "{most:?}");
        }
    }
}
