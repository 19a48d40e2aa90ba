//! The members of an object as they are read.

use std::collections::HashMap;

use crate::json::{Key, Node};

/// How many members are looked through one by one; of more, where each is is remembered. A tree of messages by their ids
/// has as many as there are messages.
const FEW: usize = 24;

/// Members in their order, each key once.
#[derive(Debug, Default)]
pub(super) struct Members {
    values: Vec<(Key, Node)>,
    places: Option<HashMap<Key, usize>>,
}

impl Members {
    pub(super) fn with_room(count: usize) -> Self {
        Self { values: Vec::with_capacity(count), places: None }
    }

    /// Puts a value under its key, in the place of an earlier one; whether there was one.
    pub(super) fn put(&mut self, key: Key, value: Node) -> bool {
        let known = match &self.places {
            Some(places) => places.get(&key).copied(),
            None => self.values.iter().position(|(name, _)| *name == key),
        };
        if let Some((_, old)) = known.and_then(|at| self.values.get_mut(at)) {
            *old = value;
            return true;
        }
        if let Some(places) = &mut self.places {
            places.insert(key.clone(), self.values.len());
        } else if self.values.len() == FEW {
            let all = self.values.iter().map(|(key, _)| key).chain([&key]);
            self.places = Some(all.cloned().zip(0..).collect());
        }
        self.values.push((key, value));
        false
    }

    pub(super) fn all(&self) -> &[(Key, Node)] {
        &self.values
    }
}

impl From<Members> for Node {
    fn from(members: Members) -> Self {
        Self::Object(members.values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_value_of_a_key_stands_in_the_place_of_the_first_however_many_there_are() {
        for count in [1, FEW - 1, FEW, FEW + 1, 3 * FEW] {
            let mut members = Members::default();
            let key = |number: usize| Key::from(format!("k{number}"));
            assert!(!(0..count).any(|number| members.put(key(number), Node::Null)));
            assert!((0..count).all(|number| members.put(key(number), Node::Flag(true))), "{count}");
            let names: Vec<String> = members.all().iter().map(|(key, _)| key.to_string()).collect();
            assert_eq!(names, (0..count).map(|number| format!("k{number}")).collect::<Vec<_>>());
            assert!(members.all().iter().all(|(_, value)| value.flag()));
        }
    }
}
