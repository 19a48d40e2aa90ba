use serde_json::Value;

/// The characters that a list of results may have in all: half of what the strictest client shows, about 6,000 tokens.
pub(crate) const MOST: usize = 23_000;

/// As many of the items as fit, but one at least.
pub(crate) fn fitting(items: impl IntoIterator<Item = Value>) -> Vec<Value> {
    fitting_in(MOST, items)
}

/// The same where so many characters may be used.
pub(crate) fn fitting_in(most: usize, items: impl IntoIterator<Item = Value>) -> Vec<Value> {
    let (mut used, mut kept) = (0, Vec::new());
    for item in items {
        used += length(&item);
        if used > most && !kept.is_empty() {
            break;
        }
        kept.push(item);
    }
    kept
}

/// The characters of a value as JSON.
pub(crate) fn length(value: &Value) -> usize {
    value.to_string().chars().count() + 1
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
        assert_eq!(fitting_in(25, [item(10), item(10), item(10)]).len(), 1);
        assert_eq!(fitting_in(26, [item(10), item(10), item(10)]).len(), 2);
    }
}
