use std::borrow::Cow;
use std::fs::File;
use std::path::{Path, PathBuf};

use memmap2::Mmap;
use safetensors::{Dtype, SafeTensors};

use crate::ModelError;
use crate::kernels::map_file;

/// The tensors of one `model.safetensors`, mapped into memory.
pub(crate) struct Weights {
    path: PathBuf,
    bytes: Mmap,
}

/// One tensor's place in the mapped file, for tables that are read a row at a time and never copied.
pub(crate) struct Table {
    start: usize,
    width: usize,
}

impl Weights {
    pub(crate) fn open(folder: &Path) -> Result<Self, ModelError> {
        let path = folder.join("model.safetensors");
        let read = |source| ModelError::Read { path: path.clone(), source };
        let bytes = map_file(&File::open(&path).map_err(read)?).map_err(read)?;
        Ok(Self { path, bytes })
    }

    /// Parses the header once; tensors are looked up in what this returns.
    pub(crate) fn tensors(&self) -> Result<Tensors<'_>, ModelError> {
        let parsed = SafeTensors::deserialize(&self.bytes);
        let parsed = parsed
            .map_err(|error| ModelError::Weights { path: self.path.clone(), reason: error.to_string() })?;
        let prefix = if parsed.tensor("embeddings.LayerNorm.weight").is_ok() { "" } else { "bert." };
        Ok(Tensors { path: &self.path, base: self.bytes.as_ptr() as usize, parsed, prefix })
    }

    /// Row `row` of a table, as the file holds it.
    pub(crate) fn row(&self, table: &Table, row: usize) -> &[f32] {
        let start = table.start + row * table.width * size_of::<f32>();
        bytemuck::cast_slice(&self.bytes[start..start + table.width * size_of::<f32>()])
    }
}

/// The parsed header of a weights file.
pub(crate) struct Tensors<'a> {
    path: &'a Path,
    base: usize,
    parsed: SafeTensors<'a>,
    prefix: &'static str,
}

impl<'a> Tensors<'a> {
    /// The values of tensor `name`, row-major.
    ///
    /// # Errors
    /// When it is missing, isn't f32, has another shape, or holds a value that isn't finite.
    pub(crate) fn f32(&self, name: &str, shape: &[usize]) -> Result<Cow<'a, [f32]>, ModelError> {
        let bytes = self.bytes(name, shape)?;
        let values: Cow<'_, [f32]> = match bytemuck::try_cast_slice(bytes) {
            Ok(values) => Cow::Borrowed(values),
            Err(_) => Cow::Owned(bytemuck::pod_collect_to_vec(bytes)),
        };
        match values.iter().position(|value| !value.is_finite()) {
            None => Ok(values),
            Some(at) => Err(self.error(name, "finite numbers".into(), format!("{} at {at}", values[at]))),
        }
    }

    /// Where a table of `shape` lies, without reading it.
    ///
    /// # Errors
    /// As [`Tensors::f32`], but for values that aren't finite, and when the file isn't aligned to its values.
    pub(crate) fn table(&self, name: &str, shape: [usize; 2]) -> Result<Table, ModelError> {
        let bytes = self.bytes(name, &shape)?;
        if bytemuck::try_cast_slice::<u8, f32>(bytes).is_err() {
            return Err(self.error(name, "data at a multiple of 4 bytes".into(), "another place".into()));
        }
        Ok(Table { start: bytes.as_ptr() as usize - self.base, width: shape[1] })
    }

    fn bytes(&self, name: &str, shape: &[usize]) -> Result<&'a [u8], ModelError> {
        let expected = || format!("f32 of shape {shape:?}");
        let Ok(tensor) = self.parsed.tensor(&format!("{}{name}", self.prefix)) else {
            return Err(self.error(name, expected(), "no such tensor".into()));
        };
        if tensor.dtype() != Dtype::F32 || tensor.shape() != shape {
            let found = format!("{:?} of shape {:?}", tensor.dtype(), tensor.shape());
            return Err(self.error(name, expected(), found));
        }
        Ok(tensor.data())
    }

    fn error(&self, name: &str, expected: String, found: String) -> ModelError {
        let tensor = format!("{}{name}", self.prefix);
        ModelError::Tensor { path: self.path.to_owned(), tensor, expected, found }
    }
}
