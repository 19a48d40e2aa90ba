/// The first and the last day of something, as dates.
pub(crate) type Days = Option<(String, String)>;

/// Widens the span so that it holds this day.
pub(crate) fn widen(days: &mut Days, day: &str) {
    let (first, last) = days.get_or_insert_with(|| (day.to_owned(), day.to_owned()));
    if day < first.as_str() {
        day.clone_into(first);
    }
    if day > last.as_str() {
        day.clone_into(last);
    }
}
