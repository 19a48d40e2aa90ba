//! Percent-encoding, as addresses have it.

/// Percent-encoded but for what is plain in every part of an address.
pub(crate) fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    let one = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(one).collect()
}

/// Decoded once; none of what isn't text then.
pub(crate) fn unescaped(text: &str) -> Option<String> {
    let (mut bytes, mut rest) = (Vec::new(), text.as_bytes());
    while let [first, after @ ..] = rest {
        rest = after;
        if *first == b'%' {
            let digits = std::str::from_utf8(after.get(..2)?).ok()?;
            if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
                return None;
            }
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = after.get(2..)?;
        } else {
            bytes.push(*first);
        }
    }
    String::from_utf8(bytes).ok()
}

/// The names and values of a query string, in order; none where one of them isn't text.
pub(crate) fn pairs(query: &str) -> Option<Vec<(String, String)>> {
    let text = |part: &str| unescaped(&part.replace('+', " "));
    let pair = |part: &str| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        Some((text(name)?, text(value)?))
    };
    query.split('&').filter(|part| !part.is_empty()).map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_escaped_is_read_back() {
        for text in ["chat_000000_Ada", "a/b c%20", "Zoë?#", "..", "%", "a+b&c=d"] {
            let escaped = escaped(text);
            assert!(
                escaped.is_ascii() && !escaped.contains(['/', '?', '#', ' ', '+', '&', '=']),
                "{escaped}"
            );
            assert_eq!(unescaped(&escaped).as_deref(), Some(text));
        }
        for bad in ["%", "%2", "%zz", "%+1", "%ff"] {
            assert_eq!(unescaped(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_query_string_is_names_and_values() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        for (query, expected) in [
            ("", Some(vec![])),
            ("q=a+b%2Bc&limit=5", Some(vec![pair("q", "a b+c"), pair("limit", "5")])),
            ("explain&&q=", Some(vec![pair("explain", ""), pair("q", "")])),
            ("q=a=b", Some(vec![pair("q", "a=b")])),
            ("q=%ff", None),
            ("%zz=1", None),
        ] {
            assert_eq!(pairs(query), expected, "{query}");
        }
    }
}
