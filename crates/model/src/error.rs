use std::path::PathBuf;

/// Why a model folder can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// A file of the folder can't be read.
    #[error("can't read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A JSON file of the folder isn't what it should be.
    #[error("{} isn't a model's {what}: {reason}", path.display())]
    Json {
        /// The file.
        path: PathBuf,
        /// What the file should be.
        what: &'static str,
        /// What the parser said.
        reason: String,
    },
    /// The model is of a kind this crate can't compute exactly.
    #[error("{}: unsupported {what}: expected {expected}, found {found}", path.display())]
    Unsupported {
        /// The file that says so.
        path: PathBuf,
        /// The property.
        what: &'static str,
        /// What would be supported.
        expected: String,
        /// What the file says.
        found: String,
    },
    /// The weights file isn't a whole safetensors file.
    #[error("{} isn't a whole safetensors file: {reason}", path.display())]
    Weights {
        /// The file.
        path: PathBuf,
        /// What the parser said.
        reason: String,
    },
    /// A tensor is missing, or has another shape or type, or holds values that aren't numbers.
    #[error("{}: tensor `{tensor}`: expected {expected}, found {found}", path.display())]
    Tensor {
        /// The file.
        path: PathBuf,
        /// The tensor's name.
        tensor: String,
        /// What the configuration asks for.
        expected: String,
        /// What the file holds.
        found: String,
    },
    /// The vocabulary doesn't fit the model.
    #[error("{}: {reason}", path.display())]
    Vocabulary {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// This machine lacks the instruction set that was asked for.
    #[error("this machine has no `{wanted}` instructions; it has {available}")]
    Isa {
        /// What was asked for.
        wanted: String,
        /// What there is, fastest last.
        available: String,
    },
    /// There is no precision of that name.
    #[error("there is no precision `{wanted}`; there are auto, f32, bf16, int16 and int8")]
    Precision {
        /// What was asked for.
        wanted: String,
    },
}
