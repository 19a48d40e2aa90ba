//! Each source's small exports and the scenes made of them, as a user would find them in a store.

use std::fmt::Write;

use naragtive_ingest::{Branches, Format, Ingested, Options, read};

use crate::support::{fixture, options};

fn shown(ingested: &Ingested) -> String {
    let mut shown = String::new();
    for scene in &ingested.scenes {
        writeln!(shown, "== {}\n{}\n{}", scene.id, scene.text, scene.metadata.to_json()).unwrap();
    }
    let report = format!("{:#?}", ingested.report);
    // Nobody names fields here.
    let report = report.replace("    missing_fields: None,\n    has_no_fields: false,\n", "");
    writeln!(shown, "== {report}").unwrap();
    shown
}

fn ingested(format: Format, path: &str, options: &Options<'_>) -> Ingested {
    let bytes = fixture(path);
    assert_eq!(Format::detect(&bytes), Some(format), "{path}");
    read(format, &bytes, options).unwrap()
}

fn named(name: &str) -> Format {
    Format::named(name).unwrap()
}

#[test]
fn each_fixture_gives_its_scenes() {
    for (format, path) in [
        (Format::NEPTUNE, "neptune/odd-stamps.txt"),
        (Format::LLAMA_SERVER, "llama/tree.json"),
        (Format::LLAMA_SERVER, "llama/oldest.json"),
        (Format::LLAMA_SERVER, "llama/sessions.jsonl"),
        (Format::LLAMA_SERVER, "llama/conversations.zip"),
        (Format::CHAT_MESSAGES, "chat/stamps.json"),
        (named("discord"), "discord/tavern.json"),
        (named("chatgpt"), "chatgpt/conversations.json"),
        (named("claude"), "claude/conversations.json"),
        (named("claude"), "claude/projects.json"),
        (named("slack"), "slack/2023-11-14.json"),
        (named("perplexity"), "perplexity/native.md"),
        (named("perplexity"), "perplexity/pplxport.md"),
        (named("perplexity"), "perplexity/network.json"),
        (named("dialogues"), "dialogues/sharegpt.jsonl"),
        (named("dialogues"), "dialogues/openai.json"),
        (named("records"), "records/forum.csv"),
        (named("records"), "records/posts.json"),
        (named("novel"), "novel/chapters.md"),
        (named("novel"), "novel/book.txt"),
        (named("sillytavern"), "sillytavern/solo.jsonl"),
        (named("sillytavern"), "sillytavern/branch.jsonl"),
        (named("sillytavern"), "sillytavern/group-dates.jsonl"),
        (named("sillytavern"), "sillytavern/file.jsonl"),
        (named("sillytavern"), "sillytavern/chub.jsonl"),
        (Format::LLAMA_SERVER, "llama/attachments.json"),
        (named("discord"), "discord/tavern.html"),
        (named("discord"), "discord/tavern.csv"),
        (named("html"), "html/page.html"),
        (named("html"), "html/article.xhtml"),
        (named("fanfiction"), "fanfiction/ao3-chapters.html"),
        (named("fanfiction"), "fanfiction/ao3-single.html"),
        (named("fanfiction"), "fanfiction/ffnet.html"),
        (named("forum"), "forum/phpbb.html"),
        (named("forum"), "forum/xenforo.html"),
        (named("novel"), "novel/laid-out.txt"),
        (named("novel"), "novel/vault.md"),
        (named("records"), "records/posts.parquet"),
        (named("records"), "records/posts.feather"),
        (named("records"), "records/stories.arrow"),
        (named("dialogues"), "dialogues/sharegpt.parquet"),
        (named("epub"), "epub/three.epub"),
        (named("epub"), "epub/two.epub"),
        (named("docx"), "docx/word.docx"),
        (named("odt"), "odt/writer.odt"),
        (named("odt"), "odt/flat.fodt"),
        (named("rtf"), "rtf/word.rtf"),
        (named("rtf"), "rtf/textedit.rtf"),
        (named("fountain"), "fountain/harbour.fountain"),
        (named("fountain"), "fountain/plain.txt"),
        (named("scrivener"), "scrivener/three.zip"),
        (named("scrivener"), "scrivener/two.zip"),
        (Format::PLAIN_TEXT, "text/two-scenes.txt"),
        (named("telegram"), "telegram/table.json"),
        (named("telegram"), "telegram/account.json"),
        (named("whatsapp"), "whatsapp/ios.txt"),
        (named("whatsapp"), "whatsapp/android.txt"),
        (named("whatsapp"), "whatsapp/german.txt"),
        (named("discord-data"), "discord-data/messages.csv"),
        (named("discord-data"), "discord-data/messages.json"),
        (named("signal"), "signal/chat.md"),
        (named("signal"), "signal/data.json"),
        (named("imessage"), "imessage/ann.txt"),
        (named("openwebui"), "openwebui/export.json"),
        (named("openwebui"), "openwebui/older.json"),
        (named("openwebui"), "openwebui/saved.txt"),
        (named("openwebui"), "openwebui/saved.md"),
        (named("lmstudio"), "lmstudio/1762118043000.conversation.json"),
        (named("jan"), "jan/messages.jsonl"),
        (named("textgen"), "textgen/history.json"),
        (named("textgen"), "textgen/older.json"),
        (named("kobold"), "kobold/instruct.json"),
        (named("kobold"), "kobold/chat.json"),
        (named("kobold"), "kobold/adventure.json"),
        (named("kobold"), "kobold/shared.json"),
        (named("kobold"), "kobold/united.json"),
        (named("novelai"), "novelai/lamp.story"),
        (named("novelai"), "novelai/older.story"),
        (named("novelai"), "novelai/start.scenario"),
        (named("aidungeon"), "aidungeon/adventures.json"),
        (named("gemini"), "gemini/prompt.json"),
        (named("gemini"), "gemini/MyActivity.json"),
        (named("risuai"), "risuai/Sera_2025-11-02T21_chat.json"),
        (named("risuai"), "risuai/all.json"),
        (named("agnai"), "agnai/chat.json"),
        (named("agnai"), "agnai/tree.json"),
        (named("characterai"), "characterai/histories.json"),
        (named("characterai"), "characterai/turns.json"),
        (named("characterai"), "characterai/offline.html"),
        (named("characterai"), "characterai/older.html"),
        (named("lore"), "lore/world.json"),
        (named("lore"), "lore/book.lorebook"),
        (named("lore"), "lore/storycards.json"),
        (named("lore"), "lore/risu.json"),
        (named("lore"), "lore/card.json"),
        (named("lore"), "lore/first.json"),
        (named("lore"), "lore/sera.png"),
        (Format::NEPTUNE, "neptune/locales.txt"),
        (named("irc"), "irc/irssi.log"),
        (named("irc"), "irc/weechat.weechatlog"),
        (named("irc"), "irc/hexchat.log"),
        (named("irc"), "irc/plain.txt"),
        (named("foundry"), "foundry/fvtt-log.txt"),
        (named("foundry"), "foundry/messages.db"),
        (named("foundry"), "foundry/archive.json"),
        (named("roll20"), "roll20/archive.html"),
        (named("roll20"), "roll20/messages.json"),
        (named("fantasygrounds"), "fantasygrounds/chatlog.html"),
        (named("sillytavern"), "sillytavern/group-header.jsonl"),
        (named("sillytavern"), "sillytavern/checkpoint.jsonl"),
        (named("lore"), "lore/card-v3.json"),
        (named("lore"), "lore/card.charx"),
        (named("risuai"), "risuai/Mirela_2026-01-05_chat.json"),
        (named("agnai"), "agnai/imported.json"),
        (named("characterai"), "characterai/Sera_Example.txt"),
        (named("textgen"), "textgen/cai-tools.json"),
        (named("discord"), "discord/direct.json"),
        (named("discord"), "discord/thread.json"),
        (named("discord"), "discord/quoted.csv"),
        (named("discord"), "discord/tavern-part-2.json"),
        (named("discord"), "discord/older.html"),
        (named("slack"), "slack/workspace.zip"),
        (named("chatgpt"), "chatgpt/export.zip"),
        (named("claude"), "claude/export.zip"),
        (named("gemini"), "gemini/MyActivity.html"),
        (named("perplexity"), "perplexity/ai-export.md"),
        (named("perplexity"), "perplexity/perplexport.md"),
        (named("telegram"), "telegram/dice.json"),
        (named("kobold"), "kobold/story.json"),
        (named("aidungeon"), "aidungeon/single.json"),
        (named("openwebui"), "openwebui/escaped.json"),
        (named("lmstudio"), "lmstudio/1767607200000.conversation.json"),
        (Format::LLAMA_SERVER, "llama/minimal.jsonl"),
        (Format::LLAMA_SERVER, "llama/legacy.json"),
        (named("dialogues"), "dialogues/tools.jsonl"),
        (named("records"), "records/unknown.json"),
        (named("records"), "records/posts.ndjson"),
        (named("records"), "records/lines.tsv"),
        (named("whatsapp"), "whatsapp/portuguese.txt"),
        (named("whatsapp"), "whatsapp/spanish.txt"),
        (named("whatsapp"), "whatsapp/finnish.txt"),
        (named("whatsapp"), "whatsapp/japanese.txt"),
        (named("whatsapp"), "whatsapp/american-iphone.txt"),
        (named("whatsapp"), "whatsapp/hindi.txt"),
        (Format::NEPTUNE, "neptune/german.md"),
        (Format::NEPTUNE, "neptune/japanese.md"),
        (Format::NEPTUNE, "neptune/arabic.md"),
        (named("forum"), "forum/xenforo1.html"),
        (named("forum"), "forum/discourse.html"),
        (named("forum"), "forum/mybb.html"),
        (named("forum"), "forum/smf.html"),
        (named("forum"), "forum/invision.html"),
        (named("forum"), "forum/proboards.html"),
        (named("forum"), "forum/jcink.html"),
        (named("forum"), "forum/vbulletin.html"),
        (named("forum"), "forum/vbulletin5.html"),
        (named("telegram"), "telegram/later.json"),
        (named("irc"), "irc/mirc.log"),
        (named("irc"), "irc/znc.log"),
        (named("irc"), "irc/quassel.txt"),
        (named("irc"), "irc/textual.txt"),
        (named("irc"), "irc/lounge.log"),
        (named("whatsapp"), "whatsapp/arabic.txt"),
        (named("whatsapp"), "whatsapp/hebrew.txt"),
        (named("whatsapp"), "whatsapp/chinese.txt"),
        (named("whatsapp"), "whatsapp/korean.txt"),
        (named("whatsapp"), "whatsapp/persian.txt"),
        (named("whatsapp"), "whatsapp/thai.txt"),
        (named("whatsapp"), "whatsapp/edited.txt"),
        (named("records"), "records/excel.csv"),
        (named("records"), "records/matrix.json"),
        (named("records"), "records/messenger.json"),
        (named("chatgpt"), "chatgpt/spoken.json"),
        (named("claude"), "claude/newer.zip"),
        (named("gemini"), "gemini/Aktivitaet.json"),
        (named("gemini"), "gemini/pending"),
        (named("discord"), "discord/reversed.json"),
        (named("slack"), "slack/dumped.zip"),
        (named("openwebui"), "openwebui/today.json"),
        (Format::LLAMA_SERVER, "llama/wrapped.json"),
        (named("discord"), "discord/tavern.txt"),
        (named("irc"), "irc/midnight.log"),
        (named("whatsapp"), "whatsapp/group.txt"),
    ] {
        let name = path.replace('/', "-");
        insta::assert_snapshot!(name, shown(&ingested(format, path, &options(path))));
    }
}

#[test]
fn every_branch_is_taken_when_asked_for() {
    let path = "llama/tree.json";
    let all = Options { branches: Branches::All, ..options(path) };
    insta::assert_snapshot!("llama-tree.json-all", shown(&ingested(Format::LLAMA_SERVER, path, &all)));
}

#[test]
fn the_active_branch_has_the_same_ids_and_texts_with_the_others_beside_it() {
    let path = "llama/tree.json";
    let active = ingested(Format::LLAMA_SERVER, path, &options(path));
    let all = ingested(Format::LLAMA_SERVER, path, &Options { branches: Branches::All, ..options(path) });
    assert_eq!(all.scenes.len(), active.scenes.len() + active.report.branches_left_out);
    for (one, other) in active.scenes.iter().zip(&all.scenes) {
        assert_eq!((&one.id, &one.text), (&other.id, &other.text));
    }
}
