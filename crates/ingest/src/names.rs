use std::collections::HashMap;
use std::sync::Arc;

/// Names, each kept once however often it is said.
#[derive(Debug, Default)]
pub(crate) struct Names(HashMap<String, Arc<str>>);

impl Names {
    pub(crate) fn shared(&mut self, name: String) -> Arc<str> {
        Arc::clone(self.0.entry(name).or_insert_with_key(|name| Arc::from(name.as_str())))
    }
}
