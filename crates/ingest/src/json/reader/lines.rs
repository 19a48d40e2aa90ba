//! JSON Lines: a value a line.

use super::{Mending, Met, Reader, STEP, Wanted};
use crate::bytes::Reached;
use crate::json::Node;
use crate::words;

/// The values of the lines of `text`, with their numbers from 0; a line that is none is bad.
pub(crate) fn each_line(text: &str, take: impl FnMut(usize, Node)) -> Mending {
    each_line_heard(text, None, None, take)
}

/// The same; of objects the values under the keys `only` are kept, and `reached` hears how far it is.
pub(crate) fn each_line_heard(
    text: &str,
    only: Option<&[&str]>,
    reached: Option<&Reached<'_>>,
    mut take: impl FnMut(usize, Node),
) -> Mending {
    let mut only = only.map(|keys| Box::new(Wanted::new(keys)));
    let mut mending = Mending::default();
    let mut told = 0;
    let (mut met, mut widths) = (Met::default(), Default::default());
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !words::is_blank(line)) {
        let at = line.as_ptr() as usize - text.as_ptr() as usize;
        if at - told >= STEP {
            told = at;
            if reached.is_some_and(|reached| !reached(at)) {
                break;
            }
        }
        let mut reader = Reader { met, widths, only, ..Reader::new(line, &[]) };
        let value = reader.value();
        (met, widths, only) = (std::mem::take(&mut reader.met), reader.widths, reader.only.take());
        match value {
            Ok(node) => {
                take(number, node);
                mending.add(reader.mending, number);
            }
            Err(_) => {
                reader.bad(0);
                mending.add(
                    Mending { bad: 1, first_bad: reader.mending.first_bad, ..Mending::default() },
                    number,
                );
            }
        }
    }
    mending
}
