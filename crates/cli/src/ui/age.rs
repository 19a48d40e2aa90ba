use jiff::Timestamp;

/// How long ago something was, in words that are right enough.
pub fn age(then: Timestamp, now: Timestamp) -> String {
    let seconds = now.duration_since(then).as_secs().max(0);
    let (number, unit) = match seconds {
        0..60 => return "just now".to_owned(),
        60..3600 => (seconds / 60, "minute"),
        3600..86_400 => (seconds / 3600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    format!("{number} {unit}{} ago", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_told_in_the_largest_unit_that_it_fills() {
        let at = |seconds| Timestamp::from_second(seconds).unwrap();
        for (seconds, expected) in [
            (0, "just now"),
            (-5, "just now"),
            (59, "just now"),
            (60, "1 minute ago"),
            (3599, "59 minutes ago"),
            (7200, "2 hours ago"),
            (86_400 * 3, "3 days ago"),
        ] {
            assert_eq!(age(at(1000), at(1000 + seconds)), expected);
        }
    }
}
