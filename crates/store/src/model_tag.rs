use std::fmt;

const LEGACY_MODEL: &str = "all-MiniLM-L6-v2";
const LEGACY_DIMENSION: usize = 384;
/// In the place of a revision, of a model that only its server knows closer.
const SERVER: &str = "server";

/// The model whose embeddings a store holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelTag {
    /// Its name, with or without the organisation before a slash.
    pub name: String,
    /// What tells its vectors from those of other models of the same name, where known: of its weights, its tokenizer and
    /// its pooling. `server` where a server made them.
    pub revision: Option<String>,
    /// How many numbers one embedding has.
    pub dimension: usize,
}

impl ModelTag {
    /// The model of every store of the Python tool, which doesn't name it: all-MiniLM-L6-v2, 384.
    pub fn legacy() -> Self {
        Self { name: LEGACY_MODEL.to_owned(), revision: None, dimension: LEGACY_DIMENSION }
    }

    /// The model of a server, which is known by its name and the length of its vectors only.
    pub fn of_server(name: impl Into<String>, dimension: usize) -> Self {
        Self { name: name.into(), revision: Some(SERVER.to_owned()), dimension }
    }

    /// Whether a server makes its vectors.
    pub fn is_of_server(&self) -> bool {
        self.revision.as_deref() == Some(SERVER)
    }

    /// Whether the vectors of both can be compared: same dimension, same revision where both have one, and same name,
    /// without regard to the organisation before a slash.
    ///
    /// Stores of the Python tool and of earlier versions of this program have no revision: those are taken by name. No server
    /// made their vectors, and one may call its model as it likes.
    pub fn agrees_with(&self, other: &Self) -> bool {
        let known = self.revision.as_ref().zip(other.revision.as_ref());
        let are_alike = self.is_called_like(other) && self.is_of_server() == other.is_of_server();
        are_alike && known.is_none_or(|(own, other)| own == other)
    }

    /// The name without the organisation before a slash.
    pub fn bare_name(&self) -> &str {
        self.name.rsplit('/').next().unwrap_or(&self.name)
    }

    /// Whether both have the same dimension and the same name, without regard to the organisation before a slash.
    pub fn is_called_like(&self, other: &Self) -> bool {
        self.dimension == other.dimension && self.bare_name() == other.bare_name()
    }

    /// This tag, with the revision of a model that agrees with it where it has none.
    pub(crate) fn known_by(&self, model: &Self) -> Self {
        Self { revision: self.revision.clone().or_else(|| model.revision.clone()), ..self.clone() }
    }

    /// In words that tell it from `other`, which it doesn't agree with: its revision only where all else is the same.
    pub(crate) fn told_from(&self, other: &Self) -> String {
        // As many characters as tell two apart; a revision may be a whole hash.
        let short = |revision: &String| revision.chars().take(12).collect::<String>();
        match &self.revision {
            Some(_) if self.is_called_like(other) && self.is_of_server() => format!("{self}, of a server"),
            Some(revision) if self.is_called_like(other) => format!("{self}, revision {}", short(revision)),
            _ => self.to_string(),
        }
    }
}

impl fmt::Display for ModelTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} numbers)", self.name, self.dimension)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revision_is_learned_where_none_is_known_and_never_forgotten() {
        let tag =
            |revision: Option<&str>| ModelTag { revision: revision.map(str::to_owned), ..ModelTag::legacy() };
        for (own, other, known) in [
            (None, None, None),
            (None, Some("a"), Some("a")),
            (Some("a"), None, Some("a")),
            (Some("a"), Some("a"), Some("a")),
        ] {
            assert_eq!(tag(own).known_by(&tag(other)), tag(known), "{own:?} {other:?}");
        }
        let named = ModelTag { name: "them/all-MiniLM-L6-v2".into(), ..tag(None) };
        assert!(named.is_called_like(&tag(Some("a"))));
        assert_eq!(named.known_by(&tag(Some("a"))).name, named.name);
    }

    #[test]
    fn a_servers_model_agrees_with_none_of_this_machine() {
        let (own, served) = (ModelTag::legacy(), ModelTag::of_server("all-MiniLM-L6-v2", 384));
        assert!(served.is_of_server() && !own.is_of_server());
        assert!(served.agrees_with(&served.clone()));
        assert!(!served.agrees_with(&own) && !own.agrees_with(&served), "even where one has no revision");
        assert_eq!(served.told_from(&own), "all-MiniLM-L6-v2 (384 numbers), of a server");
        assert!(!served.agrees_with(&ModelTag::of_server("all-MiniLM-L6-v2", 768)));
        assert!(!served.agrees_with(&ModelTag::of_server("bge-m3", 384)));
    }

    #[test]
    fn models_agree_in_name_and_dimension() {
        let tag = |name: &str, dimension| ModelTag { name: name.into(), revision: None, dimension };
        let revised = |revision: &str| ModelTag { revision: Some(revision.into()), ..ModelTag::legacy() };
        assert!(revised("r1").agrees_with(&revised("r1")) && !revised("r1").agrees_with(&revised("r2")));
        assert!(
            revised("r1").agrees_with(&ModelTag::legacy()) && ModelTag::legacy().agrees_with(&revised("r1"))
        );
        let shown = revised("0123456789abcdef").told_from(&revised("r2"));
        assert_eq!(shown, "all-MiniLM-L6-v2 (384 numbers), revision 0123456789ab");
        let shown = revised("r1").told_from(&ModelTag { name: "e5-small".into(), ..revised("r2") });
        assert_eq!(shown, "all-MiniLM-L6-v2 (384 numbers)");
        for (other, agrees) in [
            (tag("all-MiniLM-L6-v2", 384), true),
            (tag("sentence-transformers/all-MiniLM-L6-v2", 384), true),
            (tag("all-MiniLM-L6-v2", 768), false),
            (tag("e5-small", 384), false),
        ] {
            assert_eq!(ModelTag::legacy().agrees_with(&other), agrees, "{other}");
        }
    }
}
