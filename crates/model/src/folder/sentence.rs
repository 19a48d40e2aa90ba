//! What the files that sentence-transformers writes beside a model say of its use.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use serde::Deserialize;

use super::json::optional;
use crate::error::ModelError;
use crate::pooling::Pooling;
use crate::usage::Usage;

/// What stands before every query and before every text that queries are to find.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Prompts {
    pub(crate) query: String,
    pub(crate) passage: String,
}

/// `modules.json`: the steps from a text to its vector.
#[derive(Deserialize)]
struct Module {
    #[serde(default)]
    path: String,
    r#type: String,
}

#[derive(Deserialize)]
struct PoolingConfig {
    #[serde(default)]
    pooling_mode_cls_token: bool,
    #[serde(default)]
    pooling_mode_mean_tokens: bool,
    #[serde(default)]
    pooling_mode_mean_sqrt_len_tokens: bool,
    /// In files of later versions, in place of the others.
    pooling_mode: Option<String>,
    include_prompt: Option<bool>,
    #[serde(flatten)]
    others: BTreeMap<String, serde_json::Value>,
}

/// `config_sentence_transformers.json`.
#[derive(Default, Deserialize)]
struct PromptsConfig {
    prompts: Option<BTreeMap<String, Option<String>>>,
    default_prompt_name: Option<String>,
    similarity_fn_name: Option<String>,
}

/// What the encoder's step does to a text before it has tokens.
#[derive(Default, Deserialize)]
pub(super) struct SentenceConfig {
    pub(super) max_seq_length: Option<usize>,
    #[serde(default)]
    pub(super) do_lower_case: bool,
}

/// All of it.
pub(super) struct Sentences {
    pub(super) pooling: Pooling,
    pub(super) prompts: Prompts,
    pub(super) config: SentenceConfig,
}

/// The name of the file depends on the version that wrote it.
const SENTENCE_CONFIGS: [&str; 3] =
    ["sentence_bert_config.json", "sentence_xlm-roberta_config.json", "sentence_roberta_config.json"];
/// What a prompt for the texts that are found is called, the first that is there.
const PASSAGE: [&str; 3] = ["document", "passage", "corpus"];

impl Sentences {
    pub(super) fn read(folder: &Path, usage: Usage) -> Result<Self, ModelError> {
        let steps = Steps::read(folder)?;
        let path = folder.join("config_sentence_transformers.json");
        let file: PromptsConfig = optional(&path, "settings")?.unwrap_or_default();
        file.check_similarity(&path, &steps)?;
        let prompts = file.prompts(usage);
        let pooling = pooling(&folder.join(&steps.pooling).join("config.json"), usage, &prompts)?;
        let configs = SENTENCE_CONFIGS.iter().map(|name| optional(&folder.join(name), "settings"));
        let config = configs.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().next();
        Ok(Self { pooling, prompts, config: config.unwrap_or_default() })
    }
}

/// The steps that matter: where pooling is described, and whether vectors get length one as the last of them.
///
/// They always do here: searches go by the cosine, for which lengths are nothing.
struct Steps {
    pooling: PathBuf,
    normalize: bool,
}

impl Steps {
    fn read(folder: &Path) -> Result<Self, ModelError> {
        let path = folder.join("modules.json");
        let Some(modules) = optional::<Vec<Module>>(&path, "list of steps")? else {
            return Ok(Self { pooling: "1_Pooling".into(), normalize: true });
        };
        let names: Vec<&str> = modules.iter().map(Module::name).collect();
        let refuse = |what, expected: &str, found| {
            Err(ModelError::Unsupported { path: path.clone(), what, expected: expected.into(), found })
        };
        let normalize = match names.as_slice() {
            ["Transformer", "Pooling"] => false,
            ["Transformer", "Pooling", "Normalize"] => true,
            names => {
                let expected = "`Transformer`, `Pooling` and perhaps `Normalize`";
                return refuse("steps", expected, format!("`{}`", names.join("`, `")));
            }
        };
        let (encoder, pooling) = (&modules[0].path, &modules[1].path);
        let is_inside =
            |path: &str| Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
        match (encoder.as_str(), is_inside(pooling)) {
            ("" | ".", true) => Ok(Self { pooling: pooling.into(), normalize }),
            ("" | ".", false) => refuse("path", "one in the folder", format!("`{pooling}`")),
            (other, _) => refuse("path of the encoder", "the folder itself", format!("`{other}`")),
        }
    }
}

impl Module {
    fn name(&self) -> &str {
        self.r#type.rsplit('.').next().unwrap_or(&self.r#type)
    }
}

impl PromptsConfig {
    /// A model that is compared by dot products of vectors of any length can't be searched by the cosine.
    fn check_similarity(&self, path: &Path, steps: &Steps) -> Result<(), ModelError> {
        let name = self.similarity_fn_name.as_deref().unwrap_or("cosine");
        match name {
            "cosine" => Ok(()),
            "dot" | "dot_product" if steps.normalize => Ok(()),
            other => Err(ModelError::Unsupported {
                path: path.to_owned(),
                what: "similarity_fn_name",
                expected: "`cosine`, or vectors of length 1".into(),
                found: format!("`{other}`"),
            }),
        }
    }

    /// Those of the file where it has any, else what is known of the model.
    fn prompts(&self, usage: Usage) -> Prompts {
        let named = |name: &str| self.prompts.as_ref()?.get(name)?.clone();
        let default = self.default_prompt_name.as_deref().and_then(named);
        let query = named("query").filter(|text| !text.is_empty());
        let mut passages = PASSAGE.into_iter().filter_map(named);
        let passage = passages.find(|text| !text.is_empty());
        if query.is_none() && passage.is_none() && default.is_none() {
            return Prompts { query: usage.query.to_owned(), passage: usage.passage.to_owned() };
        }
        let or_default = |text: Option<String>| text.or_else(|| default.clone()).unwrap_or_default();
        Prompts { query: or_default(query), passage: or_default(passage) }
    }
}

fn pooling(path: &Path, usage: Usage, prompts: &Prompts) -> Result<Pooling, ModelError> {
    let Some(config) = optional::<PoolingConfig>(path, "settings")? else {
        return Ok(usage.pooling.unwrap_or(Pooling::Mean));
    };
    let refuse = |what, expected: &str, found| {
        Err(ModelError::Unsupported { path: path.to_owned(), what, expected: expected.into(), found })
    };
    if config.include_prompt == Some(false) && *prompts != Prompts::default() {
        return refuse("include_prompt", "true", "false".into());
    }
    let modes = config.modes();
    let modes: Vec<&str> = modes.iter().map(String::as_str).collect();
    match modes.as_slice() {
        // The two have the same direction.
        ["mean"] | ["mean_sqrt_len_tokens"] => Ok(Pooling::Mean),
        ["cls"] => Ok(Pooling::Cls),
        modes => {
            let found = if modes.is_empty() { "none".into() } else { format!("`{}`", modes.join("`, `")) };
            refuse("pooling mode", "mean tokens or the first token", found)
        }
    }
}

impl PoolingConfig {
    /// The names of all modes that are switched on.
    fn modes(&self) -> Vec<String> {
        if let Some(mode) = &self.pooling_mode {
            return vec![mode.clone()];
        }
        let own = [
            (self.pooling_mode_cls_token, "cls"),
            (self.pooling_mode_mean_tokens, "mean"),
            (self.pooling_mode_mean_sqrt_len_tokens, "mean_sqrt_len_tokens"),
        ];
        let own = own.into_iter().filter(|(on, _)| *on).map(|(_, name)| name.to_owned());
        let others = self.others.iter().filter(|(_, value)| value.as_bool() == Some(true));
        let others = others.filter_map(|(name, _)| name.strip_prefix("pooling_mode_").map(str::to_owned));
        own.chain(others).collect()
    }
}
