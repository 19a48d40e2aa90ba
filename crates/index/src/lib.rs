//! Which rows, in what order: derived from a store, knows nothing of where vectors come from.

mod analysis;
mod bits;
mod dense;
mod error;
mod facets;
mod language;
mod lexical;
mod row;
mod top;
mod word_query;

pub use analysis::{Analyzer, Term};
pub use bits::Bits;
pub use dense::nearest;
pub use error::{Damaged, IndexError};
pub use facets::{Facets, FacetsWriter};
pub use language::{Language, UnknownLanguage};
pub use lexical::{Lexical, LexicalWriter, score};
pub use row::{Fingerprint, Row};
pub use top::{Ranked, Top};
pub use word_query::WordQuery;
