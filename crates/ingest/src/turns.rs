//! What a format's reader finds in a file: turns that are gathered into conversations, and what was passed over.

use std::sync::Arc;

use naragtive_scene::{Role, Scalar, Transcript, Turn};

use crate::json::Mending;
use crate::names::Names;
use crate::row::{Extent, Parsed, TakePart};
use crate::{IngestReport, Place, SkipReason, words};

/// The conversations of a file, the last of them open.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    transcripts: Vec<Transcript>,
    open: Vec<Turn>,
    /// Whether turns were handed over.
    has_given: bool,
    names: Names,
    pub(crate) report: IngestReport,
}

impl Turns {
    /// A name, kept once however often it is said.
    pub(crate) fn name(&mut self, name: impl AsRef<str>) -> Arc<str> {
        self.names.shared(name)
    }

    /// Who speaks in a chat with a program, where nobody is named.
    pub(crate) fn speaker_of(&mut self, role: Role) -> Arc<str> {
        self.name(if role == Role::User { "User" } else { "Assistant" })
    }

    /// Takes a turn. One in which nothing is said and to which nothing is attached is counted and no more.
    pub(crate) fn add(&mut self, mut turn: Turn) {
        self.report.turns += 1;
        turn.text = words::trimmed(turn.text);
        if turn.text.is_empty() && turn.attachments.is_empty() {
            let place = Place::Entry(turn.entry as usize).to_string();
            return self.report.skip(SkipReason::EmptyMessage, &place);
        }
        self.open.push(turn);
    }

    /// Takes a document that came with `of`: a scene by itself. Its name is told there too.
    pub(crate) fn document(&mut self, name: Option<String>, text: &str, of: &Turn) {
        let text = words::trim(text);
        if text.is_empty() {
            return;
        }
        let own = of.own_id.label().map(|own| format!("{own}/{}", name.as_deref().unwrap_or_default()));
        self.open.push(Turn {
            role: Role::User,
            text: text.to_owned(),
            stamp: of.stamp.clone(),
            channel: of.channel.clone(),
            own_id: own.as_deref().map(Scalar::from).unwrap_or_default(),
            branch: of.branch,
            attachments: name.into_iter().collect(),
            stands_alone: true,
            ..Turn::at(of.entry as usize)
        });
    }

    /// Counts an entry that becomes no turn, with its place and how it begins.
    pub(crate) fn pass(&mut self, reason: SkipReason, number: usize, said: &str) {
        self.report.turns += 1;
        let (place, begins) = (Place::Entry(number), words::first_line(said));
        let told = if begins.is_empty() { place.to_string() } else { format!("{place}: {begins}") };
        self.report.skip(reason, &told);
    }

    /// The turns of the conversation that is open.
    pub(crate) fn open(&mut self) -> &mut Vec<Turn> {
        &mut self.open
    }

    /// Ends a conversation.
    pub(crate) fn close(&mut self, id: Option<String>, title: Option<String>) {
        self.report.conversations += 1;
        let turns = std::mem::take(&mut self.open);
        self.transcripts.push(Transcript { id, title, turns });
    }

    /// The same, of a file that may be too large to be held: the conversation is handed over.
    pub(crate) fn hand_over(&mut self, id: Option<String>, title: Option<String>, take: &mut TakePart<'_>) {
        self.close(id, title);
        let Some(whole) = self.transcripts.pop() else { return };
        let has_turns = !whole.turns.is_empty();
        let back = take(whole, Extent::Rest);
        self.has_given |= back.is_none() && has_turns;
        self.transcripts.extend(back);
    }

    /// Hands over the turns so far of the conversation that is open; whether they were taken, and don't have to be held.
    pub(crate) fn hand_over_part(&mut self, part: Transcript, take: &mut TakePart<'_>) -> bool {
        let part = Transcript { turns: std::mem::take(&mut self.open), ..part };
        let back = take(part, Extent::Part);
        let is_taken = back.is_none();
        self.has_given |= is_taken;
        self.open = back.map(|back| back.turns).unwrap_or_default();
        is_taken
    }

    /// Whether no turn was found.
    pub(crate) fn is_empty(&self) -> bool {
        !self.has_given
            && self.open.is_empty()
            && self.transcripts.iter().all(|transcript| transcript.turns.is_empty())
    }

    /// Whether nothing was there that could have been a turn either.
    pub(crate) fn saw_nothing(&self) -> bool {
        self.is_empty() && self.report.turns == 0
    }

    /// What was read, with what was mended on the way.
    pub(crate) fn parsed(mut self, mending: Mending) -> Parsed {
        if !self.open.is_empty() {
            self.close(None, None);
        }
        tell_apart(&mut self.transcripts);
        self.report.mend(mending);
        Parsed { transcripts: self.transcripts, report: self.report }
    }
}

/// Of several conversations in a file that have no ids, each goes by its title, or by its place in the file where two are
/// called the same.
fn tell_apart(transcripts: &mut [Transcript]) {
    transcripts
        .iter_mut()
        .for_each(|transcript| transcript.id = transcript.id.take().filter(|id| !id.is_empty()));
    let nameless =
        || transcripts.iter().filter(|transcript| transcript.id.is_none() && !transcript.turns.is_empty());
    if nameless().count() < 2 {
        return;
    }
    let titles: Vec<Option<String>> = nameless().map(|transcript| transcript.title.clone()).collect();
    let alike = |title: &Option<String>| titles.iter().filter(|other| *other == title).count() > 1;
    let nameless =
        transcripts.iter_mut().filter(|transcript| transcript.id.is_none() && !transcript.turns.is_empty());
    for (number, transcript) in nameless.enumerate() {
        let own = transcript.title.clone().filter(|_| !alike(&transcript.title));
        let name = Arc::<str>::from(own.unwrap_or_else(|| format!("conversation {number}")));
        transcript
            .turns
            .iter_mut()
            .for_each(|turn| turn.channel = turn.channel.take().or(Some(Arc::clone(&name))));
    }
}

/// The name of an attached file without the folders it lay in. A picture may be there as what it is instead of by a
/// name.
pub(crate) fn file_name(path: &str) -> Option<String> {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    (!name.is_empty() && !path.starts_with("data:")).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_empty_is_counted_and_a_document_stands_alone() {
        let mut turns = Turns::default();
        let said = Turn { own_id: "7".into(), text: " Hi \n".to_owned(), ..Turn::at(0) };
        turns.document(Some("map.txt".to_owned()), " A map. ", &said);
        turns.document(None, " ", &said);
        turns.add(said);
        turns.add(Turn { text: " ".to_owned(), ..Turn::at(1) });
        turns.pass(SkipReason::Notice, 2, "\nAnn joined");
        let parsed = turns.parsed(Mending::default());
        let shown: Vec<_> = parsed.transcripts[0].turns.iter().map(|turn| turn.text.as_str()).collect();
        assert_eq!((shown, parsed.report.turns), (vec!["A map.", "Hi"], 3));
        assert_eq!(parsed.transcripts[0].turns[0].own_id.label().as_deref(), Some("7/map.txt"));
        assert_eq!(parsed.report.skipped[1].first, "entry 2: Ann joined");
    }

    #[test]
    fn a_file_goes_by_the_last_part_of_its_path() {
        for (path, name) in
            [("a/b.png", Some("b.png")), ("C:\\x\\y.txt", Some("y.txt")), ("data:image/png;base64,", None)]
        {
            assert_eq!(file_name(path).as_deref(), name);
        }
    }
}
