use std::num::NonZeroU8;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A stored date as people write one: `3 February 2025`, `February 2025`; what is none stays as it is.
pub(super) fn written(date: &str) -> String {
    let fields: Vec<&str> = date.split('-').collect();
    let month = |month: &str| {
        let number: NonZeroU8 = month.parse().ok()?;
        MONTHS.get(usize::from(number.get()) - 1).copied()
    };
    let is_year = |year: &str| year.len() == 4 && year.bytes().all(|digit| digit.is_ascii_digit());
    let written = match fields[..] {
        [year, of, day] if is_year(year) => {
            let day = day.parse::<NonZeroU8>().ok().filter(|day| day.get() <= 31);
            day.zip(month(of)).map(|(day, month)| format!("{day} {month} {year}"))
        }
        [year, of] if is_year(year) => month(of).map(|month| format!("{month} {year}")),
        _ => None,
    };
    written.unwrap_or_else(|| date.to_owned())
}

/// From one day to another, the year but once where it is one.
pub(super) fn span(first: &str, last: &str) -> String {
    let (from, to) = (written(first), written(last));
    if from == to {
        return from;
    }
    let year = |date: &str| date.rsplit_once(' ').map(|(rest, year)| (rest.to_owned(), year.to_owned()));
    match (year(&from), year(&to)) {
        (Some((rest, one)), Some((_, other))) if one == other => format!("{rest} – {to}"),
        _ => format!("{from} – {to}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_as_people_do_and_what_is_none_stays() {
        for (date, expected) in [
            ("2025-02-03", "3 February 2025"),
            ("2025-12", "December 2025"),
            ("2025", "2025"),
            ("2025-13-03", "2025-13-03"),
            ("2025-00-03", "2025-00-03"),
            ("2025-02-99", "2025-02-99"),
            ("3 Hammer 1491", "3 Hammer 1491"),
            ("20-02-03", "20-02-03"),
            ("", ""),
        ] {
            assert_eq!(written(date), expected);
        }
        assert_eq!(span("2025-02-03", "2025-02-03"), "3 February 2025");
        assert_eq!(span("2025-02-03", "2025-03-01"), "3 February – 1 March 2025");
        assert_eq!(span("2024-02-03", "2025-03-01"), "3 February 2024 – 1 March 2025");
        assert_eq!(span("once", "upon a time"), "once – upon a time");
    }
}
