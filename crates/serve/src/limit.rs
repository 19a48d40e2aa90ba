//! No answer is larger than whoever asked can take.

use serde_json::{Map, Value};

/// How large an answer may be, as JSON.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Limit {
    /// So many bytes.
    Bytes(usize),
    /// So many characters.
    Characters(usize),
}

/// The answer of a tool: half of what the strictest client shows, about 6,000 tokens.
pub(crate) const TOOL: Limit = Limit::Characters(24_000);
/// That of an address of the API.
pub(crate) const API: Limit = Limit::Bytes(1 << 20);

/// What it takes to say that something was left out.
const TOLD: usize = 40;
/// An object of more fields is shortened as a list is.
const FIELDS: usize = 100;
/// Each round shortens the longest of what is left.
const ROUNDS: usize = 100;

impl Limit {
    /// The characters or bytes that there are in all.
    pub(crate) fn most(self) -> usize {
        match self {
            Self::Bytes(most) | Self::Characters(most) => most,
        }
    }

    /// Those of a value.
    pub(crate) fn size(self, value: &Value) -> usize {
        self.length(&value.to_string())
    }

    fn length(self, text: &str) -> usize {
        match self {
            Self::Bytes(_) => text.len(),
            Self::Characters(_) => text.chars().count(),
        }
    }

    /// Those of a letter within a text.
    fn cost(self, letter: char) -> usize {
        match (letter, self) {
            ('"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}', _) => 2,
            ('\0'..' ', _) => 6,
            (_, Self::Bytes(_)) => letter.len_utf8(),
            (_, Self::Characters(_)) => 1,
        }
    }

    /// The letters of a text from one on that fit into this room, whether that is all of them, and what room is left.
    pub(crate) fn window(self, text: &str, from: usize, mut room: usize) -> (String, bool, usize) {
        let mut letters = text.chars().skip(from);
        let mut taken = String::new();
        for letter in letters.by_ref() {
            match room.checked_sub(self.cost(letter)) {
                Some(left) => room = left,
                None => return (taken, false, 0),
            }
            taken.push(letter);
        }
        (taken, true, room)
    }

    /// The value, if it fits; else without the ends of its longest lists and texts. Beside a list it is told how many are
    /// `left_out`, beside a text that it is `cut`.
    pub(crate) fn fit(self, mut value: Value) -> Value {
        for _ in 0..ROUNDS {
            match self.size(&value).checked_sub(self.most()) {
                None | Some(0) => break,
                Some(over) => self.shorten(&mut value, over + TOLD),
            }
        }
        value
    }

    fn shorten(self, value: &mut Value, over: usize) {
        match value {
            Value::Object(fields) if fields.len() > FIELDS => self.shorten_fields(fields, over),
            Value::Object(fields) => self.shorten_longest(fields, over),
            Value::Array(items) => {
                let longest = items.iter_mut().max_by_key(|item| self.size(item));
                if !longest.is_some_and(|longest| self.made_shorter(longest, over)) {
                    self.drop_last(items, over);
                }
            }
            Value::String(text) => self.cut(text, over),
            _ => {}
        }
    }

    /// Whether there was anything in it that could be shortened.
    fn made_shorter(self, value: &mut Value, over: usize) -> bool {
        let before = self.size(value);
        self.shorten(value, over);
        self.size(value) < before
    }

    fn shorten_longest(self, fields: &mut Map<String, Value>, over: usize) {
        let longest = fields.iter().max_by_key(|(_, value)| self.size(value));
        let Some(name) = longest.map(|(name, _)| name.clone()) else { return };
        match fields.get_mut(&name) {
            Some(Value::String(text)) => {
                self.cut(text, over);
                fields.insert("cut".to_owned(), true.into());
            }
            Some(Value::Array(items)) => {
                let left = self.drop_last(items, over);
                if left > 0 {
                    add_left_out(fields, &name, left);
                }
            }
            Some(value) => {
                let is_shorter = self.made_shorter(value, over);
                if !is_shorter {
                    self.shorten_fields(fields, over);
                }
            }
            None => {}
        }
    }

    /// Takes items from the end of a list; where one of them is half of it, of that one. How many were taken.
    fn drop_last(self, items: &mut Vec<Value>, over: usize) -> usize {
        let sizes: Vec<usize> = items.iter().map(|item| self.size(item) + 1).collect();
        let (all, longest) = (sizes.iter().sum::<usize>(), sizes.iter().max().copied().unwrap_or(0));
        if longest * 2 > all
            && let Some(item) =
                sizes.iter().position(|size| *size == longest).and_then(|at| items.get_mut(at))
            && self.made_shorter(item, over)
        {
            return 0;
        }
        let (mut gone, mut left) = (0, 0);
        while gone < over && items.len() > 1 && items.pop().is_some() {
            gone += sizes.get(items.len()).copied().unwrap_or(0);
            left += 1;
        }
        left
    }

    fn shorten_fields(self, fields: &mut Map<String, Value>, over: usize) {
        let all = fields.len();
        let mut room = self.size(&Value::Object(fields.clone())).saturating_sub(over);
        fields.retain(|name, value| {
            let own = self.length(name) + self.size(value) + 4;
            room = room.saturating_sub(own);
            room > 0
        });
        fields.insert("left_out".to_owned(), (all - fields.len()).into());
    }

    fn cut(self, text: &mut String, over: usize) {
        let room = self.length(text).saturating_sub(over);
        *text = self.window(text, 0, room).0;
    }
}

fn add_left_out(fields: &mut Map<String, Value>, name: &str, left: usize) {
    let told = fields.entry("left_out").or_insert_with(|| Map::new().into());
    let before = told.get(name).and_then(Value::as_u64).unwrap_or(0);
    if let Some(told) = told.as_object_mut() {
        told.insert(name.to_owned(), (before + left as u64).into());
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_too_long_loses_the_end_of_what_is_longest() {
        let texts = |count: usize, length: usize| -> Value {
            (0..count).map(|_| json!({"text": "ä".repeat(length)})).collect()
        };
        let limit = Limit::Characters(1_000);
        for (value, expected) in [
            (json!({"a": 1}), json!({"a": 1})),
            (json!({"hits": texts(10, 190)}), json!({"hits": texts(4, 190), "left_out": {"hits": 6}})),
            (
                json!({"x": {"names": vec!["ab"; 250]}, "y": 1}),
                json!({"x": {"names": vec!["ab"; 187], "left_out": {"names": 63}}, "y": 1}),
            ),
        ] {
            assert_eq!(limit.fit(value), expected);
        }
        let one = limit
            .fit(json!({"hits": [{"text": "\u{1}".repeat(5_000), "id": "a"}, {"text": "b", "id": "b"}]}));
        assert_eq!(
            (&one["hits"][0]["cut"], &one["hits"][1]),
            (&json!(true), &json!({"text": "b", "id": "b"}))
        );
        let wide: Map<String, Value> =
            (0..5_000).map(|number| (format!("field{number}"), number.into())).collect();
        let wide = limit.fit(json!({"metadata": wide}));
        assert!(
            limit.size(&wide) <= 1_000
                && wide["metadata"]["field7"] == 7
                && wide["metadata"]["left_out"].is_u64()
        );
    }

    #[test]
    fn a_window_is_as_wide_as_json_makes_its_letters() {
        for (text, from, room, expected) in [
            ("abc", 0, 2, ("ab", false, 0)),
            ("abc", 1, 2, ("bc", true, 0)),
            ("a\n\u{1}b", 0, 9, ("a\n\u{1}", false, 0)),
            ("ää", 0, 5, ("ää", true, 3)),
            ("", 0, 0, ("", true, 0)),
            ("abc", 9, 5, ("", true, 5)),
        ] {
            let (taken, whole, left) = Limit::Characters(0).window(text, from, room);
            assert_eq!((taken.as_str(), whole, left), expected, "{text}");
        }
        assert_eq!(Limit::Bytes(0).window("ää", 0, 3), ("ä".to_owned(), false, 0));
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![any::<i32>().prop_map(Value::from), ".{0,80}".prop_map(Value::from)];
        leaf.prop_recursive(4, 200, 20, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..20).prop_map(Value::from),
                prop::collection::hash_map("[a-z]{1,5}", inner, 0..8)
                    .prop_map(|fields| fields.into_iter().collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn whatever_it_is_it_fits_or_stays(value in any_value(), most in 400_usize..2_000) {
            for limit in [Limit::Bytes(most), Limit::Characters(most)] {
                let value = json!({"answer": value.clone()});
                let fitted = limit.fit(value.clone());
                prop_assert!(limit.size(&fitted) <= most);
                if limit.size(&value) <= most {
                    prop_assert_eq!(fitted, value);
                }
            }
        }
    }
}
