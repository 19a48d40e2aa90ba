use std::ops::Range;

use naragtive::{Hit, Scene};

use super::Ui;

/// How many characters of a scene's text a result shows.
const SHOWN: usize = 400;
/// How many of a text that is shown beside it, on a line.
const BESIDE: usize = 160;

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

/// The beginnings of the scenes on one side of a result, a line each.
pub fn neighbours(ui: &Ui, side: &str, scenes: &[Scene]) -> String {
    let line = |scene: &Scene| ui.dim(&format!("[{side}: {}] {}", scene.id, beginning(&scene.text)));
    scenes.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The beginning of a text, on one line.
pub fn beginning(text: &str) -> String {
    shortened(&text.split_whitespace().collect::<Vec<_>>().join(" "), BESIDE)
}

/// As many whole words as `most` characters hold.
fn shortened(text: &str, most: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(most) else { return text.to_owned() };
    let start = text.get(..end).unwrap_or(text);
    let words = start.rsplit_once(' ').map_or(start, |(words, _)| words);
    format!("{words} [...]")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_beside_is_cut_at_a_word() {
        for (text, most, short) in [
            ("one two", 7, "one two"),
            ("one two", 6, "one [...]"),
            ("éééé éé", 4, "éééé [...]"),
            ("éééééé", 3, "ééé [...]"),
        ] {
            assert_eq!(shortened(text, most), short);
        }
    }
}
