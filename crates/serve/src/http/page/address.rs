use super::conditions::CONDITIONS;
use crate::arguments::Arguments;
use crate::percent::escaped;

/// The arguments that make a search.
const SEARCH: [&str; 3] = ["q", "similar_to", "mode"];

/// The search by which a reader came to a page, as a query string has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trail(Vec<(String, String)>);

impl Trail {
    /// Of what was asked; the store as well where it is another one than that of the page, or all of them.
    pub(super) fn of(arguments: &Arguments, named: Option<&str>) -> Self {
        let conditions = CONDITIONS.iter().map(|(name, _)| *name);
        let names = SEARCH.into_iter().chain(conditions).chain(["store"]);
        let given = names.filter_map(|name| Some((name.to_owned(), arguments.text(name)?.to_owned())));
        let is_plain = |(name, value): &(String, String)| {
            (name == "mode" && value == "hybrid") || (name == "store" && Some(value.as_str()) == named)
        };
        Self(given.filter(|pair| !is_plain(pair)).collect())
    }

    /// A search for nothing.
    pub(super) fn none() -> Self {
        Self(Vec::new())
    }

    /// The same with another value of this name, or none.
    pub(super) fn with(&self, name: &str, value: Option<&str>) -> Self {
        let kept = self.0.iter().filter(|(known, _)| known != name).cloned();
        Self(kept.chain(value.map(|value| (name.to_owned(), value.to_owned()))).collect())
    }

    /// The value of this name.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether something was looked for.
    pub(super) fn is_search(&self) -> bool {
        self.get("q").is_some() || self.get("similar_to").is_some()
    }

    /// This path with the search behind it.
    pub(super) fn at(&self, path: &str) -> String {
        let pairs = self.0.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value)));
        let query = pairs.collect::<Vec<_>>().join("&");
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }
}

/// Where a store is seen from one side: `people`, `timeline`, `stats`.
pub(super) fn side(side: &str, store: &str) -> String {
    format!("/{side}/{}", escaped(store))
}

/// Where a scene is read.
pub(super) fn reading(store: &str, id: &str) -> String {
    format!("/read/{}/{}", escaped(store), escaped(id))
}

/// Where a scene is read, at its own place in the conversation.
pub(super) fn scene(trail: &Trail, store: &str, id: &str) -> String {
    format!("{}#{}", trail.at(&reading(store, id)), anchor(id))
}

/// Where it is said why a scene was found.
pub(super) fn why(store: &str, id: &str) -> String {
    format!("/why/{}/{}", escaped(store), escaped(id))
}

/// Where somebody is.
pub(super) fn person(store: &str, name: &str) -> String {
    format!("/people/{}/{}", escaped(store), escaped(name))
}

/// The name of a scene's place on a page.
pub(super) fn anchor(id: &str) -> String {
    format!("s-{}", escaped(id))
}
