use crate::words;

/// What was read, and what of it did not become a scene.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IngestReport {
    /// Turns, messages or (plain text) pieces that were found.
    pub turns: usize,
    /// Scenes made of them.
    pub scenes: usize,
    /// Conversations they belong to; 0 in formats that have none.
    pub conversations: usize,
    /// Exchanges on other branches of the conversations, left out because nobody asked for them.
    pub branches_left_out: usize,
    /// Bytes that could not be decoded, NUL bytes included, and were dropped.
    pub dropped_bytes: usize,
    /// What was passed over, one row for each reason that occurred.
    pub skipped: Vec<Skipped>,
}

/// How often one thing was passed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Why.
    pub reason: SkipReason,
    /// How often.
    pub count: usize,
    /// The first time: a line of the text, shortened, or which entry it was.
    pub first: String,
}

/// Why a part of an export did not become a scene.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SkipReason {
    /// A Neptune block without a `***STAMP - SPEAKER:***` line.
    NoHeader,
    /// Text that stands before the header in a Neptune block.
    BeforeHeader,
    /// A Neptune turn with no text, and no turn with text behind it.
    EmptyTurn,
    /// A chat message with no text.
    EmptyMessage,
    /// A question that nobody answered.
    NoAnswer,
    /// An answer, tool result or instruction with no question before it.
    NoQuestion,
    /// A message that is not of type `text`.
    NotText,
}

impl IngestReport {
    /// How often `reason` occurred.
    pub fn count(&self, reason: SkipReason) -> usize {
        self.skipped.iter().find(|skipped| skipped.reason == reason).map_or(0, |skipped| skipped.count)
    }

    /// Counts one more thing passed over; `context` is kept for the first one only.
    pub(crate) fn skip(&mut self, reason: SkipReason, context: &str) {
        match self.skipped.iter_mut().find(|skipped| skipped.reason == reason) {
            Some(skipped) => skipped.count += 1,
            None => self.skipped.push(Skipped { reason, count: 1, first: words::first_line(context) }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_counted_and_its_first_case_is_kept() {
        let mut report = IngestReport::default();
        report.skip(SkipReason::NoHeader, "\n  one \n two");
        report.skip(SkipReason::NoHeader, "three");
        assert_eq!(report.count(SkipReason::NoHeader), 2);
        assert_eq!(report.skipped[0].first, "one");
        assert_eq!(report.count(SkipReason::NoAnswer), 0);
    }
}
