use std::sync::Arc;

use naragtive::models::ChosenReranker;
use naragtive::rerank::Reranker;
use naragtive::{Library, Model};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use super::texts::{Document, counted};
use super::{embedder, is_called};
use crate::Error;
use crate::call::{Stop, flow};
use crate::http::reply::Reply;

/// A score this near to an end is as good as the end: the logit of the end itself is no number.
const EDGE: f32 = 1e-7;

/// What is asked for, in the shapes of Jina, Cohere and llama-server, or with `texts` in that of text-embeddings-inference.
#[derive(Debug, Deserialize)]
pub(super) struct RerankRequest {
    query: String,
    documents: Option<Vec<Document>>,
    texts: Option<Vec<Document>>,
    #[serde(default, deserialize_with = "whole")]
    top_n: Option<usize>,
    model: Option<String>,
    #[serde(default)]
    return_documents: bool,
    #[serde(default)]
    return_text: bool,
    #[serde(default)]
    raw_scores: bool,
}

/// A whole number that isn't below 0, in words that say so.
fn whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<usize>, D::Error> {
    let found = Value::deserialize(deserializer)?;
    let number = found.as_u64().and_then(|number| usize::try_from(number).ok());
    let wrong = || D::Error::custom(format!("`top_n`: expected a whole number from 0 up, found {found}"));
    if found.is_null() { Ok(None) } else { number.map(Some).ok_or_else(wrong) }
}

/// What says how well texts answer: a reranker, or where none is on this machine the embedder, by the cosine.
enum Judge {
    Reranker(Arc<Reranker>),
    Embedder(Arc<Model>),
}

/// The texts in the order of how well they answer, best first.
pub(super) fn rerank(library: &Library, wanted: &RerankRequest, stop: &Stop) -> Result<Reply, Error> {
    let (documents, is_tei) = match (&wanted.documents, &wanted.texts) {
        (Some(documents), None) => (documents, false),
        (None, Some(texts)) => (texts, true),
        _ => return Err(Error::BadBody { problem: "expected either `documents` or `texts`".to_owned() }),
    };
    let texts: Vec<&str> = counted(documents.iter().map(Document::text).collect(), "documents")?;
    let judge = Judge::find(library, wanted.model.as_deref())?;
    let scores = judge.scores(&wanted.query, &texts, stop)?;
    let mut order: Vec<(usize, f32)> = scores.into_iter().enumerate().collect();
    order.sort_by(|(a, one), (b, other)| other.total_cmp(one).then(a.cmp(b)));
    if is_tei {
        return Ok(Reply::json(&order.iter().map(|one| ranked(wanted, &texts, *one)).collect()));
    }
    order.truncate(wanted.top_n.unwrap_or(usize::MAX));
    let results: Vec<Value> = order.iter().map(|one| result(wanted, &texts, *one)).collect();
    Ok(Reply::json(&json!({
        "object": "list",
        "model": judge.name(),
        "results": results,
        "usage": {"total_tokens": judge.tokens(&wanted.query, &texts)},
    })))
}

fn result(wanted: &RerankRequest, texts: &[&str], (index, score): (usize, f32)) -> Value {
    let mut result = json!({"index": index, "relevance_score": score});
    if wanted.return_documents {
        result["document"] = json!({"text": texts.get(index)});
    }
    result
}

fn ranked(wanted: &RerankRequest, texts: &[&str], (index, score): (usize, f32)) -> Value {
    let logit = |score: f32| {
        let score = score.clamp(EDGE, 1.0 - EDGE);
        (score / (1.0 - score)).ln()
    };
    let mut ranked = json!({"index": index, "score": if wanted.raw_scores { logit(score) } else { score }});
    if wanted.return_text {
        ranked["text"] = json!(texts.get(index));
    }
    ranked
}

impl Judge {
    fn find(library: &Library, asked: Option<&str>) -> Result<Self, Error> {
        let asked = asked.filter(|asked| !asked.is_empty());
        let chosen = ChosenReranker::of(library.settings(), None, None);
        let reranker = library.models().reranker(&chosen);
        if let Ok(reranker) = &reranker
            && asked.is_none_or(|asked| is_called(asked, &reranker.name()))
        {
            return Ok(Self::Reranker(Arc::clone(reranker)));
        }
        // One that the user named and that can't be had is not passed over in silence.
        if let Err(error) = reranker
            && chosen.is_named()
        {
            return Err(error.into());
        }
        Ok(Self::Embedder(embedder(library, asked)?))
    }

    fn name(&self) -> String {
        match self {
            Self::Reranker(reranker) => reranker.name(),
            Self::Embedder(model) => model.tag.name.clone(),
        }
    }

    /// From 0 to 1, in the order of the texts.
    fn scores(&self, query: &str, texts: &[&str], stop: &Stop) -> Result<Vec<f32>, Error> {
        match self {
            Self::Reranker(reranker) => {
                let watch = &mut |_| flow(stop);
                Ok(reranker.score(query, texts, watch)?)
            }
            Self::Embedder(model) => {
                let asked = model.embedder.embed_query(query)?;
                let vectors = model.embedder.embed(texts, || flow(stop))?;
                let cosine = |vector: &[f32]| asked.iter().zip(vector).map(|(a, b)| a * b).sum::<f32>();
                Ok(vectors.chunks_exact(asked.len()).map(|one| cosine(one).clamp(0.0, 1.0)).collect())
            }
        }
    }

    /// About how many tokens were read.
    fn tokens(&self, query: &str, texts: &[&str]) -> usize {
        let count = naragtive::export::TokenBudget::taken_by;
        texts.iter().map(|text| count(text) + count(query)).sum()
    }
}
