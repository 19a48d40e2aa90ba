/// A text in which `%` and two digits stand for a byte, as in links, with what they stand for.
pub(crate) fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        let digit = |at: usize| behind.get(at).and_then(|digit| char::from(*digit).to_digit(16));
        let code = digit(0).zip(digit(1)).and_then(|(high, low)| u8::try_from(high * 16 + low).ok());
        match code.filter(|_| *first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = behind.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = behind;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_digits_behind_a_percent_sign_are_a_byte_and_anything_else_is_itself() {
        for (text, plain) in [
            ("caf%C3%A9%20%22", "café \""),
            ("100%", "100%"),
            ("%+1 %zz é", "%+1 %zz é"),
            ("%ff", "\u{fffd}"),
        ] {
            assert_eq!(percent_decoded(text), plain);
        }
    }
}
