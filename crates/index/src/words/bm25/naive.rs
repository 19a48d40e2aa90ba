//! The same scores, written plainly.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::score;
use crate::constants::{B, GAP, K1, NAME_COUNT, ORDERED_WEIGHT, PAIR_WEIGHT, REACH};
use crate::words::query::{Pattern, Phrase};
use crate::{Analyzer, Bits, Language, Lexical, LexicalWriter, Term, WordQuery};

struct Row {
    text: Vec<Term>,
    names: BTreeSet<String>,
}

impl Row {
    fn new(analyzer: &Analyzer, (text, names): &(String, Vec<String>)) -> Self {
        let names = names.iter().flat_map(|name| analyzer.terms(name)).map(|term| term.text);
        Self { text: analyzer.terms(text).collect(), names: names.collect() }
    }

    fn length(&self) -> usize {
        self.text.iter().filter(|term| term.counted).count()
    }

    fn positions(&self, term: &str) -> Vec<i64> {
        self.text.iter().filter(|found| found.text == term).map(|found| i64::from(found.position)).collect()
    }

    fn count(&self, term: &str) -> f64 {
        let name = if self.names.contains(term) { f64::from(NAME_COUNT) } else { 0.0 };
        name.max(self.positions(term).len() as f64)
    }

    fn pairs(&self, first: &str, second: &str) -> f64 {
        let others = self.positions(second);
        let near = |at: &&i64| others.iter().any(|other| (*at - other).abs() <= i64::from(REACH));
        self.positions(first).iter().filter(near).count() as f64
    }

    fn ordered(&self, first: &str, second: &str) -> f64 {
        let others = self.positions(second);
        let behind = |at: &&i64| others.iter().any(|other| (1..=i64::from(GAP)).contains(&(other - *at)));
        self.positions(first).iter().filter(behind).count() as f64
    }

    fn starting(&self, start: &str, whole: &str) -> f64 {
        let terms: BTreeSet<_> = self.text.iter().map(|term| &term.text).chain(&self.names).collect();
        let meant = terms.into_iter().filter(|term| term.starts_with(start) || *term == whole);
        meant.map(|term| self.count(term)).sum()
    }

    fn holds(&self, phrase: &Phrase) -> bool {
        if let [(term, _)] = &phrase[..] {
            return self.count(term) > 0.0;
        }
        (0..=self.text.len() as i64).any(|start| {
            phrase
                .iter()
                .all(|(term, distance)| self.positions(term).contains(&(start + i64::from(*distance))))
        })
    }

    fn matches(&self, pattern: &Pattern) -> bool {
        match pattern {
            Pattern::Phrase(phrase) => self.holds(phrase),
            Pattern::Prefix(prefix) => self.starting(&prefix.start, &prefix.whole) > 0.0,
        }
    }
}

fn naive(query: &WordQuery, rows: &[Row]) -> (Vec<f64>, Option<Vec<bool>>) {
    let average = rows.iter().map(Row::length).sum::<usize>().max(1) as f64 / rows.len() as f64;
    let mut scores = vec![0.0; rows.len()];
    let mut add = |weight: f64, count: &dyn Fn(&Row) -> f64| {
        let holding = rows.iter().filter(|row| count(row) > 0.0).count() as f64;
        let idf = (1.0 + (rows.len() as f64 - holding + 0.5) / (holding + 0.5)).ln();
        for (score, row) in scores.iter_mut().zip(rows) {
            let (k1, b, count) = (f64::from(K1), f64::from(B), count(row));
            let length = row.length() as f64 / average;
            *score += weight * idf * count * (k1 + 1.0) / (count + k1 * (1.0 - b + b * length));
        }
    };
    for (term, asked) in &query.terms {
        add(f64::from(*asked), &|row| row.count(term));
    }
    for neighbours in query.terms.windows(2) {
        add(f64::from(PAIR_WEIGHT), &|row| row.pairs(&neighbours[0].0, &neighbours[1].0));
    }
    for neighbours in query.terms.windows(2) {
        add(f64::from(ORDERED_WEIGHT), &|row| row.ordered(&neighbours[0].0, &neighbours[1].0));
    }
    for prefix in &query.prefixes {
        add(1.0, &|row| row.starting(&prefix.start, &prefix.whole));
    }
    let held = |row: &Row| query.required.iter().all(|phrase| row.holds(phrase));
    let nowhere = !query.insists && !rows.iter().any(held);
    let allows = |row: &Row| {
        !query.is_empty()
            && (nowhere || held(row))
            && !query.excluded.iter().any(|pattern| row.matches(pattern))
    };
    let restricts = !(nowhere || query.required.is_empty()) || !query.excluded.is_empty();
    (scores, restricts.then(|| rows.iter().map(allows).collect()))
}

fn whole(query: &WordQuery, rows: &[Row]) -> f64 {
    if query.is_empty() {
        return 0.0;
    }
    let worths = query.terms.iter().map(|(term, _)| {
        let holding = rows.iter().filter(|row| row.count(term) > 0.0).count();
        (1.0 + (rows.len() as f64 - holding as f64 + 0.5) / (holding as f64 + 0.5)).ln()
    });
    worths.sum()
}

const VOCABULARY: &[&str] = &[
    "the",
    "dragon",
    "Dragon's",
    "gave",
    "gives",
    "half-elf",
    "elf",
    "story",
    "stories",
    "storm",
    "Mara",
    "of",
    "old",
    "Zoë",
    "Zoe",
    "l'été",
    "灯塔在",
    "塔",
    "⚔️",
];

fn text(most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(VOCABULARY), 0..most).prop_map(|words| words.join(" "))
}

fn row() -> impl Strategy<Value = (String, Vec<String>)> {
    (text(25), prop::collection::vec(text(3), 0..3))
}

fn query() -> impl Strategy<Value = String> {
    let sign = prop::sample::select(&["", "", "", "", "-"][..]);
    let body = prop_oneof![
        6 => text(4),
        1 => text(4).prop_map(|text| format!("\"{text}\"")),
        1 => prop::sample::select(&["sto*", "story*", "half-*", "half-e*", "dragons*", "zo*"][..]).prop_map(str::to_owned),
    ];
    let clause = (sign, body).prop_map(|(sign, body)| format!("{sign}{body}"));
    prop::collection::vec(clause, 0..4).prop_map(|clauses| clauses.join(" "))
}

/// The rows in segments, the cuts at `cuts`.
fn segments(analyzer: &Analyzer, rows: &[(String, Vec<String>)], cuts: &[usize]) -> Vec<Vec<u8>> {
    let mut writers = vec![LexicalWriter::new(analyzer)];
    for (place, (text, names)) in rows.iter().enumerate() {
        if cuts.contains(&place) {
            writers.push(LexicalWriter::new(analyzer));
        }
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        writers.last_mut().unwrap().add(text, &names);
    }
    writers.into_iter().map(LexicalWriter::finish).collect()
}

proptest! {
    #[test]
    fn scores_are_those_of_the_plain_formula(
        rows in prop::collection::vec(row(), 1..15),
        cuts in prop::collection::vec(0usize..15, 0..4),
        query in query(),
        kept in prop::collection::vec(any::<bool>(), 15),
        threads in 1usize..4,
    ) {
        let analyzer = Analyzer::new(Language::ENGLISH);
        let stored = segments(&analyzer, &rows, &cuts);
        let segments: Vec<_> = stored.iter().map(|bytes| Lexical::open(bytes).unwrap()).collect();
        let query = WordQuery::parse(&query, &analyzer);
        let (mut scores, mut kept_scores) = (vec![0.0; rows.len()], vec![0.0; rows.len()]);
        let asked = score(&query, &segments, [None; 2], threads, &mut scores).unwrap();
        let mut keep = Bits::none(rows.len());
        (0..rows.len()).filter(|row| kept[*row]).for_each(|row| keep.insert(row));
        prop_assert_eq!(&score(&query, &segments, [Some(&keep), None], 1, &mut kept_scores).unwrap(), &asked);
        let (allowed, held) = (asked.allowed, asked.held);

        let rows: Vec<_> = rows.iter().map(|row| Row::new(&analyzer, row)).collect();
        let (expected, expected_allowed) = naive(&query, &rows);
        prop_assert!((f64::from(asked.full_score) - whole(&query, &rows)).abs() < 1e-4);
        prop_assert_eq!(held.len(), query.wished.len());
        for (held, phrase) in held.iter().zip(&query.wished) {
            prop_assert!(rows.iter().enumerate().all(|(place, row)| held.contains(place) == row.holds(phrase)));
        }
        for (row, expected) in expected.iter().enumerate() {
            prop_assert!((f64::from(scores[row]) - expected).abs() < 1e-4 * (1.0 + expected), "{:?} {:?}", scores, expected);
            let kept_score = if keep.contains(row) { scores[row] } else { 0.0 };
            prop_assert_eq!(kept_scores[row].to_bits(), kept_score.to_bits());
            let is_allowed = allowed.as_ref().map(|rows| rows.contains(row));
            prop_assert_eq!(is_allowed, expected_allowed.as_ref().map(|rows| rows[row]));
        }
    }

    #[test]
    fn damage_is_found_or_changes_nothing(
        rows in prop::collection::vec(row(), 1..15),
        query in query(),
        at in any::<prop::sample::Index>(),
        flip in 1u8..,
    ) {
        let analyzer = Analyzer::new(Language::ENGLISH);
        let mut bytes = segments(&analyzer, &rows, &[]).remove(0);
        let query = WordQuery::parse(&query, &analyzer);
        let answer = |bytes: &[u8]| {
            let mut scores = vec![0.0; rows.len()];
            let allowed = score(&query, &[Lexical::open(bytes)?], [None; 2], 1, &mut scores)?;
            Ok::<_, crate::Damaged>((scores, allowed))
        };
        let right = answer(&bytes).unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        let found = answer(&bytes);
        prop_assert!(found.is_err() || found == Ok(right));
    }
}

#[test]
fn nothing_is_in_no_rows() {
    let analyzer = Analyzer::new(Language::ENGLISH);
    let empty = LexicalWriter::new(&analyzer).finish();
    let segment = Lexical::open(&empty).unwrap();
    for query in ["dragon \"old elf\" sto*", "-dragon", ""] {
        let query = WordQuery::parse(query, &analyzer);
        for segments in [&[][..], &[segment, segment]] {
            let allowed = score(&query, segments, [None; 2], 2, &mut []).unwrap().allowed;
            assert_eq!(allowed.map_or(0, |rows| rows.count()), 0);
        }
    }
    assert_eq!((segment.rows(), segment.verify()), (0, Ok(())));
}

#[test]
fn phrases_see_through_hyphens_and_a_name_is_worth_less_than_the_word() {
    let analyzer = Analyzer::new(Language::ENGLISH);
    let mut writer = LexicalWriter::new(&analyzer);
    for (text, names) in [
        ("a well-known man", &["Mara"][..]),
        ("a well known man", &[]),
        ("he is known as well as any man", &[]),
        ("Mara slept", &["Mara"]),
        ("nothing here", &[]),
    ] {
        writer.add(text, names);
    }
    let bytes = writer.finish();
    let answer = |query: &str| {
        let mut scores = vec![0.0; 5];
        let query = WordQuery::parse(query, &analyzer);
        let asked = score(&query, &[Lexical::open(&bytes).unwrap()], [None; 2], 1, &mut scores).unwrap();
        (scores, asked.allowed.map(|rows| rows.iter().collect::<Vec<_>>()))
    };
    assert_eq!(answer("\"well known man\"").1, Some(vec![0, 1]));
    assert_eq!(answer("\"a well-known man\"").1, Some(vec![0, 1]));
    assert_eq!(answer("\"well-known\"").1, Some(vec![0]));
    assert_eq!(answer("man -well-known").1, Some(vec![1, 2, 3, 4]));
    assert_eq!(answer("\"mara\" -sle*").1, Some(vec![0]));
    assert_eq!(answer("-mara").1, Some(vec![]));
    // Nothing but phrases is asked for.
    assert_eq!(answer("\"known man\" \"mara slept\"").1, Some(vec![]));
    assert_eq!(answer("\"no such phrase\" -mara").1, Some(vec![]));
    // Words are asked for as well.
    assert_eq!(answer("\"known man\" \"mara slept\" well").1, None);
    assert_eq!(answer("\"no such phrase\" man -mara").1, Some(vec![1, 2, 4]));
    let (scores, allowed) = answer("mara");
    assert!(scores[3] > scores[0] && scores[0] > 0.0 && scores[1] == 0.0 && allowed.is_none());
}

#[test]
fn a_phrase_beside_words_that_only_rows_hold_that_may_not_be_found_counts_as_words() {
    let analyzer = Analyzer::new(Language::ENGLISH);
    let mut writer = LexicalWriter::new(&analyzer);
    ["the old keeper sleeps", "the keeper is old"].iter().for_each(|text| writer.add(text, &[]));
    let bytes = writer.finish();
    let (beside, alone) = ("\"old keeper\" sleeps", "\"old keeper\"");
    let mut second = Bits::all(2);
    second.remove(0);
    for (query, found_in, allowed) in [
        (beside, None, Some(1)),
        (beside, Some(&Bits::all(2)), Some(1)),
        (beside, Some(&second), None),
        (alone, None, Some(1)),
        (alone, Some(&second), Some(1)),
    ] {
        let query = WordQuery::parse(query, &analyzer);
        let mut scores = vec![0.0; 2];
        let segments = [Lexical::open(&bytes).unwrap()];
        let asked = score(&query, &segments, [found_in, found_in], 1, &mut scores).unwrap();
        assert_eq!(asked.allowed.map(|rows| rows.count()), allowed);
        assert!(scores[1] > 0.0);
    }
}
