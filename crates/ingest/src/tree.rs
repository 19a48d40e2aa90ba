//! Conversations that branch: every message names the one it answers.

use std::collections::HashMap;

/// One message of a tree.
#[derive(Debug, Clone, Default)]
pub(crate) struct Link {
    pub(crate) id: String,
    pub(crate) parent: Option<String>,
}

/// The messages from the beginning down to `current`, by their places in `links`; where that isn't there, down to the
/// last message. Where no message names another, all of them are one after the other.
///
/// Where the message that one names isn't there, or comes below it, the one before it in the file stands in, unless that
/// answers the same. Who names none begins; some programs have a name for that which is no message, and the first one that
/// isn't there is taken for it.
pub(crate) fn active(links: &[Link], current: Option<&str>) -> Vec<usize> {
    let places: HashMap<&str, usize> =
        links.iter().enumerate().map(|(at, link)| (link.id.as_str(), at)).collect();
    let named = |at: usize| links.get(at).and_then(|link| link.parent.as_deref());
    let parent = |at: usize| places.get(named(at)?).copied();
    if !(0..links.len()).any(|at| parent(at).is_some()) {
        return (0..links.len()).collect();
    }
    let nowhere = (0..links.len()).find(|at| parent(*at).is_none()).and_then(named);
    let has_roots = (0..links.len()).any(|at| named(at).is_none());
    let mut at = current.and_then(|id| places.get(id)).copied().or_else(|| links.len().checked_sub(1));
    let mut seen = vec![false; links.len()];
    let mut way = Vec::new();
    while let Some(here) = at {
        seen.get_mut(here).into_iter().for_each(|seen| *seen = true);
        way.push(here);
        let begins = named(here).is_none() || !has_roots && parent(here).is_none() && named(here) == nowhere;
        let is_open = |at: &usize| seen.get(*at) == Some(&false);
        let before = || (0..here).rev().find(|before| is_open(before) && named(*before) != named(here));
        at = match parent(here).filter(is_open) {
            None if begins => None,
            parent => parent.or_else(before),
        };
    }
    way.reverse();
    way
}

/// The places of the messages that the user sees, in their order, and those of all others.
pub(crate) fn parted(links: &[Link], current: Option<&str>) -> (Vec<usize>, Vec<usize>) {
    let way = active(links, current);
    let mut seen = vec![false; links.len()];
    way.iter().for_each(|at| seen.get_mut(*at).into_iter().for_each(|seen| *seen = true));
    let others = seen.iter().enumerate().filter(|(_, seen)| !**seen).map(|(at, _)| at).collect();
    (way, others)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_that_lead_nowhere_lose_nothing() {
        let link = |(at, parent): (usize, &Option<&str>)| Link {
            id: at.to_string(),
            parent: parent.map(str::to_owned),
        };
        for (parents, current, way, why) in [
            (&[None, Some("0"), Some("gone"), Some("2")][..], Some("3"), &[0, 1, 2, 3][..], "stale"),
            (&[Some("root"), Some("0"), Some("root"), Some("2")], Some("3"), &[2, 3], "begun anew"),
            (&[None, Some("0"), None, Some("2")], Some("3"), &[2, 3], "begun anew without a name"),
            (&[None, Some("0"), Some("3"), Some("2")], Some("3"), &[0, 1, 2, 3], "a circle"),
            (&[None, Some("0"), Some("2"), Some("2")], Some("3"), &[0, 1, 2, 3], "its own parent"),
            (&[None, Some("0"), Some("gone"), Some("gone")], Some("3"), &[0, 1, 3], "siblings"),
        ] {
            let links: Vec<Link> = parents.iter().enumerate().map(link).collect();
            assert_eq!(active(&links, current), way, "{why}");
        }
    }

    #[test]
    fn the_way_leads_from_the_beginning_to_the_message_that_was_looked_at() {
        let links = |parents: &[Option<usize>]| -> Vec<Link> {
            let parent = |parent: &Option<usize>| parent.map(|at| at.to_string());
            let link = |(at, found)| Link { id: usize::to_string(&at), parent: parent(found) };
            parents.iter().enumerate().map(link).collect()
        };
        for (parents, current, way) in [
            (&[None, Some(0), Some(1), Some(0)][..], Some("2"), &[0, 1, 2][..]),
            (&[None, Some(0), Some(1), Some(0)], None, &[0, 3]),
            (&[None, Some(0)], Some("gone"), &[0, 1]),
            (&[None, None, None], None, &[0, 1, 2]),
            (&[Some(1), Some(0)], Some("0"), &[1, 0]),
            (&[], None, &[]),
        ] {
            assert_eq!(active(&links(parents), current), way, "{parents:?}");
        }
    }
}
