use std::hint::black_box;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::Error;

/// A token that nobody guesses: 160 bits, in letters that need no escaping anywhere.
///
/// # Errors
/// When this machine has no randomness to give.
pub fn new_token() -> Result<String, Error> {
    let mut bytes = [0; 20];
    getrandom::fill(&mut bytes).map_err(|error| Error::Start(error.into()))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The token that a header says: as programs do it, `Bearer TOKEN`, or as a browser does that asked its user, `Basic` with
/// the token as the password of anybody.
pub(super) fn said(header: &str) -> Option<String> {
    let (scheme, rest) = header.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(rest.trim().to_owned());
    }
    let decoded = scheme.eq_ignore_ascii_case("basic").then(|| STANDARD.decode(rest.trim()).ok())??;
    let (_, password) = std::str::from_utf8(&decoded).ok()?.split_once(':')?;
    Some(password.to_owned())
}

/// Whether two tokens are the same, in a time that tells nothing of where they differ.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let differ = one.iter().zip(other).fold(0, |differ, (a, b)| black_box(differ | (a ^ b)));
    one.len() == other.len() && differ == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_and_browsers_say_it_in_their_ways() {
        for (header, token) in [
            ("Bearer abc", Some("abc")),
            ("bearer  abc ", Some("abc")),
            ("Basic OmFiYw==", Some("abc")),
            ("basic YW55Ym9keTphOmI=", Some("a:b")),
            ("Basic YWJj", None),
            ("Basic !!", None),
            ("Basic /////w==", None),
            ("abc", None),
            ("", None),
            ("Digest abc", None),
        ] {
            assert_eq!(said(header).as_deref(), token, "{header}");
        }
    }

    #[test]
    fn a_new_token_is_long_and_another_one_each_time() {
        let [one, other] = [new_token().unwrap(), new_token().unwrap()];
        assert_eq!(one.len(), 40);
        assert_ne!(one, other);
        assert_eq!(said(&format!("Bearer {one}")), Some(one));
    }

    #[test]
    fn only_the_whole_token_is_the_same() {
        for (other, same) in [("abc", true), ("abd", false), ("ab", false), ("abcd", false), ("", false)] {
            assert_eq!(is_same("abc", other), same);
        }
    }
}
