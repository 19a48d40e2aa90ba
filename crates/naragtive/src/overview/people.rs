use std::collections::HashMap;

use serde_json::{Value, json};

use super::cast::Attendance;
use super::person::Person;
use crate::Count;

/// So many people are paired with each other: a list of names that never ends would make more pairs than fit in memory.
const PAIRED: usize = 400;

/// Who is in the scenes of a store.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct People {
    /// Everybody, most scenes first, equal ones by name.
    pub all: Vec<Person>,
    /// In how many scenes two are together, by their places in `all`, the lower place first; for those with most scenes.
    together: HashMap<(usize, usize), usize>,
}

/// Who somebody is together with.
#[derive(Debug, Clone, PartialEq)]
pub struct Bond {
    /// The other one's place in [`People::all`].
    pub other: usize,
    /// The scenes in which both are.
    pub scenes: usize,
    /// These as a share of the scenes of whoever has fewer: a friend who is in every scene of a short life counts as one.
    pub share: f32,
}

impl People {
    /// Those who were counted, and in how many scenes two of them are.
    pub(super) fn of(all: Vec<Person>, present: &Attendance) -> Self {
        let mut together = HashMap::new();
        for row in 0..present.rows() {
            let mut here: Vec<usize> = present.of(row).filter(|place| *place < PAIRED).collect();
            here.sort_unstable();
            for (at, one) in here.iter().enumerate() {
                for other in here.iter().skip(at + 1) {
                    *together.entry((*one, *other)).or_default() += 1;
                }
            }
        }
        Self { all, together }
    }

    /// The place of the one with this name.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.all.iter().position(|person| person.name == name)
    }

    /// In how many scenes two are together.
    pub fn together(&self, one: usize, other: usize) -> usize {
        self.together.get(&(one.min(other), one.max(other))).copied().unwrap_or(0)
    }

    /// Whom somebody is with in at least so many scenes, most scenes first.
    pub fn bonds(&self, one: usize, least: usize) -> Vec<Bond> {
        let Some(person) = self.all.get(one) else { return Vec::new() };
        let others = self.all.iter().enumerate().take(PAIRED).filter(|(other, _)| *other != one);
        let bonds = others.filter_map(|(other, with)| {
            let scenes = self.together(one, other);
            let share = scenes as f32 / person.scenes.min(with.scenes).max(1) as f32;
            (scenes >= least.max(1)).then_some(Bond { other, scenes, share })
        });
        let mut bonds: Vec<Bond> = bonds.collect();
        bonds.sort_by(|a, b| {
            b.scenes.cmp(&a.scenes).then(b.share.total_cmp(&a.share)).then(a.other.cmp(&b.other))
        });
        bonds
    }

    /// Everybody, or whom `with` is with, in at least so many scenes, at most so many of them.
    pub fn to_json(&self, with: Option<usize>, least: usize, most: usize) -> Value {
        let bond = |bond: &Bond| {
            let name = self.all.get(bond.other).map(|person| &person.name);
            json!({"name": name, "scenes": bond.scenes, "share": rounded(bond.share)})
        };
        let person = |(place, person): (usize, &Person)| {
            let bonds: Vec<Value> = self.bonds(place, least).iter().take(3).map(bond).collect();
            let dates = person.dates.as_ref().map(|(first, last)| json!({"first": first, "last": last}));
            let places: Vec<Value> = person.places.iter().take(3).map(place_of).collect();
            json!({"name": person.name, "scenes": person.scenes, "dates": dates, "places": places, "with": bonds})
        };
        match with {
            Some(one) => {
                let bonds: Vec<Value> = self.bonds(one, least).iter().take(most).map(bond).collect();
                json!({"name": self.all.get(one).map(|person| &person.name), "with": bonds})
            }
            None => {
                let shown = self.all.iter().enumerate().filter(|(_, person)| person.scenes >= least);
                let people: Vec<Value> = shown.take(most).map(person).collect();
                json!({"found": self.all.len(), "people": people})
            }
        }
    }
}

fn place_of(place: &Count) -> Value {
    json!({"name": place.name, "scenes": place.scenes})
}

fn rounded(share: f32) -> f64 {
    (f64::from(share) * 1000.0).round() / 1000.0
}

#[cfg(test)]
mod tests {
    use naragtive_scene::Metadata;

    use super::*;
    use crate::overview::cast::Cast;

    fn scene(names: &[&str], date: &str, place: &str) -> Metadata {
        let who = names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        Metadata::default()
            .with("characters_present", who)
            .with("date_iso", date)
            .with("location", place)
            .with("user", "Venice")
    }

    fn of(scenes: &[Metadata]) -> People {
        let mut cast = Cast::default();
        scenes.iter().for_each(|scene| cast.add(scene, scene.characters(), scene.speakers()));
        let (all, present) = cast.counted();
        People::of(all, &present)
    }

    fn people() -> People {
        of(&[
            scene(&["Odile", "Anselm", "Odile"], "2025-02-03", "quay"),
            scene(&["Anselm", "Odile", "Usk"], "2025-02-01", "quay"),
            scene(&["Anselm"], "UNKNOWN", "belfry"),
            scene(&[], "2025-03-01", ""),
        ])
    }

    #[test]
    fn everybody_is_counted_once_a_scene_with_days_and_places() {
        let people = people();
        let all: Vec<(&str, usize)> = people.all.iter().map(|one| (one.name.as_str(), one.scenes)).collect();
        assert_eq!(all, [("Anselm", 3), ("Odile", 2), ("Usk", 1), ("Venice", 1)]);
        assert_eq!(people.all[0].dates, Some(("2025-02-01".to_owned(), "2025-02-03".to_owned())));
        assert_eq!((&people.all[0].rows[..], &people.all[2].rows[..]), (&[0, 1, 2][..], &[1][..]));
        assert_eq!(people.all[0].places[0], Count { name: "quay".to_owned(), scenes: 2 });
    }

    #[test]
    fn a_bond_is_the_scenes_of_both_and_their_share_of_the_rarer_ones() {
        let people = people();
        let bonds = people.bonds(0, 1);
        assert_eq!((bonds[0].other, bonds[0].scenes, bonds[0].share), (1, 2, 1.0));
        assert_eq!((bonds[1].other, bonds[1].scenes, bonds[1].share), (2, 1, 1.0));
        assert_eq!(people.bonds(0, 2).len(), 1);
        assert_eq!((people.bonds(3, 0).len(), people.bonds(9, 0).len()), (0, 0));
        assert_eq!(people.together(1, 0), people.together(0, 1));
    }

    #[test]
    fn pairs_are_those_that_counting_scene_by_scene_gives() {
        // Scenes of all subsets of five people.
        let names = ["a", "b", "c", "d", "e"];
        let subset = |bits: usize| -> Vec<&str> {
            names.iter().enumerate().filter(|(at, _)| bits >> at & 1 == 1).map(|(_, name)| *name).collect()
        };
        let scenes: Vec<Metadata> = (1..32).map(|bits| scene(&subset(bits), "2025-01-01", "")).collect();
        let people = of(&scenes);
        for one in 0..5 {
            for other in (0..5).filter(|other| *other != one) {
                let both = |scene: &&Metadata| {
                    let who = scene.characters();
                    who.contains(&people.all[one].name) && who.contains(&people.all[other].name)
                };
                assert_eq!(people.together(one, other), scenes.iter().filter(both).count());
            }
        }
    }
}
