use serde_json::Value;

use crate::problem::{AnswerProblem, start};

/// The vectors of the texts that were sent, in their order, each made as long as 1.
pub(crate) fn vectors(answer: &Value, sent: usize) -> Result<Vec<Vec<f32>>, AnswerProblem> {
    let shape = || AnswerProblem::NoVectors { found: start(answer.to_string().as_bytes()) };
    let rows = answer.get("data").and_then(Value::as_array).ok_or_else(shape)?;
    let mut found = vec![None; sent];
    for (at, row) in rows.iter().enumerate() {
        let said = row.get("index").and_then(Value::as_u64).and_then(|index| usize::try_from(index).ok());
        let numbers = row.get("embedding").and_then(Value::as_array).ok_or_else(shape)?;
        let index = said.unwrap_or(at);
        if let Some(place) = found.get_mut(index) {
            *place = Some(vector(numbers).ok_or(AnswerProblem::NoNumbers { index })?);
        }
    }
    let problem = || AnswerProblem::Vectors { sent, found: rows.len() };
    if rows.len() != sent {
        return Err(problem());
    }
    found.into_iter().map(|vector| vector.ok_or_else(problem)).collect()
}

fn vector(numbers: &[Value]) -> Option<Vec<f32>> {
    let number =
        |number: &Value| number.as_f64().map(|number| number as f32).filter(|number| number.is_finite());
    let vector: Vec<f32> = numbers.iter().map(number).collect::<Option<_>>()?;
    let length = vector.iter().map(|x| f64::from(*x) * f64::from(*x)).sum::<f64>().sqrt() as f32;
    // One without a direction is near to nothing, and stays so.
    let is_unit = length > 0.0 && length.is_finite();
    (!vector.is_empty()).then(|| if is_unit { vector.iter().map(|x| x / length).collect() } else { vector })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn vectors_come_in_the_order_of_the_texts_and_as_long_as_one() {
        let answer = json!({"object": "list", "data": [
            {"object": "embedding", "index": 1, "embedding": [0.0, 2.0]},
            {"object": "embedding", "index": 0, "embedding": [3, 4]},
        ]});
        assert_eq!(vectors(&answer, 2).unwrap(), [[0.6, 0.8], [0.0, 1.0]]);
        let unnumbered = json!({"data": [{"embedding": [1.0]}, {"embedding": [-5.0]}]});
        assert_eq!(vectors(&unnumbered, 2).unwrap(), [[1.0], [-1.0]]);
        assert_eq!(vectors(&json!({"data": [{"embedding": [0.0, 0.0]}]}), 1).unwrap(), [[0.0, 0.0]]);
    }

    #[test]
    fn what_is_no_list_of_vectors_is_told() {
        for (answer, said) in [
            (json!([]), "expected an object with `data`"),
            (json!({"data": {}}), "expected an object with `data`"),
            (json!({"data": [{"embedding": "AAAA"}]}), "expected an object with `data`"),
            (json!({"data": [{"embedding": [[0.1], [0.2]]}]}), "no number"),
            (json!({"data": [{"embedding": [null]}]}), "no number"),
            (json!({"data": [{"embedding": []}]}), "no number"),
            (json!({"data": [{"embedding": [1e300]}]}), "no number"),
            (json!({"data": []}), "a vector for each of 1 texts; found 0"),
            (json!({"data": [{"embedding": [1]}, {"embedding": [1]}]}), "each of 1 texts; found 2"),
            (json!({"data": [{"index": 7, "embedding": [1]}]}), "each of 1 texts; found 1"),
        ] {
            let problem = vectors(&answer, 1).unwrap_err().to_string();
            assert!(problem.contains(said), "{answer}: {problem}");
        }
    }
}
