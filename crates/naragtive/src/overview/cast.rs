use std::collections::HashMap;

use naragtive_scene::{Metadata, key};

use super::person::Person;
use crate::Count;
use crate::overview::days::{Days, widen};

/// So many of somebody's scenes are known by their rows.
const FIRST: usize = 40;

/// Counts who is in the scenes that come by. Who is in which is kept in numbers: the names are needed again and again, and of
/// a hundred thousand scenes they would fill a lot of memory.
#[derive(Default)]
pub(super) struct Cast {
    numbers: HashMap<String, usize>,
    tallies: Vec<Tally>,
    present: Attendance,
}

/// Who is in each scene, by their numbers.
#[derive(Default)]
pub(super) struct Attendance {
    all: Vec<u32>,
    /// Where in `all` those of each row end.
    ends: Vec<usize>,
}

#[derive(Default)]
struct Tally {
    scenes: usize,
    dates: Days,
    places: HashMap<String, usize>,
    rows: Vec<usize>,
}

impl Cast {
    /// The next scene: its characters are in it, and where none are known those who speak; each once.
    pub(super) fn add(&mut self, scene: &Metadata, characters: Vec<String>, speakers: Vec<String>) {
        let mut names = if characters.is_empty() { speakers } else { characters };
        // What stands for nobody is nobody.
        names.retain(|name| !name.trim().is_empty() && !name.eq_ignore_ascii_case(key::UNKNOWN));
        names.sort_unstable();
        names.dedup();
        let row = self.present.ends.len();
        for name in names {
            let number = self.tallies.len();
            let number = *self.numbers.entry(name).or_insert(number);
            if number == self.tallies.len() {
                self.tallies.push(Tally::default());
            }
            if let Some(tally) = self.tallies.get_mut(number) {
                tally.add(row, scene);
            }
            self.present.all.push(number as u32);
        }
        self.present.ends.push(self.present.all.len());
    }

    /// Everybody, most scenes first, equal ones by name; and who is in each scene by their places among them.
    pub(super) fn counted(self) -> (Vec<Person>, Attendance) {
        let Self { numbers, mut tallies, mut present } = self;
        let mut all: Vec<(usize, Person)> = numbers
            .into_iter()
            .filter_map(|(name, number)| {
                Some((number, std::mem::take(tallies.get_mut(number)?).person(name)))
            })
            .collect();
        all.sort_by(|(_, a), (_, b)| b.scenes.cmp(&a.scenes).then_with(|| a.name.cmp(&b.name)));
        let mut places = vec![0; all.len()];
        for (place, (number, _)) in all.iter().enumerate() {
            if let Some(of) = places.get_mut(*number) {
                *of = place as u32;
            }
        }
        for one in &mut present.all {
            *one = places.get(*one as usize).copied().unwrap_or_default();
        }
        (all.into_iter().map(|(_, person)| person).collect(), present)
    }
}

impl Attendance {
    /// How many scenes there are.
    pub(super) fn rows(&self) -> usize {
        self.ends.len()
    }

    /// Who is in one of them.
    pub(super) fn of(&self, row: usize) -> impl Iterator<Item = usize> {
        let start = row.checked_sub(1).and_then(|before| self.ends.get(before).copied()).unwrap_or(0);
        let end = self.ends.get(row).copied().unwrap_or(start);
        self.all.get(start..end).unwrap_or_default().iter().map(|one| *one as usize)
    }
}

impl Tally {
    fn add(&mut self, row: usize, scene: &Metadata) {
        self.scenes += 1;
        if self.rows.len() < FIRST {
            self.rows.push(row);
        }
        if let Some(date) = scene.date() {
            widen(&mut self.dates, date);
        }
        let Some(place) = scene.location() else { return };
        match self.places.get_mut(place) {
            Some(scenes) => *scenes += 1,
            None => {
                self.places.insert(place.to_owned(), 1);
            }
        }
    }

    fn person(self, name: String) -> Person {
        let mut places: Vec<Count> =
            self.places.into_iter().map(|(name, scenes)| Count { name, scenes }).collect();
        places.sort_by(|a, b| b.scenes.cmp(&a.scenes).then_with(|| a.name.cmp(&b.name)));
        Person { name, scenes: self.scenes, dates: self.dates, places, rows: self.rows }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_in_a_scene_is_known_by_their_places_in_the_order_of_all() {
        let mut cast = Cast::default();
        for (characters, speakers) in [
            (&["Usk", "Anselm", "Usk", " ", "unknown"][..], &["Venice"][..]),
            (&[], &["Venice"]),
            (&[], &[]),
            (&["Anselm"], &[]),
        ] {
            let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
            cast.add(&Metadata::default(), names(characters), names(speakers));
        }
        let (all, present) = cast.counted();
        let names: Vec<&str> = all.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["Anselm", "Usk", "Venice"]);
        let here: Vec<Vec<usize>> = (0..present.rows()).map(|row| present.of(row).collect()).collect();
        assert_eq!(here, [vec![0, 1], vec![2], vec![], vec![0]]);
        assert_eq!(all.first().unwrap().rows, [0, 3]);
    }
}
