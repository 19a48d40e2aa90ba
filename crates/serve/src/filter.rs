use naragtive::{DateSpec, Filter, Session};

use crate::Error;
use crate::arguments::Arguments;
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
pub(crate) fn note(filter: &Filter, session: &Session) -> Result<String, Error> {
    if filter.is_empty() {
        return Ok("nothing was found; try other words, or fewer".to_owned());
    }
    Ok(session.kept_by(filter)?)
}
