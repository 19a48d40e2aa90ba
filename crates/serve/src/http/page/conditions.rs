use crate::filter;
use crate::parameter::{Kind, Parameter};

/// What a search on the page takes; a page that was come to by one keeps it, for the way back and the next hit.
pub(super) const PARAMETERS: [Parameter; 16] = [
    Parameter::new("store", Kind::Text(64), ""),
    Parameter::new("mode", Kind::Choice(&["hybrid", "semantic", "keyword"]), ""),
    filter::PARAMETERS[0],
    filter::PARAMETERS[1],
    filter::PARAMETERS[2],
    filter::PARAMETERS[3],
    filter::PARAMETERS[4],
    filter::PARAMETERS[5],
    filter::PARAMETERS[6],
    Parameter::new("similar_to", Kind::Text(500), ""),
    Parameter::new("q", Kind::Text(8_192), ""),
    Parameter::new("n", Kind::Whole(0, 100, 0), ""),
    Parameter::new("by", Kind::Choice(&["auto", "day", "week", "month", "year"]), ""),
    Parameter::new("as", Kind::Choice(&["page", "markdown"]), ""),
    Parameter::new("part", Kind::Choice(&["whole", "results", "before", "after"]), ""),
    Parameter::new("list", Kind::Flag, ""),
];

/// The conditions on which scenes are wanted, in the order in which they are shown.
pub(super) const CONDITIONS: [(&str, &str); 7] = [
    ("character", "with"),
    ("speaker", "spoken by"),
    ("location", "at"),
    ("date", "on"),
    ("since", "since"),
    ("until", "until"),
    ("source", "from"),
];
