//! What a reranking server answers.

use serde_json::Value;

use crate::problem::{AnswerProblem, start};

/// Where servers put their list, if the answer isn't the list itself.
const LISTS: [&str; 2] = ["results", "data"];
/// What they call a text's number.
const INDEXES: [&str; 3] = ["/index", "/document_index", "/document/index"];
/// What they call its score. Some send two of these: the first is the one that was asked for.
const SCORES: [&str; 2] = ["relevance_score", "score"];

/// The score of each of the texts that were sent, in their order.
///
/// Every server has its own form, and what they mean is plain as long as each text has one score. Where no row has a
/// number, the rows are in the order of the texts.
pub(crate) fn scores(bytes: &[u8], sent: usize) -> Result<Vec<f32>, AnswerProblem> {
    let shape = || AnswerProblem::Shape { found: start(bytes) };
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let answer: Value = serde_json::from_slice(bytes).map_err(|_| shape())?;
    let list = LISTS.iter().find_map(|name| answer.get(name)).unwrap_or(&answer);
    let rows = list.as_array().ok_or_else(shape)?;
    if !rows.iter().all(|row| row.is_object() || row.is_number()) {
        return Err(shape());
    }
    let indexes: Vec<Option<u64>> = rows.iter().map(index).collect::<Result<_, _>>()?;
    let in_order = indexes.iter().all(Option::is_none);
    let mut scores = vec![None; sent];
    for ((row, index), at) in rows.iter().zip(indexes).zip(0..) {
        let index = match index {
            Some(index) => index,
            None if in_order => at,
            None => return Err(AnswerProblem::NoIndex { found: shown(row) }),
        };
        let place = usize::try_from(index).ok().and_then(|index| scores.get_mut(index));
        let place = place.ok_or(AnswerProblem::OutOfRange { index, sent })?;
        let score = score(row).ok_or_else(|| AnswerProblem::NotANumber { index, found: shown(row) })?;
        if place.replace(score).is_some() {
            return Err(AnswerProblem::Repeated { index, found: shown(row) });
        }
    }
    let missing = |index| move || AnswerProblem::Missing { index, sent };
    scores.into_iter().enumerate().map(|(index, score)| score.ok_or_else(missing(index))).collect()
}

/// The number of the text that a row is about, if it says one.
fn index(row: &Value) -> Result<Option<u64>, AnswerProblem> {
    let Some(said) = INDEXES.iter().find_map(|place| row.pointer(place)) else { return Ok(None) };
    let number = number(said).filter(|number| number.fract() == 0.0 && *number >= 0.0);
    match said.as_u64().or(number.map(|number| number as u64)) {
        Some(index) => Ok(Some(index)),
        None => Err(AnswerProblem::NoIndex { found: shown(row) }),
    }
}

/// The score in a row; none where it is no finite number. Null is how some servers write NaN.
fn score(row: &Value) -> Option<f32> {
    let said = SCORES.iter().filter_map(|name| row.get(name)).find(|said| !said.is_null());
    number(said.unwrap_or(row)).map(|score| score as f32).filter(|score| score.is_finite())
}

/// A number, or a text that is one.
fn number(said: &Value) -> Option<f64> {
    said.as_f64().or_else(|| said.as_str()?.trim().parse().ok())
}

fn shown(row: &Value) -> String {
    start(row.to_string().as_bytes())
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
            r#"{"object":"list","data":[{"index":1,"relevance_score":0.9},{"index":0,"relevance_score":-2.5}],"model":"m"}"#,
            r#"{"data":[{"index":0,"object":"score","score":-2.5},{"index":1,"object":"score","score":0.9}]}"#,
            r#"{"results":[{"index":0,"relevance_score":"-2.5"},{"index":1,"relevance_score":" 9e-1 "}]}"#,
            r#"{"results":[{"index":"1","score":0.9},{"index":"0","score":-2.5}]}"#,
            r#"{"results":[{"index":1.0,"score":0.9},{"index":0.0,"score":-2.5}]}"#,
            r#"{"results":[{"index":0,"relevance_score":-2.5,"score":0.1},{"index":1,"score":7,"relevance_score":0.9}]}"#,
            r#"{"results":[{"index":0,"relevance_score":null,"score":-2.5},{"index":1,"score":0.9}]}"#,
            r#"{"results":[{"document_index":1,"relevance_score":0.9},{"document_index":0,"relevance_score":-2.5}]}"#,
            r#"{"results":[{"document":{"index":1},"score":0.9},{"document":{"index":0,"text":"a"},"score":-2.5}]}"#,
            r#"{"results":[{"relevance_score":-2.5},{"relevance_score":0.9}]}"#,
            r#"[{"score":-2.5},{"score":"0.9"}]"#,
            "[-2.5, 0.9]",
            "\u{feff}{\"results\":[{\"index\":0,\"score\":-2.5},{\"index\":1,\"score\":0.9}]}",
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
            (
                r#"[{"index":0,"score":1},{"index":0,"score":2}]"#,
                r#"it scores text 0 (counted from 0) twice; the second time: `{"index":0,"score":2}`"#,
            ),
            (
                r#"[{"index":0,"score":1},{"score":2}]"#,
                r#"expected the `index` of a text with each score; found `{"score":2}`"#,
            ),
            (
                r#"[{"index":0.5,"score":1}]"#,
                r#"expected the `index` of a text with each score; found `{"index":0.5,"score":1}`"#,
            ),
            (
                r#"[{"index":-1,"score":1}]"#,
                r#"expected the `index` of a text with each score; found `{"index":-1,"score":1}`"#,
            ),
            (
                r#"[{"index":null,"score":1}]"#,
                r#"expected the `index` of a text with each score; found `{"index":null,"score":1}`"#,
            ),
            ("[1,2,3]", "it scores text 2 (counted from 0) of 2"),
            (
                r#"[{"index":0,"score":"NaN"}]"#,
                r#"its score for text 0 (counted from 0) is not a number: `{"index":0,"score":"NaN"}`"#,
            ),
            (r#"[{"index":2,"score":1}]"#, "it scores text 2 (counted from 0) of 2"),
            (
                r#"[{"index":18446744073709551615,"score":1}]"#,
                "it scores text 18446744073709551615 (counted from 0) of 2",
            ),
            (
                r#"[{"index":0,"score":null}]"#,
                r#"its score for text 0 (counted from 0) is not a number: `{"index":0,"score":null}`"#,
            ),
            (r#"[{"index":0}]"#, r#"its score for text 0 (counted from 0) is not a number: `{"index":0}`"#),
            (
                r#"[{"index":0,"score":1e300}]"#,
                r#"its score for text 0 (counted from 0) is not a number: `{"index":0,"score":1e+300}`"#,
            ),
        ] {
            assert_eq!(scores(answer.as_bytes(), 2).unwrap_err().to_string(), expected, "{answer}");
        }
        for answer in [
            "",
            "null",
            "<html>",
            "{}",
            r#"{"results":3}"#,
            r#"{"data":{"index":0}}"#,
            r#"{"error":"no such model"}"#,
            r#"["a"]"#,
            "[{\"index\":0,\"score\":NaN}]",
            "[{\"index\":0,",
        ] {
            let problem = scores(answer.as_bytes(), 2).unwrap_err();
            assert_eq!(problem, AnswerProblem::Shape { found: answer.to_owned() });
        }
    }
}
