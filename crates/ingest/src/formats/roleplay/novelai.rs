//! NovelAI's stories: `.story`, with the text in `content.document` (MessagePack in base64) or, in older ones, in
//! `content.story.fragments`; and `.scenario`, with a prompt. Lorebook, memory and author's note are notes of lore.

mod msgpack;
mod sections;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use naragtive_scene::Scalar;

use super::{kobold, lore};
use crate::input::Input;
use crate::json::Node;
use crate::row::{Certainty, FormatRow, Parsed};
use crate::scenes::{Grouping, Labels, SceneRule};
use crate::turns::Turns;
use crate::{IngestError, Options, Place, SkipReason, words};

pub(crate) static ROW: FormatRow = FormatRow {
    name: "novelai",
    called: "NovelAI story",
    help: "stories and scenarios of NovelAI: .story, .scenario, with their lorebooks",
    export: "NovelAI: a story's menu, Export Story, To File; or Export Scenario",
    command: "naragtive ingest --as novelai",
    source: "novelai",
    extensions: &["story", "scenario", "json"],
    grouping: Grouping::Cut(SceneRule::Gap, Labels::Story),
    sniff,
    parse,
};

fn sniff(input: &Input<'_>) -> Certainty {
    let Some(shape) = input.unlisted() else { return Certainty::No };
    let is_scenario = shape.first.has("scenarioVersion") && shape.first.has("prompt");
    if shape.first.has("storyContainerVersion") || is_scenario { Certainty::Sure } else { Certainty::No }
}

fn parse(input: &Input<'_>, _options: &Options<'_>) -> Result<Parsed, IngestError> {
    let mut reader = input.reader(&["fragments", "entries"])?.keeping_encoded();
    let mut file = reader.value().map_err(|fault| reader.error(fault))?;
    let mut metadata = file.take("metadata");
    let title = metadata.take("title").name().or_else(|| file.take("title").name());
    let mut content = match file.take("content") {
        content @ Node::Object(_) => content,
        _ => file,
    };
    let mut story = Turns::default();
    match document(content.take("document")) {
        Some(Ok(text)) => kobold::told(&text, false, "", &mut story),
        Some(Err(problem)) => story.report.skip(SkipReason::Unreadable, problem),
        None => {
            let fragments = content.take("story").take("fragments").entries().into_iter();
            let text: String = fragments.filter_map(|mut fragment| fragment.take("data").prose()).collect();
            let text =
                if text.is_empty() { content.take("prompt").prose().unwrap_or_default() } else { text };
            kobold::told(&text, false, "", &mut story);
        }
    }
    notes(&mut content, &mut story);
    reader.check(story.is_empty())?;
    if story.is_empty() {
        return Err(IngestError::Missing { place: Place::File, field: "content" });
    }
    story.close(metadata.take("id").name(), title);
    Ok(story.parsed(reader.mending))
}

/// What is known about the story's world.
fn notes(content: &mut Node, story: &mut Turns) {
    lore::entries(content.take("lorebook").take("entries"), story);
    let titles = ["Memory", "Author's note"];
    for (title, mut context) in titles.into_iter().zip(content.take("context").entries()) {
        let text = context.take("text").prose().unwrap_or_default();
        if !words::is_blank(&text) {
            story.add(lore::note(0, Scalar::from(title), Some(title), &[], &text));
        }
    }
}

/// The text of a document; none where there is no document.
fn document(document: Node) -> Option<Result<String, &'static str>> {
    let encoded = document.str().filter(|text| !text.is_empty())?;
    let Ok(bytes) = STANDARD.decode(encoded) else { return Some(Err("the story's document is no base64")) };
    let text = msgpack::value(&bytes).map(sections::text);
    Some(text.filter(|text| !words::is_blank(text)).ok_or("the story's document can't be read"))
}
