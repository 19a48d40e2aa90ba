use std::fmt::Write;

use naragtive::Hit;
use naragtive::answer::Answer;

use super::Ui;

/// What stands under an answer: the scenes that it names.
pub fn answer(ui: &Ui, answer: &Answer) -> String {
    let mut out = String::new();
    for number in answer.cited() {
        if let Some(hit) = number.checked_sub(1).and_then(|at| answer.scenes.get(at)) {
            let _ = writeln!(out, "{} {}", ui.bold(&format!("[{number}]")), about(hit));
        }
    }
    if out.is_empty() { out } else { format!("\n{}", out.trim_end()) }
}

/// The scene's id, and when and where it is.
fn about(hit: &Hit) -> String {
    let metadata = &hit.scene.metadata;
    let id = hit.scene.id.as_str();
    let known = [Some(id), metadata.date(), metadata.location(), hit.store.name.as_deref()];
    known.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}
