/// Whether a place is one: analysed scenes say "unknown" where they have none.
pub(super) fn is_known(place: &str) -> bool {
    !place.eq_ignore_ascii_case("unknown")
}

/// A name as it is shown: stores have underscores in place of blanks.
pub(super) fn written(name: &str) -> String {
    name.replace('_', " ")
}
