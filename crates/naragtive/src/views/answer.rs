use serde_json::{Value, json};

use super::hit;
use crate::Hit;
use crate::answer::{Answer, Prompt};

/// The object that `ask --json` prints.
pub fn answer(answer: &Answer) -> Value {
    let cited = answer.cited();
    let scene = |(found, number): (&Hit, usize)| {
        let mut scene = hit(found);
        scene["number"] = number.into();
        scene["cited"] = cited.contains(&number).into();
        scene
    };
    json!({
        "question": answer.question,
        "answer": answer.text,
        "found": answer.is_found(),
        "cut": answer.is_cut,
        "cited": cited,
        "cited_of_nothing": answer.of_nothing(),
        "server": answer.by,
        "scenes": answer.scenes.iter().zip(1..).map(scene).collect::<Vec<_>>(),
    })
}

/// The object that `ask --show-prompt --json` prints.
pub fn prompt(prompt: &Prompt) -> Value {
    json!({
        "question": prompt.question,
        "tokens": prompt.tokens(),
        "messages": prompt.messages(),
        "scenes": prompt.scenes.iter().map(hit).collect::<Vec<_>>(),
    })
}
