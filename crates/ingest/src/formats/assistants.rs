//! What programs that answer keep or hand out: hosted ones and those on the user's own machine.

pub(crate) mod chatgpt;
pub(crate) mod claude;
mod drafts;
pub(crate) mod gemini;
pub(crate) mod jan;
pub(crate) mod llama;
pub(crate) mod lmstudio;
pub(crate) mod openwebui;
pub(crate) mod perplexity;
pub(crate) mod textgen;
