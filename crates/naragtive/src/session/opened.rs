use std::ops::Range;

use naragtive_index::{self as index, Bits, Index, RowHit, WordQuery};
use naragtive_scene::{Filter, SceneId};
use naragtive_store::Span;

use super::distant::MOST_WITHOUT_COPY;
use super::stores::OpenStores;
use crate::calibration::Calibration;
use crate::embedding::passage::bytes;
use crate::session::matches::Matcher;
use crate::{Error, Hit, Hits, Mode, Query, Scores};

/// So many scenes are looked at that have most of the words, where only some are.
const BY_WORDS: usize = 200;

/// Opened stores of one model with one index over all their rows, as they were when they were opened.
pub(super) struct OpenPart {
    pub(super) stores: OpenStores,
    pub(super) index: Index,
}

/// A query as it is asked: its text is understood once, here.
pub(super) struct AskedQuery<'a> {
    pub(super) query: &'a Query,
    pub(super) words: &'a WordQuery,
    /// The model that most of what is meant says nothing to.
    pub(super) unknown_to: Option<&'a str>,
}

impl AskedQuery<'_> {
    /// Whether the query can't be answered without its vector.
    pub(super) fn needs_vector(&self) -> bool {
        self.query.like.is_none() && self.query.mode != Mode::Keyword
    }

    /// Whether words decide alone, though meaning was asked for as well: a vector of what a model doesn't know is near anything.
    fn goes_by_words(&self) -> bool {
        self.unknown_to.is_some() && self.query.mode() == Mode::Hybrid && !self.words.is_empty()
    }

    /// The text whose meaning is searched: without what must not be there, where words are searched too.
    pub(super) fn meant(&self) -> &str {
        let excludes = self.words.excludes() && !self.words.is_empty();
        if self.query.mode != Mode::Semantic && excludes { self.words.plain() } else { self.words.text() }
    }

    /// What a reranker is asked: the query without the signs of the search by words.
    pub(super) fn question(&self) -> &str {
        let plain = self.words.plain().trim();
        if self.query.mode == Mode::Semantic || plain.is_empty() { self.words.text() } else { plain }
    }
}

impl OpenPart {
    /// The scenes that answer best, or those like the one in row `like`; `vector` is that of what is meant.
    pub(super) fn search(
        &self,
        asked: &AskedQuery<'_>,
        like: Option<usize>,
        vector: Option<&[f32]>,
    ) -> Result<Hits, Error> {
        let query = asked.query;
        let hits = self.answer(asked, like, vector)?;
        let title = query.like.as_ref().map(|id: &SceneId| format!("scenes like {id}"));
        Ok(Hits {
            query: title.unwrap_or_else(|| query.text.clone()),
            like: query.like.clone(),
            stores: self.stores.infos().cloned().collect(),
            mode: query.mode(),
            also_searched: asked.words.respelt().to_vec(),
            unknown_to: asked.unknown_to.map(str::to_owned),
            phrases_nowhere: phrases_nowhere(query, asked.words),
            passed_over: Vec::new(),
            note: None,
            reranked: None,
            hits,
        })
    }

    /// The hits with all that was asked to come with them.
    fn answer(
        &self,
        what: &AskedQuery<'_>,
        like: Option<usize>,
        vector: Option<&[f32]>,
    ) -> Result<Vec<Hit>, Error> {
        let query = what.query;
        let keep = self.keep(&query.filter)?;
        let asked = index::IndexQuery {
            vector,
            words: what.words,
            mode: query.mode(),
            meaning: match query.meaning {
                _ if what.goes_by_words() => 0.0,
                share => share.unwrap_or_else(|| self.stores.share_of_meaning()),
            },
            limit: query.limit,
            keep: keep.as_ref(),
            exact: false,
            spread: query.spread,
            now: None,
        };
        let mut found = match like {
            Some(row) => self.index.similar(row, &asked)?,
            None => self.index.search(&asked)?,
        };
        if what.goes_by_words() {
            found.retain(|found| {
                found.features.words.is_some_and(|words| words.own > 0.0 || words.around > 0.0)
            });
            found.iter_mut().for_each(|found| found.features.meaning = None);
        }
        let may_be_found = keep.as_ref().map_or(self.index.rows(), Bits::count);
        let scores = self.scores(query, &found, may_be_found);
        let kept = found.into_iter().zip(scores).filter(|(_, score)| *score >= query.min_score);
        let (found, scores): (Vec<_>, Vec<_>) = kept.unzip();
        let mut hits = self.hits(what, &found, &scores, vector.filter(|_| query.passages))?;
        if query.context > 0 {
            self.add_neighbours(&mut hits, &found, query.context)?;
        }
        if query.explain {
            self.explain(&mut hits, &found, &asked)?;
        }
        Ok(hits)
    }

    /// The rows that the filter keeps; none for the filter that keeps all.
    pub(super) fn keep(&self, filter: &Filter) -> Result<Option<Bits>, Error> {
        if filter.is_empty() {
            return Ok(None);
        }
        let mut keep = Bits::all(self.index.rows());
        for condition in filter.conditions() {
            let mut met = Bits::none(self.index.rows());
            for key in &condition.keys {
                met.unite(&self.index.bits_where(key, &|value| condition.meets(value))?);
            }
            keep.intersect(&met);
        }
        Ok(Some(keep))
    }

    /// Checks that stores without a copy have no more scenes that may be found than can be fetched.
    pub(super) fn check_size(&self, keep: Option<&Bits>) -> Result<(), Error> {
        match self.stores.most_distant(keep) {
            Some((store, found)) if found > MOST_WITHOUT_COPY => {
                Err(Error::TooManyWithoutCopy { name: store.title(), found, most: MOST_WITHOUT_COPY })
            }
            _ => Ok(()),
        }
    }

    /// The rows whose vectors are looked at where only some are: those near to `vector`, those that have most of the words, and those
    /// around them.
    pub(super) fn candidates_for(
        &self,
        words: &WordQuery,
        keep: Option<&Bits>,
        vector: Option<&[f32]>,
    ) -> Result<Bits, Error> {
        let mut candidates = Bits::none(self.index.rows());
        let Some(vector) = vector else { return Ok(candidates) };
        let by_words = index::IndexQuery {
            vector: None,
            words,
            mode: Mode::Keyword,
            meaning: 0.0,
            limit: BY_WORDS,
            keep,
            exact: false,
            spread: false,
            now: None,
        };
        self.index.search(&by_words)?.iter().for_each(|found| candidates.insert(found.row));
        let near = self.stores.candidates(vector, keep)?;
        near.into_iter().for_each(|row| candidates.insert(row));
        Ok(self.index.context(&candidates, |_| true)?)
    }

    /// The rows whose vectors this search reads, where those in `keep` may be found and `like` is the one that others are to be
    /// like; all of them with none.
    pub(super) fn read_for(
        &self,
        query: &Query,
        keep: Option<Bits>,
        like: Option<usize>,
    ) -> Result<Option<Bits>, Error> {
        if query.mode() == Mode::Keyword && !query.passages {
            return Ok(Some(Bits::none(self.index.rows())));
        }
        let Some(keep) = keep else { return Ok(None) };
        // A row without passages has the vector of its whole text for one.
        let mut read = self.index.context(&keep, |_| true)?;
        like.into_iter().for_each(|row| read.insert(row));
        Ok(Some(read))
    }

    /// What is shown as the score of each row that was found: in hybrid mode the probability that it answers, else what ranks.
    fn scores(&self, query: &Query, found: &[RowHit], may_be_found: usize) -> Vec<f32> {
        let calibration = Calibration::of(self.stores.model().as_ref(), may_be_found);
        let best = found.first().map_or(0.0, |best| best.score);
        let score = |found: &RowHit| match query.mode() {
            Mode::Hybrid => calibration.probability(&found.features, best - found.score),
            Mode::Semantic | Mode::Keyword => found.score,
        };
        found.iter().map(score).collect()
    }

    /// What was found with its text; with the places of all its passages where there is a vector to rank them by.
    fn hits(
        &self,
        what: &AskedQuery<'_>,
        found: &[RowHit],
        shown: &[f32],
        nearest_to: Option<&[f32]>,
    ) -> Result<Vec<Hit>, Error> {
        let matcher = Matcher::new(what.query.mode(), what.words, self.index.analyzer());
        let rows: Vec<usize> = found.iter().map(|found| found.row).collect();
        let read = self.stores.scenes_and_spans(&rows)?.into_iter().zip(self.stores.infos_of(&rows)?);
        let hits = read.zip(found.iter().zip(shown)).zip(1..);
        let hits = hits.map(|((((scene, spans), store), (found, score)), rank)| {
            let matches = matcher.matches(&scene.text);
            let passages =
                nearest_to.map(|vector| self.ranked_passages(found.row, &spans, &scene.text, vector));
            Ok(Hit {
                rank,
                score: *score,
                blend: found.score,
                scores: scores(found),
                passage: matcher.passage(found, &spans, &scene.text, &matches),
                passages: passages.transpose()?.unwrap_or_default(),
                matches,
                store,
                scene,
                before: Vec::new(),
                after: Vec::new(),
                explained: None,
            })
        });
        hits.collect()
    }

    /// Where the passages of a row stand in its text, those nearest to `vector` first.
    fn ranked_passages(
        &self,
        row: usize,
        spans: &[Span],
        text: &str,
        vector: &[f32],
    ) -> Result<Vec<Range<usize>>, Error> {
        let vectors = self.index.vectors(row)?.map(|vectors| vectors.passages).unwrap_or_default();
        let mut ranked: Vec<(f32, Span)> =
            vectors.iter().map(|passage| product(passage, vector)).zip(spans.iter().copied()).collect();
        // Stable: equal ones stay in the order of the text.
        ranked.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        Ok(ranked.into_iter().map(|(_, span)| bytes(text, span)).collect())
    }
}

/// Quotes mean nothing where scenes are found by their meaning alone.
fn phrases_nowhere(query: &Query, words: &WordQuery) -> Vec<String> {
    let counts = query.like.is_none() && query.mode != Mode::Semantic;
    if counts { words.held_nowhere().to_vec() } else { Vec::new() }
}

/// The cosine of two unit vectors.
fn product(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn scores(found: &RowHit) -> Scores {
    Scores { dense: found.dense.map(|score| score.max(0.0)), lexical: found.lexical, rerank: None }
}

#[cfg(test)]
mod tests {
    use naragtive_index::{Analyzer, Language};

    use super::*;

    fn asked<R>(text: &str, mode: Mode, read: impl Fn(&AskedQuery<'_>) -> R) -> R {
        let query = Query { mode, ..Query::new(text, 1) };
        let words = WordQuery::parse(text, &Analyzer::new(Language::ENGLISH));
        read(&AskedQuery { query: &query, words: &words, unknown_to: None })
    }

    #[test]
    fn the_reranker_is_asked_without_the_signs_of_the_search() {
        for (query, mode, expected) in [
            ("who lit the lamp", Mode::Hybrid, "who lit the lamp"),
            ("who lit the lamp -tavern", Mode::Hybrid, "who lit the lamp"),
            ("who lit the lamp -tavern", Mode::Semantic, "who lit the lamp -tavern"),
            ("-tavern", Mode::Hybrid, "-tavern"),
            ("", Mode::Keyword, ""),
        ] {
            assert_eq!(asked(query, mode, |asked| asked.question().to_owned()), expected, "{query}");
        }
    }

    #[test]
    fn a_vector_is_needed_where_meaning_counts() {
        for (mode, expected) in [(Mode::Hybrid, true), (Mode::Semantic, true), (Mode::Keyword, false)] {
            assert_eq!(asked("lamp", mode, |asked| asked.needs_vector()), expected, "{mode:?}");
        }
    }
}
