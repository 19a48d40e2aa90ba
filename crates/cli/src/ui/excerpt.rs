use std::ops::Range;

use naragtive::Hit;

use super::Ui;

/// How many characters of a scene's text a result shows.
const SHOWN: usize = 400;

/// The beginning of the text, or the passage that says why where that stands further down; matched words are bold.
pub fn excerpt(ui: &Ui, hit: &Hit) -> String {
    let text = hit.scene.text.as_str();
    let Some((end, _)) = text.char_indices().nth(SHOWN) else { return marked(ui, hit, 0..text.len()) };
    match hit.passage.clone().filter(|passage| passage.end > end) {
        Some(passage) => {
            let is_last = passage.end >= text.trim_end().len();
            let more = if is_last { String::new() } else { ui.dim(" [...]") };
            let before = if passage.start == 0 { String::new() } else { ui.dim("[...] ") };
            format!("{before}{}{more}", marked(ui, hit, passage))
        }
        None => {
            let shown = text.get(..end).unwrap_or(text).trim_end().len();
            format!("{}\n{}", marked(ui, hit, 0..shown), ui.dim("[... truncated]"))
        }
    }
}

/// These bytes of the text, with the matched words in bold.
pub fn marked(ui: &Ui, hit: &Hit, shown: Range<usize>) -> String {
    let text = |bytes: Range<usize>| hit.scene.text.get(bytes).unwrap_or_default();
    let (mut out, mut at) = (String::new(), shown.start);
    for word in hit.matches.iter().filter(|word| shown.start <= word.start && word.end <= shown.end) {
        out.push_str(text(at..word.start));
        out.push_str(&ui.bold(text(word.clone())));
        at = word.end;
    }
    out.push_str(text(at..shown.end));
    out
}
