use crate::rows::parallel::{on_each, on_each_with};
use crate::words::inverted::Record;
use crate::words::postings::{Postings, pairs, with_phrase};
use crate::words::query::{Pattern, Phrase, Prefix};
use crate::{Bits, Damaged, Lexical, WordQuery};

use crate::constants::{B, GAP, K1, MOST_PAIRS, NAME_COUNT, ORDERED_WEIGHT, PAIR_WEIGHT, REACH};

/// What is known of a query's words beside what each row is worth.
#[derive(Debug, Clone, PartialEq)]
pub struct WordMatch {
    /// The rows that the query's phrases and exclusions allow, kept or not, if these narrow anything; the scores of
    /// others mean nothing.
    pub allowed: Option<Bits>,
    /// What a row of average length would be worth that held each word once, without regard to pairs and prefixes.
    pub full_score: f32,
    /// What rows would be worth in addition that held a word for each prefix once.
    pub full_prefixes: f32,
    /// For each phrase that is wished for but need not be there, the rows that hold it, kept or not.
    pub held: Vec<Bits>,
}

/// What a query's words are found by, segment by segment.
pub(crate) struct Evidence<'a> {
    pub(crate) segments: Vec<SegmentEvidence<'a>>,
    /// For each kind (the terms, then the pairs, the ordered ones and the prefixes), what it counts for beside its
    /// inverse document frequency.
    pub(crate) weights: Vec<f32>,
    /// How many kinds are terms.
    pub(crate) terms: usize,
    /// How many are prefixes.
    pub(crate) prefixes: usize,
}

/// Adds what each row is worth to `scores`: one for each row of all segments in order, 0 before.
///
/// Rows outside the first of `keep` stay 0, though statistics are those of all rows. Phrases that no row in the second one,
/// none that may be found, holds together only count as words, unless nothing else is asked for. At most `threads` threads work; the answer doesn't depend on how many.
///
/// The measure is BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009) with an inverse document
/// frequency that is never below 0. Neighbouring words of the query that are near each other in a row count as a
/// further term of little weight, and as another one if they are in order (after the windows of Metzler and Croft, 2005).
pub fn score(
    query: &WordQuery,
    segments: &[Lexical],
    keep: [Option<&Bits>; 2],
    threads: usize,
    scores: &mut [f32],
) -> Result<WordMatch, Damaged> {
    score_with_evidence(query, segments, keep, threads, scores).map(|(matched, _)| matched)
}

/// As [`score`]; also tells what the scores are made of.
pub(crate) fn score_with_evidence<'a>(
    query: &WordQuery,
    segments: &[Lexical<'a>],
    [keep, found_in]: [Option<&Bits>; 2],
    threads: usize,
    scores: &mut [f32],
) -> Result<(WordMatch, Evidence<'a>), Damaged> {
    let rows = segments.iter().map(Lexical::rows).sum();
    if query.is_empty() {
        let allowed = query.excludes().then(|| Bits::none(rows));
        let nothing = Evidence { segments: Vec::new(), weights: Vec::new(), terms: 0, prefixes: 0 };
        return Ok((WordMatch { allowed, full_score: 0.0, full_prefixes: 0.0, held: Vec::new() }, nothing));
    }
    let mut parts = parts(segments, keep, scores);
    let found = on_each(&mut parts, threads, |part| SegmentTerms::look_up(query, part.segment))?;
    let collection = Collection::new(query, rows, &found);
    let mut parts: Vec<_> = parts.into_iter().zip(found).collect();
    let evidence = on_each(&mut parts, threads, |(part, found)| {
        part.add_terms(&collection, found)?;
        SegmentEvidence::gather(query, part.segment, found)
    })?;
    let full_prefixes = add_evidence(query, &collection, &mut parts, &evidence, threads);
    let firsts: Vec<usize> = parts.iter().map(|(part, _)| part.first_row).collect();
    type Held = for<'e> fn(&'e SegmentEvidence<'_>, usize) -> Option<&'e Bits>;
    let gathered = |rows_of: Held, phrase: usize| {
        let held = evidence.iter().map(|evidence| rows_of(evidence, phrase));
        gather_bits(rows, firsts.iter().copied().zip(held))
    };
    let holds = |held: &Bits| match found_in {
        None => held.count() > 0,
        Some(found_in) => held.iter().any(|row| found_in.contains(row)),
    };
    let required =
        gathered(|evidence, _| evidence.required.as_ref(), 0).filter(|held| query.insists || holds(held));
    let allowed = allowed(rows, required, gathered(|evidence, _| evidence.excluded.as_ref(), 0));
    let held = (0..query.wished.len())
        .map(|phrase| gathered(|evidence, phrase| evidence.wished.get(phrase), phrase));
    let held = held.map(|held| held.unwrap_or_else(|| Bits::none(rows))).collect();
    let weights = query.terms.iter().map(|(_, asked)| *asked as f32).chain(kinds(query)).collect();
    let evidence =
        Evidence { segments: evidence, weights, terms: query.terms.len(), prefixes: query.prefixes.len() };
    Ok((WordMatch { allowed, full_score: collection.full_score, full_prefixes, held }, evidence))
}

/// Adds what [`kinds`] are worth, now that it is known how many rows have each; says what the prefixes among them are worth.
fn add_evidence(
    query: &WordQuery,
    collection: &Collection,
    parts: &mut [(SegmentScores, SegmentTerms)],
    evidence: &[SegmentEvidence],
    threads: usize,
) -> f32 {
    let worth = |(kind, weight): (usize, f32)| {
        let hits = evidence.iter().filter_map(|evidence| evidence.hits.get(kind));
        weight * collection.idf(hits.map(Vec::len).sum())
    };
    let worths: Vec<f32> = kinds(query).enumerate().map(worth).collect();
    let mut parts: Vec<_> = parts.iter_mut().zip(evidence).collect();
    on_each_with(
        &mut parts,
        threads,
        || (),
        |(), ((part, found), evidence)| {
            for (hits, worth) in evidence.hits.iter().zip(&worths) {
                for (row, count) in hits {
                    part.add(*row, *count, *worth, collection.average_length, found.lengths);
                }
            }
        },
    );
    worths.iter().rev().take(query.prefixes.len()).sum()
}

/// A segment and its rows' scores.
struct SegmentScores<'s, 'a> {
    segment: &'s Lexical<'a>,
    first_row: usize,
    keep: Option<&'s Bits>,
    scores: &'s mut [f32],
}

fn parts<'s, 'a>(
    segments: &'s [Lexical<'a>],
    keep: Option<&'s Bits>,
    mut scores: &'s mut [f32],
) -> Vec<SegmentScores<'s, 'a>> {
    let mut first_row = 0;
    let part = |segment: &'s Lexical<'a>| {
        let end = segment.rows().min(scores.len());
        let part = SegmentScores {
            segment,
            first_row,
            keep,
            scores: scores.split_off_mut(..end).unwrap_or_default(),
        };
        first_row += segment.rows();
        part
    };
    segments.iter().map(part).collect()
}

impl<'a> SegmentScores<'_, 'a> {
    /// Adds what the query's words are worth.
    fn add_terms(&mut self, collection: &Collection, found: &mut SegmentTerms<'a>) -> Result<(), Damaged> {
        for (record, worth) in found.records.iter().zip(&collection.worths) {
            let list = Postings::read(self.segment, record.as_ref())?;
            for (row, count) in list.rows.iter().zip(&list.counts) {
                self.add(*row, counted(*count), *worth, collection.average_length, found.lengths);
            }
            found.lists.push(list);
        }
        Ok(())
    }

    #[inline]
    fn add(&mut self, row: u32, count: f32, worth: f32, average_length: f32, lengths: &[[u8; 4]]) {
        let row = row as usize;
        let kept = self.keep.is_none_or(|keep| keep.contains(self.first_row + row));
        if let (true, Some(score), Some(length)) = (kept, self.scores.get_mut(row), lengths.get(row)) {
            *score += worth * saturated(count, u32::from_le_bytes(*length) as f32 / average_length);
        }
    }
}

/// What a segment has of a query's words.
struct SegmentTerms<'a> {
    lengths: &'a [[u8; 4]],
    records: Vec<Option<Record<'a>>>,
    lists: Vec<Postings<'a>>,
}

impl<'a> SegmentTerms<'a> {
    fn look_up(query: &WordQuery, segment: &Lexical<'a>) -> Result<Self, Damaged> {
        let records = query.terms.iter().map(|(term, _)| segment.find(term)).collect::<Result<_, _>>()?;
        Ok(Self { lengths: segment.lengths()?, records, lists: Vec::new() })
    }

    fn total_length(&self) -> u64 {
        self.lengths.iter().map(|length| u64::from(u32::from_le_bytes(*length))).sum()
    }
}

/// What a row's worth is measured by: numbers of all rows of all segments.
struct Collection {
    rows: usize,
    average_length: f32,
    /// What each of the query's terms is worth.
    worths: Vec<f32>,
    /// See [`WordMatch::full_score`].
    full_score: f32,
}

impl Collection {
    fn new(query: &WordQuery, rows: usize, found: &[SegmentTerms]) -> Self {
        let total: u64 = found.iter().map(SegmentTerms::total_length).sum();
        let average_length = if total == 0 { 1.0 } else { total as f32 / rows as f32 };
        let mut collection = Self { rows, average_length, worths: Vec::new(), full_score: 0.0 };
        for (term, (_, asked)) in query.terms.iter().enumerate() {
            let records = found.iter().filter_map(|found| found.records.get(term)?.as_ref());
            let count = records.map(|record| record.count).sum();
            let idf = collection.idf(count);
            collection.worths.push(*asked as f32 * idf);
            collection.full_score += idf;
        }
        collection
    }

    fn idf(&self, count: usize) -> f32 {
        idf(self.rows, count)
    }
}

/// The inverse document frequency of what `count` of so many rows hold.
pub(crate) fn idf(rows: usize, count: usize) -> f32 {
    let (rows, count) = (rows as f64, count as f64);
    ((rows - count + 0.5) / (count + 0.5)).ln_1p() as f32
}

/// What so many of something are worth in a text of this length, as a part of the average one, beside the inverse
/// document frequency.
#[inline]
pub(crate) fn saturated(count: f32, relative_length: f32) -> f32 {
    saturated_by(count, length_norm(relative_length))
}

/// What the length of a text makes of it, as a part of the average one: the same for all that is counted in it.
#[inline]
pub(crate) fn length_norm(relative_length: f32) -> f32 {
    K1 * (1.0 - B + B * relative_length)
}

/// As [`saturated`], by [`length_norm`].
#[inline]
pub(crate) fn saturated_by(count: f32, norm: f32) -> f32 {
    count * (K1 + 1.0) / (count + norm)
}

/// How much so many occurrences of a term in a text count; none are in it if it is only among the names.
#[inline]
fn counted(occurrences: u32) -> f32 {
    if occurrences == 0 { NAME_COUNT } else { occurrences as f32 }
}

/// What has to be counted in all segments before it is worth anything, and what the query forbids.
pub(crate) struct SegmentEvidence<'a> {
    /// For each term its rows.
    lists: Vec<Postings<'a>>,
    /// For each of [`kinds`], the rows and how often each has it.
    hits: Vec<Vec<(u32, f32)>>,
    /// For each phrase that is wished for the rows that hold it.
    wished: Vec<Bits>,
    /// How many terms each row's text has, as little-endian numbers.
    pub(crate) lengths: &'a [[u8; 4]],
    /// The rows with all the phrases there have to be, if any have to.
    required: Option<Bits>,
    /// The rows with something that must not be there, if there is such a thing.
    excluded: Option<Bits>,
}

/// The weights of the pairs, then of the prefixes.
fn kinds(query: &WordQuery) -> impl Iterator<Item = f32> {
    let pairs = query.terms.len().saturating_sub(1).min(MOST_PAIRS);
    let near = std::iter::repeat_n(PAIR_WEIGHT, pairs).chain(std::iter::repeat_n(ORDERED_WEIGHT, pairs));
    near.chain(std::iter::repeat_n(1.0, query.prefixes.len()))
}

impl<'a> SegmentEvidence<'a> {
    fn gather(
        query: &WordQuery,
        segment: &Lexical<'a>,
        found: &mut SegmentTerms<'a>,
    ) -> Result<Self, Damaged> {
        let (mut hits, mut ordered) = (Vec::new(), Vec::new());
        for (first, second) in found.lists.iter().zip(found.lists.iter().skip(1)).take(MOST_PAIRS) {
            let pairs = pairs(first, second, REACH, GAP).ok_or_else(|| missing(segment))?;
            hits.push(pairs.iter().map(|pair| (pair.row, pair.near as f32)).collect());
            let in_order = pairs.iter().filter(|pair| pair.ordered > 0);
            ordered.push(in_order.map(|pair| (pair.row, pair.ordered as f32)).collect());
        }
        hits.append(&mut ordered);
        for prefix in &query.prefixes {
            hits.push(with_prefix(segment, prefix)?);
        }
        let wished = query.wished.iter().map(|phrase| phrase_rows(segment, phrase));
        Ok(Self {
            hits,
            wished: wished.collect::<Result<_, _>>()?,
            required: required_rows(query, segment)?,
            excluded: excluded_rows(query, segment)?,
            lengths: found.lengths,
            lists: std::mem::take(&mut found.lists),
        })
    }

    /// Calls `visit` with each row that has something of a kind, in order, and how often.
    #[inline]
    pub(crate) fn each(&self, kind: usize, mut visit: impl FnMut(u32, f32)) {
        if let Some(list) = self.lists.get(kind) {
            for (row, count) in list.rows.iter().zip(&list.counts) {
                visit(*row, counted(*count));
            }
        } else if let Some(hits) = self.hits.get(kind - self.lists.len()) {
            hits.iter().for_each(|(row, count)| visit(*row, *count));
        }
    }

    /// How often a row has something of a kind.
    pub(crate) fn count(&self, kind: usize, row: u32) -> f32 {
        let found = if let Some(list) = self.lists.get(kind) {
            let place = list.rows.binary_search(&row).ok();
            place.and_then(|place| list.counts.get(place)).map(|count| counted(*count))
        } else {
            let hits = self.hits.get(kind - self.lists.len()).map_or(&[][..], Vec::as_slice);
            let place = hits.binary_search_by_key(&row, |(row, _)| *row).ok();
            place.and_then(|place| hits.get(place)).map(|(_, count)| *count)
        };
        found.unwrap_or(0.0)
    }

    /// Calls `visit` with each row that has a term in its text, in order, and how often.
    #[inline]
    pub(crate) fn each_in_text(&self, term: usize, mut visit: impl FnMut(u32, f32)) {
        if let Some(list) = self.lists.get(term) {
            let counted = list.rows.iter().zip(&list.counts).filter(|(_, count)| **count > 0);
            counted.for_each(|(row, count)| visit(*row, *count as f32));
        }
    }
}

fn required_rows(query: &WordQuery, segment: &Lexical) -> Result<Option<Bits>, Damaged> {
    let mut held: Option<Bits> = None;
    for phrase in &query.required {
        let rows = phrase_rows(segment, phrase)?;
        held.get_or_insert_with(|| Bits::all(segment.rows())).intersect(&rows);
    }
    Ok(held)
}

fn excluded_rows(query: &WordQuery, segment: &Lexical) -> Result<Option<Bits>, Damaged> {
    let mut excluded: Option<Bits> = None;
    for pattern in &query.excluded {
        let all = excluded.get_or_insert_with(|| Bits::none(segment.rows()));
        match pattern {
            Pattern::Phrase(phrase) => all.unite(&phrase_rows(segment, phrase)?),
            Pattern::Prefix(prefix) => {
                with_prefix(segment, prefix)?.iter().for_each(|(row, _)| all.insert(*row as usize));
            }
        }
    }
    Ok(excluded)
}

pub(crate) fn phrase_rows(segment: &Lexical, phrase: &Phrase) -> Result<Bits, Damaged> {
    let mut lists = Vec::new();
    for (term, distance) in phrase {
        lists.push((Postings::read(segment, segment.find(term)?.as_ref())?, *distance));
    }
    let mut rows = Bits::none(segment.rows());
    with_phrase(lists).ok_or_else(|| missing(segment))?.iter().for_each(|row| rows.insert(*row as usize));
    Ok(rows)
}

/// The rows with any of the terms that are meant, and how often they have one.
fn with_prefix(segment: &Lexical, prefix: &Prefix) -> Result<Vec<(u32, f32)>, Damaged> {
    let inverted = segment.inverted();
    let mut counts = vec![0.0; segment.rows()];
    let mut count = |record: &Record| {
        inverted.each_row(record, |row, positions| {
            if let Some(count) = counts.get_mut(row as usize) {
                *count += counted(positions);
            }
        })
    };
    for record in inverted.with_prefix(prefix.start.as_bytes())? {
        count(&record?)?;
    }
    if !prefix.whole.starts_with(&prefix.start) {
        segment.find(&prefix.whole)?.as_ref().map_or(Ok(()), &mut count)?;
    }
    Ok((0..).zip(counts).filter(|(_, count)| *count > 0.0).collect())
}

/// The rows of all segments, each given with its first row; none if no segment has an opinion.
fn gather_bits<'e>(rows: usize, segments: impl Iterator<Item = (usize, Option<&'e Bits>)>) -> Option<Bits> {
    let mut all = None;
    for (first_row, bits) in segments {
        if let Some(bits) = bits {
            all.get_or_insert_with(|| Bits::none(rows)).unite_from(first_row, bits);
        }
    }
    all
}

fn allowed(rows: usize, required: Option<Bits>, excluded: Option<Bits>) -> Option<Bits> {
    let Some(excluded) = excluded else { return required };
    let mut allowed = required.unwrap_or_else(|| Bits::all(rows));
    allowed.subtract(&excluded);
    Some(allowed)
}

fn missing(segment: &Lexical) -> Damaged {
    segment.inverted().damaged("as many positions as a word has")
}

#[cfg(test)]
mod naive;
