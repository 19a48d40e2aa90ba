//! What parts questions and answers in instruct mode: the marks that the program writes itself, and those of the model that
//! was talked to, as the settings name them (`### Instruction:`, `<|im_start|>user`).

use naragtive_scene::Role;
use regex::Regex;

use crate::json::Node;

/// The program's own, and who speaks behind each; nobody in particular behind those that end something.
const OWN: [(&str, Option<Role>); 6] = [
    ("{{[INPUT]}}", Some(Role::User)),
    ("{{[OUTPUT]}}", Some(Role::Assistant)),
    ("{{[SYSTEM]}}", Some(Role::System)),
    ("{{[INPUT_END]}}", None),
    ("{{[OUTPUT_END]}}", None),
    ("{{[SYSTEM_END]}}", None),
];
/// The settings that name a model's, and what those are where a story was saved without them.
const SETTINGS: [(&str, Option<Role>, &str); 6] = [
    ("instruct_starttag", Some(Role::User), "\n### Instruction:\n"),
    ("instruct_endtag", Some(Role::Assistant), "\n### Response:\n"),
    ("instruct_systag", Some(Role::System), ""),
    ("instruct_starttag_end", None, ""),
    ("instruct_endtag_end", None, ""),
    ("instruct_systag_end", None, ""),
];
/// With what models end what is said. The tags of many begin with it, and the first one in a text does not.
const ENDS: [&str; 9] = [
    "<|im_end|>",
    "<|eot_id|>",
    "<|eom_id|>",
    "<end_of_turn>",
    "<|END_OF_TURN_TOKEN|>",
    "<|endoftext|>",
    "<|end|>",
    "<｜end▁of▁sentence｜>",
    "</s>",
];
/// Longer tags are none.
const LONGEST: usize = 400;

/// A mark, who speaks behind it, and whether it has to begin a line: `User:` may stand within one too.
type Mark = (String, Option<Role>, bool);

/// The marks of a story.
pub(super) struct Marks {
    known: Vec<Mark>,
    finder: Regex,
}

impl Marks {
    /// Those of the settings count where the story was played by instructions.
    pub(super) fn of(settings: &mut Node, is_instructed: bool) -> Option<Self> {
        let own = OWN.iter().map(|(mark, role)| ((*mark).to_owned(), *role, false));
        let mut known: Vec<Mark> = own.collect();
        if is_instructed {
            known.extend(named(settings));
        }
        known.sort_by_key(|(mark, ..)| std::cmp::Reverse(mark.len()));
        known.dedup_by(|one, other| one.0 == other.0);
        let pattern = |(mark, _, begins): &Mark| {
            format!("{}{}", if *begins { "(?m:^)" } else { "" }, regex::escape(mark))
        };
        let finder = Regex::new(&known.iter().map(pattern).collect::<Vec<_>>().join("|")).ok()?;
        Some(Self { known, finder })
    }

    pub(super) fn are_in(&self, text: &str) -> bool {
        self.finder.is_match(text)
    }

    /// What stands before, between and behind the marks, with who says it.
    pub(super) fn parts<'a>(&self, text: &'a str) -> Vec<(Role, &'a str)> {
        let (mut parts, mut role, mut from) = (Vec::new(), Role::Assistant, 0);
        for found in self.finder.find_iter(text) {
            parts.push((role, text.get(from..found.start()).unwrap_or_default()));
            let known = self.known.iter().find(|(mark, ..)| mark == found.as_str());
            role = known.and_then(|(_, role, _)| *role).unwrap_or(Role::Assistant);
            from = found.end();
        }
        parts.push((role, text.get(from..).unwrap_or_default()));
        parts
    }
}

/// The marks that the settings name; none unless questions and answers have different ones.
fn named(settings: &mut Node) -> Vec<Mark> {
    let mut marks: Vec<Mark> = Vec::new();
    for (setting, role, usual) in SETTINGS {
        let tag = if settings.has(setting) { settings.take(setting).prose() } else { Some(usual.to_owned()) };
        let found = tag.filter(|tag| tag.len() <= LONGEST).map(|tag| parted(&tag, role)).unwrap_or_default();
        let is_told = |role| found.iter().any(|mark: &Mark| mark.1 == role);
        if matches!(role, Some(Role::User | Role::Assistant)) && !is_told(role) {
            return Vec::new();
        }
        if role.is_some()
            && found.iter().any(|mark| mark.1.is_some() && marks.iter().any(|known| known.0 == mark.0))
        {
            return Vec::new();
        }
        marks.extend(found);
    }
    marks
}

/// A tag without white space, as the settings write it or as it is, and the marks of an end that it begins with.
fn parted(tag: &str, role: Option<Role>) -> Vec<Mark> {
    let plain = tag.replace("\\n", "\n");
    let (mut rest, mut marks) = (plain.trim(), Vec::new());
    while let Some(end) = ENDS.iter().find(|end| rest.starts_with(**end)) {
        marks.push(((*end).to_owned(), None, false));
        rest = rest.get(end.len()..).unwrap_or_default().trim_start();
    }
    if !rest.is_empty() {
        let before = plain.split(rest).next().unwrap_or_default();
        let is_word = !rest.contains(['<', '[', '#', '{', '|']);
        marks.push((rest.to_owned(), role, is_word && before.ends_with('\n')));
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(settings: &[(&str, &str)], text: &str) -> Vec<(Role, String)> {
        let value = |(key, tag): &(&str, &str)| ((*key).into(), Node::Text((*tag).to_owned()));
        let mut settings = Node::Object(settings.iter().map(value).collect());
        let marks = Marks::of(&mut settings, true).unwrap();
        let parts = marks.parts(text).into_iter().map(|(role, said)| (role, said.trim().to_owned()));
        parts.filter(|(_, said)| !said.is_empty()).collect()
    }

    #[test]
    fn each_model_marks_questions_and_answers_in_its_own_way() {
        for (start, end, text) in [
            ("\\n### Instruction:\\n", "\\n### Response:\\n", "\n### Instruction:\nq\n### Response:\na"),
            ("\n### Instruction:\n", "\n### Response:\n", "### Instruction: q\n### Response: a"),
            (
                "<|im_end|>\\n<|im_start|>user\\n",
                "<|im_end|>\\n<|im_start|>assistant\\n",
                "<|im_start|>user\nq<|im_end|>\n<|im_start|>assistant\na<|im_end|>",
            ),
            (
                "<|eot_id|><|start_header_id|>user<|end_header_id|>\\n\\n",
                "<|eot_id|><|start_header_id|>assistant<|end_header_id|>\\n\\n",
                "<|start_header_id|>user<|end_header_id|>\n\nq<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\na",
            ),
            ("</s>[INST] ", "[/INST]", "[INST] q[/INST] a</s>"),
            ("\\nUSER: ", "\\nASSISTANT: ", "USER: q\nASSISTANT: a"),
            ("<|user|>", "<|model|>", "<|user|>q<|model|>a"),
        ] {
            let found = parts(&[("instruct_starttag", start), ("instruct_endtag", end)], text);
            let expected = [(Role::User, "q".to_owned()), (Role::Assistant, "a".to_owned())];
            assert_eq!(found, expected, "{start}");
        }
    }

    #[test]
    fn words_are_marks_at_the_beginning_of_a_line_only_and_tags_that_say_nothing_are_none() {
        let word = [("instruct_starttag", "\\nUser: "), ("instruct_endtag", "\\nBot: ")];
        let found = parts(&word, "User: ask User: again\nBot: a");
        assert_eq!(found[0].1, "ask User: again");
        for settings in [
            &[("instruct_starttag", "\\n"), ("instruct_endtag", "### Response:")][..],
            &[("instruct_starttag", "###"), ("instruct_endtag", "###")],
        ] {
            assert_eq!(parts(settings, "q ### Response: a").len(), 1, "{settings:?}");
        }
        assert_eq!(parts(&[], "### Instruction:\nq\n### Response:\na").len(), 2);
        assert_eq!(parts(&[], "{{[INPUT]}}q{{[INPUT_END]}}{{[OUTPUT]}}a{{[OUTPUT_END]}}").len(), 2);
    }
}
