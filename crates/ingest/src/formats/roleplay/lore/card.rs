//! Character cards, versions 1 to 3: who somebody is, how they greet, and the lore that belongs to them.

use naragtive_scene::Scalar;

use super::{entries, note};
use crate::json::Node;
use crate::turns::Turns;

/// What a card says about somebody, and the heading over it.
const ABOUT: [(&str, &str); 3] =
    [("description", ""), ("personality", "Personality"), ("scenario", "Scenario")];
/// What it has them say.
const SAID: [(&str, &str); 2] = [("first_mes", "Greeting"), ("mes_example", "Example")];

/// Whether it is a card: of a version that says so, or with the fields that the first one has.
pub(super) fn is_one(node: &Node) -> bool {
    let says_so = node.get("spec").str().is_some_and(|spec| spec.starts_with("chara_card"));
    says_so
        || (node.has("first_mes") && node.has("name") && (node.has("description") || node.has("personality")))
}

/// Takes a card's fields, and the entries of the book in it.
pub(super) fn add(mut card: Node, lore: &mut Turns) {
    let mut data = match card.take("data") {
        data @ Node::Object(_) => data,
        _ => card,
    };
    let name = data.take("name").name().unwrap_or_else(|| "Character".to_owned());
    let mut text = |key: &str| plain(data.take(key), &name);
    let about = ABOUT.map(|(key, heading)| {
        let text = text(key);
        if heading.is_empty() || text.trim().is_empty() {
            text
        } else {
            format!("{heading}: {}", text.trim())
        }
    });
    let about = about.iter().map(|text| text.trim()).filter(|text| !text.is_empty()).collect::<Vec<_>>();
    let said = SAID.map(|(key, heading)| (heading, text(key)));
    let greetings = ["alternate_greetings", "group_only_greetings"].into_iter();
    let greetings = greetings.flat_map(|key| data.take(key).entries()).collect::<Vec<_>>().into_iter();
    let greetings: Vec<_> = greetings.map(|greeting| ("Greeting", plain(greeting, &name))).collect();
    let book = data.take("character_book").take("entries");
    lore.add(note(0, Scalar::from("description"), Some(&name), &[], &about.join("\n\n")));
    for (number, (heading, text)) in said.into_iter().chain(greetings).enumerate() {
        if !text.trim().is_empty() {
            let own = format!("{}/{number}", heading.to_lowercase());
            let title = format!("{name}: {heading}");
            lore.add(note(number + 1, own.as_str().into(), Some(&title), &[], &text));
        }
    }
    entries(book, lore);
    lore.close(None, Some(name));
}

/// A text with the character's name for what stands for it.
fn plain(text: Node, name: &str) -> String {
    let text = text.prose().unwrap_or_default();
    ["{{char}}", "{{Char}}", "<BOT>"].iter().fold(text, |text, macro_name| text.replace(macro_name, name))
}
