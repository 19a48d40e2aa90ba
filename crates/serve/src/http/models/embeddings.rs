use axum::http::HeaderName;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use naragtive::export::TokenBudget;
use naragtive::{Flow, Library, Model};
use serde::Deserialize;

use super::texts::Texts;
use super::{embedder, numbers};
use crate::Error;
use crate::call::{Stop, flow};
use crate::http::reply::Reply;

/// Says how many of the texts were longer than the model reads.
const CUT: HeaderName = HeaderName::from_static("x-naragtive-cut");
/// No model here reads fewer tokens, so that no text of fewer was cut.
const SHORT: usize = 16;

/// What is asked for; programs send more fields, which mean nothing here.
#[derive(Debug, Deserialize)]
pub(super) struct EmbeddingsRequest {
    input: Texts,
    model: Option<String>,
    encoding_format: Option<Encoding>,
    dimensions: Option<usize>,
    #[serde(default)]
    input_type: Purpose,
}

/// What the texts are, by the words of those who have servers like this: some models see other words before a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Purpose {
    #[default]
    #[serde(alias = "document", alias = "search_document")]
    Passage,
    #[serde(alias = "search_query")]
    Query,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Encoding {
    Float,
    Base64,
}

/// The vectors of texts, as OpenAI's server gives them.
pub(super) fn embeddings(library: &Library, wanted: &EmbeddingsRequest, stop: &Stop) -> Result<Reply, Error> {
    let texts = wanted.input.list()?;
    let model = embedder(library, wanted.model.as_deref())?;
    check(wanted, &model)?;
    let vectors = match (texts.as_slice(), wanted.input_type, model.embedder.local()) {
        (texts, Purpose::Query, _) => queries(&model, texts, stop)?,
        ([text], Purpose::Passage, Some(embedder)) => embedder.embed_one(text),
        (texts, Purpose::Passage, _) => model.embedder.embed(texts, || flow(stop))?,
    };
    let (tokens, cut) = read(&model, &texts);
    let width = model.embedder.dimension();
    let body = body(&vectors, width, wanted.encoding_format, &model.tag.name, tokens);
    let reply = Reply::of("application/json", body);
    Ok(if cut > 0 { reply.with(CUT, &cut.to_string()) } else { reply })
}

/// Queries are short and few: one after the other will do.
fn queries(model: &Model, texts: &[&str], stop: &Stop) -> Result<Vec<f32>, Error> {
    let mut vectors = Vec::new();
    for text in texts {
        if flow(stop) == Flow::Stop {
            return Err(Error::Cancelled);
        }
        vectors.extend(model.embedder.embed_query(text)?);
    }
    Ok(vectors)
}

fn check(wanted: &EmbeddingsRequest, model: &Model) -> Result<(), Error> {
    let width = model.embedder.dimension();
    match wanted.dimensions {
        Some(asked) if asked != width => {
            Err(Error::BadBody { problem: format!("`dimensions`: expected {width}, found {asked}") })
        }
        _ => Ok(()),
    }
}

/// How many tokens the model read, and how many texts have more than it reads: those to which a word more adds none. Of
/// another server's model that isn't known.
fn read(model: &Model, texts: &[&str]) -> (usize, usize) {
    let Some(embedder) = model.embedder.local() else {
        return (texts.iter().map(|text| TokenBudget::taken_by(text)).sum(), 0);
    };
    let count = |text: &str| embedder.tokens(text).len();
    let counts = texts.iter().map(|text| (count(text), text));
    counts.fold((0, 0), |(tokens, cut), (own, text)| {
        let is_full = own >= SHORT && count(&format!("{text} a")) == own;
        (tokens + own, cut + usize::from(is_full))
    })
}

/// Written by hand: vectors as values of JSON would take longer than computing them.
fn body(vectors: &[f32], width: usize, encoding: Option<Encoding>, model: &str, tokens: usize) -> String {
    let mut out = String::with_capacity(vectors.len() * 12 + 200);
    out.push_str("{\"object\":\"list\",\"data\":[");
    for (index, vector) in vectors.chunks_exact(width.max(1)).enumerate() {
        if index > 0 {
            out.push(',');
        }
        out.push_str("{\"object\":\"embedding\",\"index\":");
        out.push_str(&index.to_string());
        out.push_str(",\"embedding\":");
        match encoding {
            Some(Encoding::Base64) => {
                out.push('"');
                STANDARD.encode_string(numbers::bytes(vector), &mut out);
                out.push('"');
            }
            _ => numbers::list(vector, &mut out),
        }
        out.push('}');
    }
    let name = serde_json::Value::from(model);
    out + &format!("],\"model\":{name},\"usage\":{{\"prompt_tokens\":{tokens},\"total_tokens\":{tokens}}}}}")
}
