use naragtive_model::{Embedder, Finished, Flow};
use naragtive_remote::{EmbedServer, RemoteError};

use crate::flow::control;
use crate::{Error, estimate};

/// So many tokens of a text are sent to a server, estimated: many have room for 512, and theirs may be more than ours.
const MOST_TOKENS: usize = 400;
/// Items are sent to a server together until they have so many texts.
const TOGETHER: usize = 32;

/// What makes vectors of texts.
pub enum AnyEmbedder {
    /// A model in this process.
    Local(Box<Embedder>),
    /// A server.
    Server(Box<EmbedServer>),
}

impl From<Embedder> for AnyEmbedder {
    fn from(embedder: Embedder) -> Self {
        Self::Local(Box::new(embedder))
    }
}

impl AnyEmbedder {
    /// How long the vectors are.
    pub fn dimension(&self) -> usize {
        match self {
            Self::Local(embedder) => embedder.dimension(),
            Self::Server(server) => server.dimension(),
        }
    }

    /// The model in this process, if it is one.
    pub fn local(&self) -> Option<&Embedder> {
        match self {
            Self::Local(embedder) => Some(embedder),
            Self::Server(_) => None,
        }
    }

    /// How many tokens a word has, about how many where a server doesn't say.
    pub(crate) fn tokens(&self, word: &str) -> usize {
        match self {
            Self::Local(embedder) => embedder.tokenizer().count(word),
            Self::Server(_) => estimate::word(word),
        }
    }

    /// The unit vector of a query. Some models of this machine see other words before one than before a text.
    ///
    /// # Errors
    /// As [`AnyEmbedder::embed_one`].
    pub fn embed_query(&self, query: &str) -> Result<Vec<f32>, Error> {
        match self {
            Self::Local(embedder) => Ok(embedder.embed_query(query)),
            Self::Server(_) => self.embed_one(query),
        }
    }

    /// The unit vector of one text.
    ///
    /// # Errors
    /// [`Error::Embed`] when a server can't be asked.
    pub fn embed_one(&self, text: &str) -> Result<Vec<f32>, Error> {
        match self {
            Self::Local(embedder) => Ok(embedder.embed_one(text)),
            Self::Server(_) => self.embed(&[text], || Flow::Continue),
        }
    }

    /// The unit vectors of many texts: `texts.len()` rows of [`AnyEmbedder::dimension`] values, row-major. `go_on` is asked
    /// again and again meanwhile.
    ///
    /// # Errors
    /// [`Error::Stopped`] when it said so; [`Error::Embed`] when a server can't be asked.
    pub fn embed(&self, texts: &[&str], mut go_on: impl FnMut() -> Flow) -> Result<Vec<f32>, Error> {
        match self {
            Self::Local(embedder) => embedder.embed_with(texts, |_| go_on()).map_err(|_| Error::Stopped),
            Self::Server(server) => {
                let cut: Vec<&str> = texts.iter().map(|text| beginning(text, MOST_TOKENS)).collect();
                server.embed(&cut, &mut || control(go_on())).map_err(failed)
            }
        }
    }

    /// The unit vectors of `count` items, of which `prepare` makes what the caller wants to have again, and `texts` says
    /// what is embedded of it. `watch` hears of every item that is finished, and nothing many times a second; when it says
    /// stop, no more is begun.
    ///
    /// # Errors
    /// [`Error::Embed`] when a server can't be asked; `watch` has heard of what was finished before.
    pub(crate) fn embed_each<T: Send>(
        &self,
        count: usize,
        prepare: impl Fn(usize) -> T + Sync,
        texts: fn(&T) -> Vec<&str>,
        watch: impl FnMut(Option<Finished<T>>) -> Flow,
    ) -> Result<(), Error> {
        match self {
            Self::Local(embedder) => {
                let tokenized = |number| {
                    let item = prepare(number);
                    let tokens = texts(&item).iter().map(|text| embedder.tokens(text)).collect();
                    (item, tokens)
                };
                embedder.embed_each(count, tokenized, watch);
                Ok(())
            }
            Self::Server(_) => match self.one_by_one(count, prepare, texts, watch) {
                Err(Error::Stopped) => Ok(()),
                done => done,
            },
        }
    }

    /// In the order of the items, some at a time.
    fn one_by_one<T: Send>(
        &self,
        count: usize,
        prepare: impl Fn(usize) -> T,
        texts: fn(&T) -> Vec<&str>,
        mut watch: impl FnMut(Option<Finished<T>>) -> Flow,
    ) -> Result<(), Error> {
        let mut next = 0;
        while next < count {
            let (first, mut items, mut together) = (next, Vec::new(), 0);
            while next < count && together < TOGETHER {
                let item = prepare(next);
                together += texts(&item).len();
                items.push(item);
                next += 1;
            }
            let all: Vec<&str> = items.iter().flat_map(texts).collect();
            let vectors = self.embed(&all, || watch(None))?;
            let counts: Vec<(usize, usize)> = items.iter().map(|item| counted(&texts(item))).collect();
            let mut rest = vectors.as_slice();
            for ((item, number), (rows, tokens)) in items.into_iter().zip(first..).zip(counts) {
                let (own, others) = rest.split_at_checked(rows * self.dimension()).unwrap_or((rest, &[]));
                rest = others;
                if watch(Some(Finished { number, item, vectors: own.to_vec(), tokens })) == Flow::Stop {
                    return Err(Error::Stopped);
                }
            }
        }
        Ok(())
    }
}

/// How many texts, and about how many tokens they have.
fn counted(texts: &[&str]) -> (usize, usize) {
    (texts.len(), texts.iter().map(|text| estimate::tokens(text).min(MOST_TOKENS)).sum())
}

/// The beginning of a text that has about so many tokens, of whole words where the first one isn't longer.
fn beginning(text: &str, most: usize) -> &str {
    let (mut tokens, mut end) = (0, 0);
    for word in text.split_inclusive(char::is_whitespace) {
        tokens += estimate::word(word.trim());
        if tokens > most {
            let whole = text.get(..end).unwrap_or_default();
            return if whole.trim().is_empty() { letters(text, most) } else { whole };
        }
        end += word.len();
    }
    text
}

/// As many letters as there may be tokens: one that has none but a letter each is no longer.
fn letters(text: &str, most: usize) -> &str {
    text.char_indices().nth(most).and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

pub(super) fn failed(error: RemoteError) -> Error {
    match error {
        RemoteError::Stopped => Error::Stopped,
        error => Error::Embed(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_of_a_text_has_no_more_tokens_than_it_may() {
        let long = "x".repeat(100);
        for (text, most, expected) in [
            ("", 5, ""),
            ("the old harbour", 5, "the old harbour"),
            ("the old harbour", 3, "the old "),
            (" 灯台の光が消えた ", 4, " 灯台の"),
            (long.as_str(), 4, "xxxx"),
        ] {
            assert_eq!(beginning(text, most), expected, "{text}");
        }
    }
}
