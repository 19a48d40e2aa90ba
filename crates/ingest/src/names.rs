use std::collections::HashMap;
use std::sync::Arc;

/// How many names are looked through one by one.
const FEW: usize = 8;

/// Names, each kept once however often it is said.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// The first that were said: in most exports there are no others.
    few: Vec<Arc<str>>,
    others: HashMap<String, Arc<str>>,
}

impl Names {
    pub(crate) fn shared(&mut self, name: impl AsRef<str>) -> Arc<str> {
        let name = name.as_ref();
        if let Some(known) = self.few.iter().find(|known| ***known == *name) {
            return Arc::clone(known);
        }
        if self.few.len() < FEW {
            let new = Arc::from(name);
            self.few.push(Arc::clone(&new));
            return new;
        }
        if let Some(known) = self.others.get(name) {
            return Arc::clone(known);
        }
        let new = Arc::from(name);
        self.others.insert(name.to_owned(), Arc::clone(&new));
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_kept_once_however_many_there_are() {
        let mut names = Names::default();
        let first: Vec<Arc<str>> = (0..3 * FEW).map(|number| names.shared(number.to_string())).collect();
        let again = |number: usize| names.shared(number.to_string());
        let again: Vec<Arc<str>> = (0..3 * FEW).map(again).collect();
        assert!(first.iter().zip(&again).all(|(one, other)| Arc::ptr_eq(one, other)));
        assert_eq!(&*first[9], "9");
    }
}
