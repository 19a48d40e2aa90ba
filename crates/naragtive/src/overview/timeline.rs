use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use naragtive_scene::Day;
use serde_json::{Value, json};

use super::cast::Attendance;
use super::person::Person;

/// So many people have a lane of their own.
const LANES: usize = 6;
/// So many of the newest scenes are known.
const LATEST: usize = 8;
/// So many of those without a date.
const UNDATED: usize = 20;
/// A timeline has no more bars than this: more can't be told from each other.
const BARS: usize = 120;

/// When the scenes of a store happen.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Timeline {
    /// How many scenes each day has, and the first row of these; a scene that is dated to a month counts on its first day.
    pub days: BTreeMap<String, (usize, usize)>,
    /// The rows of the newest scenes, the newest first.
    pub latest: Vec<usize>,
    /// Scenes without a date that is one.
    pub undated: usize,
    /// The rows of the first of these.
    pub first_undated: Vec<usize>,
    /// The people with most scenes, and how many of these each day has.
    pub lanes: Vec<Lane>,
}

/// One person's days.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Lane {
    /// Who.
    pub name: String,
    /// How many scenes each day has.
    pub days: BTreeMap<String, usize>,
}

/// What one bar of a timeline stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grain {
    /// A day.
    Day,
    /// A week from Monday on.
    Week,
    /// A month.
    Month,
    /// A year.
    Year,
}

/// One bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// Its first day, `YYYY-MM-DD`.
    pub first: String,
    /// Its last day.
    pub last: String,
    /// Scenes in it.
    pub scenes: usize,
    /// How many of these each lane has.
    pub lanes: Vec<usize>,
}

impl Grain {
    /// All of them, the finest first.
    pub const ALL: [Self; 4] = [Self::Day, Self::Week, Self::Month, Self::Year];

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grain| grain.name() == name)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
        }
    }

    fn start(self, day: Date) -> Date {
        match self {
            Self::Day => day,
            Self::Week => {
                let into = i64::from(day.weekday().since(Weekday::Monday));
                day.checked_sub(into.days()).unwrap_or(day)
            }
            Self::Month => day.first_of_month(),
            Self::Year => day.first_of_year(),
        }
    }

    fn end(self, start: Date) -> Date {
        match self {
            Self::Day => start,
            Self::Week => start.checked_add(6.days()).unwrap_or(start),
            Self::Month => start.last_of_month(),
            Self::Year => start.last_of_year(),
        }
    }
}

impl Timeline {
    /// Counts the days of all scenes, and those of the first of these people.
    pub(super) fn of(when: &[Option<Day>], people: &[Person], present: &Attendance) -> Self {
        let mut timeline = Self::default();
        let mut days: BTreeMap<Day, (usize, usize)> = BTreeMap::new();
        let mut lanes = vec![BTreeMap::<Day, usize>::new(); people.len().min(LANES)];
        let mut newest = BTreeSet::new();
        for (row, day) in when.iter().enumerate() {
            let Some(day) = *day else {
                if timeline.undated < UNDATED {
                    timeline.first_undated.push(row);
                }
                timeline.undated += 1;
                continue;
            };
            for place in present.of(row) {
                if let Some(lane) = lanes.get_mut(place) {
                    *lane.entry(day).or_default() += 1;
                }
            }
            newest.insert((day, row));
            if newest.len() > LATEST {
                newest.pop_first();
            }
            days.entry(day).or_insert((0, row)).0 += 1;
        }
        timeline.latest = newest.into_iter().rev().map(|(_, row)| row).collect();
        timeline.days = days.into_iter().map(|(day, scenes)| (day.to_string(), scenes)).collect();
        let written =
            |days: BTreeMap<Day, usize>| days.into_iter().map(|(day, scenes)| (day.to_string(), scenes));
        let lanes = people.iter().zip(lanes);
        timeline.lanes =
            lanes.map(|(one, days)| Lane { name: one.name.clone(), days: written(days).collect() }).collect();
        timeline
    }

    /// The grain that gives the most bars that are not too many.
    pub fn grain(&self) -> Grain {
        Grain::ALL.into_iter().find(|grain| self.all(*grain).is_some()).unwrap_or(Grain::Year)
    }

    /// The first days of all bars from the first scene to the last; none where there are too many.
    fn all(&self, grain: Grain) -> Option<Vec<Date>> {
        let start = |day: Option<&String>| day?.parse::<Date>().ok().map(|day| grain.start(day));
        let (first, last) = (start(self.days.keys().next()), start(self.days.keys().last()));
        let (mut at, mut all) = (first, Vec::new());
        while let Some(day) = at.filter(|day| Some(*day) <= last) {
            if all.len() == BARS {
                return None;
            }
            all.push(day);
            at = grain.end(day).tomorrow().ok();
        }
        Some(all)
    }

    /// The bars of this grain in order, those without a scene among them where there are not too many.
    pub fn bars(&self, grain: Grain) -> Vec<Bar> {
        let mut bars: BTreeMap<Date, Bar> = BTreeMap::new();
        let lanes = self.lanes.len();
        let bar = |start: Date| Bar {
            first: start.to_string(),
            last: grain.end(start).to_string(),
            scenes: 0,
            lanes: vec![0; lanes],
        };
        let start = |day: &str| day.parse::<Date>().ok().map(|day| grain.start(day));
        for (day, (scenes, _)) in &self.days {
            if let Some(start) = start(day) {
                bars.entry(start).or_insert_with(|| bar(start)).scenes += scenes;
            }
        }
        for (at, lane) in self.lanes.iter().enumerate() {
            for (day, scenes) in &lane.days {
                let bar = start(day).and_then(|start| bars.get_mut(&start));
                if let Some(count) = bar.and_then(|bar| bar.lanes.get_mut(at)) {
                    *count += scenes;
                }
            }
        }
        // Where all of them would be too many, the gaps are left out rather than the scenes.
        for start in self.all(grain).unwrap_or_default() {
            bars.entry(start).or_insert_with(|| bar(start));
        }
        bars.into_values().collect()
    }

    /// The bars of one grain, or of the one that suits.
    pub fn to_json(&self, grain: Option<Grain>) -> Value {
        let grain = grain.unwrap_or_else(|| self.grain());
        let names: Vec<&str> = self.lanes.iter().map(|lane| lane.name.as_str()).collect();
        let bars = self.bars(grain).into_iter().map(
            |bar| json!({"first": bar.first, "last": bar.last, "scenes": bar.scenes, "people": bar.lanes}),
        );
        json!({"step": grain.name(), "people": names, "bars": bars.collect::<Vec<Value>>(), "undated": self.undated})
    }
}

#[cfg(test)]
mod tests {
    use naragtive_scene::{DateRange, Metadata};

    use super::*;
    use crate::overview::cast::Cast;

    fn on(dates: &[&str]) -> Timeline {
        let mut cast = Cast::default();
        let scene = |date: &str| Metadata::default().with("date_iso", date);
        let mut when = Vec::new();
        for date in dates {
            cast.add(&scene(date), vec!["Ada".to_owned()], Vec::new());
            when.push(scene(date).date().and_then(DateRange::of_stored).map(|days| days.first));
        }
        let (all, present) = cast.counted();
        Timeline::of(&when, &all, &present)
    }

    fn counts(timeline: &Timeline, grain: Grain) -> Vec<(String, usize)> {
        timeline.bars(grain).into_iter().map(|bar| (bar.first, bar.scenes)).collect()
    }

    #[test]
    fn scenes_stand_on_their_days_and_what_is_no_date_is_counted() {
        let timeline =
            on(&["2025-02-03", "2025-02-05", "2025-02-03", "3 Hammer 1491", "UNKNOWN", "2025-02-30"]);
        assert_eq!((timeline.undated, &timeline.first_undated[..]), (3, &[3, 4, 5][..]));
        assert_eq!(timeline.latest, [1, 2, 0], "the newest first, of one day the last");
        let of = |day: &str, scenes: usize| (day.to_owned(), scenes);
        let expected = [of("2025-02-03", 2), of("2025-02-04", 0), of("2025-02-05", 1)];
        assert_eq!(counts(&timeline, Grain::Day), expected);
        assert_eq!(counts(&timeline, Grain::Week), [of("2025-02-03", 3)]);
        assert_eq!(timeline.bars(Grain::Month)[0].lanes, [3]);
        assert_eq!(timeline.bars(Grain::Year)[0].last, "2025-12-31");
    }

    #[test]
    fn the_grain_follows_from_the_span_and_no_scene_is_lost_in_any() {
        for (dates, grain) in [
            (&[][..], Grain::Day),
            (&["2025-02-03"], Grain::Day),
            (&["2025-02-03", "2025-05-03"], Grain::Day),
            (&["2025-02-03", "2026-05-03"], Grain::Week),
            (&["2018-02-03", "2026-05-03"], Grain::Month),
            (&["1000-02-03", "2026-05-03", "9999-12-31"], Grain::Year),
            (&["0001-01-01", "2026-05"], Grain::Year),
        ] {
            let timeline = on(dates);
            assert_eq!(timeline.grain(), grain, "{dates:?}");
            for grain in Grain::ALL {
                let all: usize = timeline.bars(grain).iter().map(|bar| bar.scenes).sum();
                assert_eq!(all, dates.len(), "{dates:?} {grain:?}");
            }
        }
    }
}
