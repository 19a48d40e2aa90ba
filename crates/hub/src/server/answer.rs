//! What a reranking server answers.

use serde::Deserialize;
use serde_json::Value;

/// So much of what a server says is repeated, in characters.
const SHOWN: usize = 200;

/// Why an answer can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswerProblem {
    /// It isn't JSON, or JSON of another shape.
    #[error("expected an array of `index` and `score`, or an object with `results`; found `{found}`")]
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
    #[error("it scores text {index} (counted from 0) twice")]
    Repeated {
        /// The text's number.
        index: u64,
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
    #[error("its score for text {index} (counted from 0) is not a number")]
    NotANumber {
        /// The text's number.
        index: u64,
    },
    /// It doesn't end.
    #[error("it is longer than {limit} bytes")]
    TooLong {
        /// How many bytes are read.
        limit: u64,
    },
}

/// The two shapes there are.
#[derive(Deserialize)]
#[serde(untagged)]
enum Answer {
    Bare(Vec<Scored>),
    Named { results: Vec<Scored> },
}

#[derive(Deserialize)]
struct Scored {
    index: u64,
    /// Null is how some servers write NaN.
    #[serde(alias = "relevance_score")]
    score: Option<f64>,
}

/// The score of each of the texts that were sent, in their order.
pub(super) fn scores(bytes: &[u8], sent: usize) -> Result<Vec<f32>, AnswerProblem> {
    let answer = serde_json::from_slice(bytes).map_err(|_| AnswerProblem::Shape { found: start(bytes) })?;
    let (Answer::Bare(scored) | Answer::Named { results: scored }) = answer;
    let mut scores = vec![None; sent];
    for Scored { index, score } in scored {
        let place = usize::try_from(index).ok().and_then(|index| scores.get_mut(index));
        let place = place.ok_or(AnswerProblem::OutOfRange { index, sent })?;
        let score = score.map(|score| score as f32).filter(|score| score.is_finite());
        let score = score.ok_or(AnswerProblem::NotANumber { index })?;
        if place.replace(score).is_some() {
            return Err(AnswerProblem::Repeated { index });
        }
    }
    let missing = |index| move || AnswerProblem::Missing { index, sent };
    scores.into_iter().enumerate().map(|(index, score)| score.ok_or_else(missing(index))).collect()
}

/// What a server says about its failure: the message, where it is JSON with one.
pub(super) fn complaint(bytes: &[u8]) -> String {
    let value: Value = serde_json::from_slice(bytes).unwrap_or_default();
    let places = ["/error/message", "/error", "/message", "/detail"];
    let message = places.iter().find_map(|place| value.pointer(place).and_then(Value::as_str));
    message.map_or_else(|| start(bytes), |message| start(message.as_bytes()))
}

/// The beginning of a text on one line, without anything that a terminal would obey.
fn start(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let shown: String =
        text.trim().chars().take(SHOWN).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.trim().chars().nth(SHOWN).is_some() { shown + "..." } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_is_read_and_put_in_the_order_of_the_texts() {
        for answer in [
            r#"[{"index":1,"score":0.9},{"index":0,"score":-2.5}]"#,
            r#"[{"index":0,"score":-2.5,"text":"a"},{"index":1,"score":0.9,"text":null}]"#,
            r#"{"model":"m","object":"list","usage":{},"results":[{"index":0,"relevance_score":-2.5},{"index":1,"relevance_score":0.9}]}"#,
            r#"{"results":[{"index":1,"document":{"text":"b"},"relevance_score":0.9},{"index":0,"relevance_score":-2.5}]}"#,
        ] {
            assert_eq!(scores(answer.as_bytes(), 2), Ok(vec![-2.5, 0.9]), "{answer}");
        }
        assert_eq!(scores(b"[]", 0), Ok(vec![]));
    }

    #[test]
    fn what_cannot_be_used_is_said() {
        for (answer, expected) in [
            ("[]", "it has no score for text 0 (counted from 0) of 2"),
            (r#"[{"index":0,"score":1}]"#, "it has no score for text 1 (counted from 0) of 2"),
            (r#"[{"index":0,"score":1},{"index":0,"score":1}]"#, "it scores text 0 (counted from 0) twice"),
            (r#"[{"index":2,"score":1}]"#, "it scores text 2 (counted from 0) of 2"),
            (
                r#"[{"index":18446744073709551615,"score":1}]"#,
                "it scores text 18446744073709551615 (counted from 0) of 2",
            ),
            (r#"[{"index":0,"score":null}]"#, "its score for text 0 (counted from 0) is not a number"),
            (r#"[{"index":0}]"#, "its score for text 0 (counted from 0) is not a number"),
            (r#"[{"index":0,"score":1e300}]"#, "its score for text 0 (counted from 0) is not a number"),
        ] {
            assert_eq!(scores(answer.as_bytes(), 2).unwrap_err().to_string(), expected, "{answer}");
        }
        for answer in [
            "",
            "null",
            "<html>",
            "{}",
            r#"{"results":3}"#,
            r#"[{"index":-1,"score":1}]"#,
            "[{\"index\":0,\"score\":NaN}]",
            "[{\"index\":0,",
        ] {
            let problem = scores(answer.as_bytes(), 2).unwrap_err();
            assert_eq!(problem, AnswerProblem::Shape { found: answer.to_owned() });
        }
    }

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
