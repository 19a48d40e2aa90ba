use std::ops::Range;

use naragtive_hub::FoundModel;
use naragtive_model::{self as model, Flow, ModelOptions};
use naragtive_remote::{RerankServer, ServerSettings};

use super::order::{self, Weight};
use super::pieces::pieces;
use super::scale::{normalised, sigmoid};
use crate::estimate::tokens;
use crate::{Error, Hit, Hits, Judgement, Reranked};

/// Around a query and a text stand up to four marks.
const MARKS: usize = 4;
/// How many tokens a server may be sent: many are started with room for 512, and theirs may be more than ours.
const SERVER_TOKENS: usize = 400;
/// So many texts a server is sent between two looks at whether to stop.
const BATCH: usize = 32;
/// A query may take half of what is read; what is longer is cut by the model.
const QUERY_SHARE: usize = 2;

/// What reads a scene together with the query, and says how well it answers.
pub enum Reranker {
    /// A model in this process.
    Local {
        /// What it is called.
        name: String,
        /// The cross-encoder.
        model: Box<model::CrossEncoder>,
    },
    /// A server.
    Remote(RerankServer),
}

/// How far a reranker is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RerankProgress {
    /// Texts read.
    pub texts: usize,
    /// Texts to read; a long scene is several.
    pub texts_total: usize,
}

impl Reranker {
    /// Opens the model that was found.
    ///
    /// # Errors
    /// When its folder can't be used.
    pub fn open(found: &FoundModel, options: ModelOptions) -> Result<Self, Error> {
        let options = ModelOptions { sums: found.sums.clone(), ..options };
        let model = model::CrossEncoder::open(&found.folder, options).map_err(Error::RerankModel)?;
        Ok(Self::Local { name: found.model.clone(), model: Box::new(model) })
    }

    /// A server, which isn't asked anything yet.
    ///
    /// # Errors
    /// When its address makes no sense.
    pub fn at(settings: &ServerSettings) -> Result<Self, Error> {
        Ok(Self::Remote(RerankServer::new(settings)?))
    }

    /// What to call it: the model's name, or the server's address and the model it was asked for.
    pub fn name(&self) -> String {
        match self {
            Self::Local { name, .. } => name.clone(),
            Self::Remote(server) => match server.model() {
                Some(model) => format!("{model} at {}", server.address()),
                None => server.address().to_owned(),
            },
        }
    }

    /// Puts the hits in the order of what the search and the reranker say together, best first, equal ones as they were.
    /// Each hit's score is then the reranker's; [`Hits::keep`] leaves the best of them. Nothing is changed where it fails.
    ///
    /// # Errors
    /// When the server doesn't answer, the model gives something that is no number, or `progress` says stop.
    pub fn rerank(
        &self,
        hits: &mut Hits,
        question: &str,
        weight: Weight,
        progress: &mut dyn FnMut(RerankProgress) -> Flow,
    ) -> Result<(), Error> {
        let room = self.room(question);
        let pieces: Vec<Vec<Range<usize>>> = hits.hits.iter().map(|hit| pieces(hit, room)).collect();
        let texts: Vec<&str> = hits
            .hits
            .iter()
            .zip(&pieces)
            .flat_map(|(hit, pieces)| pieces.iter().map(|piece| hit.scene.text.get(piece.clone())))
            .map(Option::unwrap_or_default)
            .collect();
        let scores = self.score(question, &texts, progress)?;
        let mut rest = scores.as_slice();
        for (hit, pieces) in hits.hits.iter_mut().zip(&pieces) {
            let (own, later) = rest.split_at_checked(pieces.len()).unwrap_or((rest, &[]));
            rest = later;
            judge(hit, pieces, own);
        }
        order::sort(hits, weight);
        hits.reranked = Some(Reranked { by: self.name(), candidates: hits.hits.len() });
        Ok(())
    }

    /// How many tokens of a scene are read at once.
    fn room(&self, query: &str) -> usize {
        let most = match self {
            Self::Local { model, .. } => model.max_tokens(),
            Self::Remote(_) => SERVER_TOKENS,
        };
        most.saturating_sub(MARKS + tokens(query).min(most / QUERY_SHARE))
    }

    /// How well each text answers, from 0 to 1, in the order of the texts.
    ///
    /// # Errors
    /// As [`Reranker::rerank`].
    pub fn score(
        &self,
        query: &str,
        texts: &[&str],
        progress: &mut dyn FnMut(RerankProgress) -> Flow,
    ) -> Result<Vec<f32>, Error> {
        let mut tell =
            |texts_done: usize| progress(RerankProgress { texts: texts_done, texts_total: texts.len() });
        match self {
            Self::Remote(server) => {
                // Whoever waits is told before the first request, which may take a minute.
                tell(0);
                let mut scores = Vec::with_capacity(texts.len());
                // A batch at a time, so that whoever waits can stop between two requests.
                for batch in texts.chunks(BATCH) {
                    scores.extend(server.score(query, batch, &mut |_| ())?);
                    if tell(scores.len()) == Flow::Stop {
                        return Err(Error::Stopped);
                    }
                }
                Ok(normalised(scores))
            }
            Self::Local { name, model } => {
                let logits = model.score_with(query, texts, |done| tell(done.texts));
                let logits = logits.map_err(|naragtive_model::Stopped| Error::Stopped)?;
                if logits.len() != texts.len() || logits.iter().any(|logit| logit.is_nan()) {
                    return Err(Error::NoScore { model: name.clone() });
                }
                Ok(logits.into_iter().map(sigmoid).collect())
            }
        }
    }
}

/// Gives the hit the score of its best piece, of equal ones the first.
fn judge(hit: &mut Hit, pieces: &[Range<usize>], scores: &[f32]) {
    let best = pieces.iter().zip(scores).rev().max_by(|(_, a), (_, b)| a.total_cmp(b));
    let score = best.map_or(0.0, |(_, score)| *score);
    if let (Some(explained), Some((piece, _))) = (&mut hit.explained, best) {
        explained.judgement = Some(Judgement {
            score,
            piece: piece.clone(),
            pieces: pieces.len(),
            rank_before: hit.rank,
            score_before: hit.score,
        });
    }
    hit.score = score;
    hit.scores.rerank = Some(score);
}
