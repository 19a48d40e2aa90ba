use naragtive_hub::{self as hub, FoundModel, Languages, Manner, ModelKind};
use naragtive_model::{Delta, Embedder, ModelOptions, Pooling, Usage};
use naragtive_remote::EmbedServer;
use naragtive_store::ModelTag;

use super::any_embedder::AnyEmbedder;
use crate::Error;

/// An embedder and the name under which stores know its vectors.
pub struct Model {
    /// Makes the vectors.
    pub embedder: AnyEmbedder,
    /// What a store with such vectors says.
    pub tag: ModelTag,
}

impl Model {
    /// Opens the model that was found.
    ///
    /// # Errors
    /// When its folder can't be used.
    pub fn open(found: &FoundModel, options: ModelOptions) -> Result<Self, Error> {
        let delta = delta(found);
        let options = ModelOptions { sums: found.sums.clone(), delta, usage: usage(found.manner), ..options };
        let embedder = Embedder::open(&found.folder, options)?;
        let revision = Some(embedder.identity().as_str().to_owned());
        let tag = ModelTag { name: found.model.clone(), revision, dimension: embedder.dimension() };
        Ok(Self { embedder: embedder.into(), tag })
    }

    /// That of a server, which says what it is called and how long its vectors are.
    pub(super) fn of_server(server: EmbedServer) -> Self {
        let tag = ModelTag::of_server(server.model(), server.dimension());
        Self { embedder: AnyEmbedder::Server(Box::new(server)), tag }
    }

    /// The languages it was trained on, if it is a known one.
    pub(crate) fn languages(&self) -> Option<Languages> {
        match hub::lookup(self.tag.bare_name()).ok()?.kind {
            ModelKind::Embedder { languages, .. } => Some(languages),
            ModelKind::Reranker { .. } => None,
        }
    }
}

/// How texts are put to it, in the words of whoever computes.
fn usage(Manner { first_token, query, passage, max_tokens }: Manner) -> Usage {
    Usage { pooling: first_token.then_some(Pooling::Cls), query, passage, max_tokens }
}

/// What changes the weights that were found.
pub(super) fn delta(found: &FoundModel) -> Option<Delta> {
    let derived = found.derived?;
    let base = derived.base.file("model.safetensors")?.sha256?;
    Some(Delta { bytes: derived.delta, base, merged: derived.merged })
}
