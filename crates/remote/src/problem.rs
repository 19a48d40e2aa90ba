use serde_json::Value;

/// So much of what a server says is repeated, in characters.
const SHOWN: usize = 200;

/// Why an answer can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswerProblem {
    /// It isn't JSON, or JSON of another shape.
    #[error(
        "expected an array of `index` and `score`, or an object with `results` or `data`; found `{found}`"
    )]
    Shape {
        /// Its beginning.
        found: String,
    },
    /// It scores a text that was not sent.
    #[error("it scores text {index} (counted from 0) of {sent}")]
    OutOfRange {
        /// The text's number.
        index: u64,
        /// How many were sent.
        sent: usize,
    },
    /// It scores a text twice.
    #[error("it scores text {index} (counted from 0) twice; the second time: `{found}`")]
    Repeated {
        /// The text's number.
        index: u64,
        /// The second score.
        found: String,
    },
    /// It doesn't say which text a score is of, though it says it of others; or what it says is no number.
    #[error("expected the `index` of a text with each score; found `{found}`")]
    NoIndex {
        /// The score.
        found: String,
    },
    /// It leaves a text out.
    #[error("it has no score for text {index} (counted from 0) of {sent}")]
    Missing {
        /// The text's number.
        index: usize,
        /// How many were sent.
        sent: usize,
    },
    /// A score isn't a finite number.
    #[error("its score for text {index} (counted from 0) is not a number: `{found}`")]
    NotANumber {
        /// The text's number.
        index: u64,
        /// What is there.
        found: String,
    },
    /// It isn't an answer in words, nor a piece of one.
    #[error("expected an object with `choices`; found `{found}`")]
    NoChoices {
        /// Its beginning.
        found: String,
    },
    /// It came to its end without a word.
    #[error("there is no word in it")]
    NoWords,
    /// It isn't a list of vectors.
    #[error("expected an object with `data`, each of it with an `embedding`; found `{found}`")]
    NoVectors {
        /// Its beginning.
        found: String,
    },
    /// It leaves a text out, or has one too many.
    #[error("expected a vector for each of {sent} texts; found {found}")]
    Vectors {
        /// How many texts were sent.
        sent: usize,
        /// How many vectors came.
        found: usize,
    },
    /// A vector is no list of finite numbers.
    #[error("its vector for text {index} (counted from 0) has something in it that is no number")]
    NoNumbers {
        /// The text's number.
        index: usize,
    },
    /// A vector is of another length than the others.
    #[error("expected vectors of {expected} numbers; found one of {found}")]
    VectorLength {
        /// How many numbers they had so far.
        expected: usize,
        /// How many this one has.
        found: usize,
    },
    /// It doesn't end.
    #[error("it is longer than {limit} bytes")]
    TooLong {
        /// How many bytes are read.
        limit: u64,
    },
}

/// What a server says about its failure: the message, where it is JSON with one.
pub(crate) fn complaint(bytes: &[u8]) -> String {
    let value: Value = serde_json::from_slice(bytes).unwrap_or_default();
    let places = ["/error/message", "/error", "/message", "/detail"];
    let message = places.iter().find_map(|place| value.pointer(place).and_then(Value::as_str));
    message.map_or_else(|| start(bytes), |message| start(message.as_bytes()))
}

/// The beginning of a text on one line, without anything that a terminal would obey.
pub(crate) fn start(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let shown: String =
        text.trim().chars().take(SHOWN).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.trim().chars().nth(SHOWN).is_some() { shown + "..." } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_complaint_is_one_short_line() {
        for (said, expected) in [
            (r#"{"error":{"code":501,"message":"no reranking","type":"x"}}"#, "no reranking"),
            (r#"{"error":"Model is overloaded","error_type":"overloaded"}"#, "Model is overloaded"),
            (r#"{"detail":"bad key"}"#, "bad key"),
            (r#"{"detail":[{"loc":1}]}"#, r#"{"detail":[{"loc":1}]}"#),
            ("\u{1b}[31mred\r\nalert\n", " [31mred  alert"),
            ("", ""),
        ] {
            assert_eq!(complaint(said.as_bytes()), expected);
        }
        assert_eq!(complaint(&[b'x'; 500]).len(), SHOWN + 3);
    }
}
