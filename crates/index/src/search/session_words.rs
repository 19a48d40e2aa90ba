use crate::Bits;
use crate::search::chain::Chain;
use crate::search::text_counts::TextCounts;
use crate::words::bm25::{Evidence, idf, length_norm, saturated_by};

/// BM25 of each session as one text, by words alone.
pub(crate) struct SessionWords {
    pub(crate) scores: Vec<f32>,
}

impl SessionWords {
    pub(crate) fn new(evidence: &Evidence<'_>, chain: &Chain<'_>) -> Self {
        let sessions = chain.count_sessions();
        let norms = norms(evidence, chain);
        let (mut scores, mut counts) = (vec![0.0; sessions], TextCounts::default());
        counts.resize(sessions);
        for (term, weight) in evidence.weights.iter().take(evidence.terms).enumerate() {
            for (part, segment) in chain.segments().iter().zip(&evidence.segments) {
                segment.each_in_text(term, |place, count| {
                    let session = chain.session(part.first + place as usize);
                    counts.add(session..session.saturating_add(1), count);
                });
            }
            let worth = weight * idf(sessions, counts.texts());
            counts.take(|session, count| {
                if let (Some(score), Some(norm)) = (scores.get_mut(session), norms.get(session)) {
                    *score += worth * saturated_by(count, *norm);
                }
            });
        }
        Self { scores }
    }

    /// The best session's worth, of those with rows that may be found.
    pub(crate) fn best(&self, chain: &Chain<'_>, keep: Option<&Bits>) -> f32 {
        let worth = |session: usize| self.scores.get(session).copied().unwrap_or(0.0);
        match keep {
            None => self.scores.iter().copied().fold(0.0, f32::max),
            Some(keep) => keep.iter().map(|row| worth(chain.session(row))).fold(0.0, f32::max),
        }
    }
}

/// What each session's length makes of it, see [`length_norm`].
fn norms(evidence: &Evidence<'_>, chain: &Chain<'_>) -> Vec<f32> {
    let (mut lengths, mut whole) = (vec![0.0; chain.count_sessions()], 0u64);
    let (mut session, mut sum) = (usize::MAX, 0.0);
    for (part, segment) in chain.segments().iter().zip(&evidence.segments) {
        for (row, length) in part.rows().zip(segment.lengths) {
            // Rows of a session mostly follow each other.
            if session != chain.session(row) {
                session = chain.session(row);
                sum = lengths.get(session).copied().unwrap_or(0.0);
            }
            let length = u32::from_le_bytes(*length);
            whole += u64::from(length);
            sum += length as f32;
            if let Some(kept) = lengths.get_mut(session) {
                *kept = sum;
            }
        }
    }
    let average = if whole > 0 { (whole as f64 / lengths.len() as f64) as f32 } else { 1.0 };
    lengths.into_iter().map(|length: f32| length_norm(length / average)).collect()
}
