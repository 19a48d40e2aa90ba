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
pub(crate) fn active(links: &[Link], current: Option<&str>) -> Vec<usize> {
    let places: HashMap<&str, usize> =
        links.iter().enumerate().map(|(at, link)| (link.id.as_str(), at)).collect();
    let parent = |at: usize| links.get(at)?.parent.as_deref().and_then(|parent| places.get(parent)).copied();
    if !(0..links.len()).any(|at| parent(at).is_some()) {
        return (0..links.len()).collect();
    }
    let mut at = current.and_then(|id| places.get(id)).copied().or_else(|| links.len().checked_sub(1));
    let mut seen = vec![false; links.len()];
    let mut way = Vec::new();
    while let Some(here) =
        at.filter(|here| seen.get_mut(*here).is_some_and(|seen| !std::mem::replace(seen, true)))
    {
        way.push(here);
        at = parent(here);
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
