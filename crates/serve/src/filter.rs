use naragtive::{DateSpec, Filter, Session};

use crate::Error;
use crate::arguments::Arguments;
use crate::call::{Stop, flow};
use crate::parameter::{Kind, Parameter};
use crate::sessions::Sessions;

/// The longest name, place or date that a filter may have.
const LONGEST: usize = 200;
const DATE: &str = "2025-11-10, 2025-11, 2025, yesterday, last week";

/// The arguments that say which scenes are meant; the same ones in every tool.
pub(crate) const PARAMETERS: [Parameter; 7] = [
    Parameter::new("character", Kind::Text(LONGEST), "Only scenes with this one in it"),
    Parameter::new("location", Kind::Text(LONGEST), "Only scenes at this place"),
    Parameter::new("speaker", Kind::Text(LONGEST), "Only scenes in which this one speaks"),
    Parameter::new("date", Kind::Text(LONGEST), DATE),
    Parameter::new("since", Kind::Text(LONGEST), "From this date on"),
    Parameter::new("until", Kind::Text(LONGEST), "Up to this date"),
    Parameter::new("source", Kind::Text(LONGEST), "Only scenes read from this file"),
];

/// The filter that the arguments make, with other names of who is asked for.
pub(crate) fn of(arguments: &Arguments, sessions: &Sessions) -> Result<Filter, Error> {
    let text = |name| arguments.text(name).map(str::to_owned);
    let date = |name: &'static str| {
        let Some(typed) = arguments.text(name) else { return Ok(None) };
        let spec: DateSpec = typed.trim().parse().map_err(|_| Error::BadArgument {
            name,
            expected:
                "a day, a month or a year (2025-11-10, 2025-11, 2025), yesterday, last week, N days ago"
                    .into(),
            found: format!("`{typed}`"),
        })?;
        Ok::<_, Error>(Some(spec.range(|| sessions.today()())))
    };
    let filter = Filter {
        character: text("character"),
        location: text("location"),
        speaker: text("speaker"),
        date: date("date")?,
        since: date("since")?,
        until: date("until")?,
        source: text("source"),
        ..Filter::default()
    };
    if let Some([first, last]) = filter.no_day() {
        let expected = format!("{first} or a later day, as nothing before that is asked for");
        return Err(Error::BadArgument { name: "until", expected, found: format!("`{last}`") });
    }
    Ok(naragtive::with_known_names(filter, None, sessions.library())?)
}

/// Why nothing was found: how many scenes each condition keeps by itself.
pub(crate) fn note(filter: &Filter, session: &Session, stop: &Stop) -> Result<String, Error> {
    if filter.is_empty() {
        return Ok("nothing was found; try other words, or fewer".to_owned());
    }
    let kept = |filter: &Filter| Ok::<_, Error>(session.listed(filter, false, &mut |_| flow(stop))?.len());
    let each = alone(filter).into_iter().map(|(name, one)| Ok(format!("`{name}` keeps {}", kept(&one)?)));
    let each = each.collect::<Result<Vec<_>, Error>>()?.join(", ");
    let scenes: usize = session.stores().iter().map(|store| store.records).sum();
    Ok(format!("of {scenes} scenes {each}; all of it together {}", kept(filter)?))
}

/// Each condition as a filter of its own.
fn alone(filter: &Filter) -> Vec<(&'static str, Filter)> {
    let none = Filter::default;
    let character = || Filter {
        character: filter.character.clone(),
        character_aliases: filter.character_aliases.clone(),
        ..none()
    };
    let speaker = || Filter {
        speaker: filter.speaker.clone(),
        speaker_aliases: filter.speaker_aliases.clone(),
        ..none()
    };
    let all = [
        ("character", character()),
        ("location", Filter { location: filter.location.clone(), ..none() }),
        ("speaker", speaker()),
        ("date", Filter { date: filter.date, ..none() }),
        ("since", Filter { since: filter.since, ..none() }),
        ("until", Filter { until: filter.until, ..none() }),
        ("source", Filter { source: filter.source.clone(), ..none() }),
    ];
    let given = |one: &Filter| {
        let bare = Filter { character_aliases: Vec::new(), speaker_aliases: Vec::new(), ..one.clone() };
        !bare.is_empty()
    };
    all.into_iter().filter(|(_, one)| given(one)).collect()
}
