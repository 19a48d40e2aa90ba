//! How a group ended in the segments before the one that it goes on in.

use std::collections::VecDeque;

use crate::Damaged;
use crate::segment::Segment;
use crate::segment::pools::{EarlierPassage, REACH};
use crate::segment::sessions::{BLOCK, RowSession};

/// What of a group's end matters to the rows that follow.
#[derive(Debug, Clone)]
pub(crate) struct GroupEnd {
    pub(crate) session: RowSession,
    /// Its last passages.
    pub(crate) passages: Vec<EarlierPassage>,
}

impl GroupEnd {
    /// Of the group whose last row in these segments, which are the first ones of an index, is `last`.
    pub(crate) fn of(segments: &[&Segment], last: u32) -> Result<Self, Damaged> {
        Ok(Self { session: last_session(segments, last)?, passages: last_passages(segments, last)? })
    }
}

fn last_session(segments: &[&Segment], last: u32) -> Result<RowSession, Damaged> {
    let mut session = RowSession { first: last, day: None, rows: 0 };
    let mut next = Some(last);
    while let Some((segment, place)) = next.and_then(|row| find(segments, row)) {
        let first = segment.sessions()?.get(place).unwrap_or(last);
        if session.rows == 0 {
            session = RowSession { first, day: segment.day(place)?, rows: 0 };
        } else if first != session.first || session.rows == BLOCK {
            break;
        }
        session.rows += 1;
        next = segment.before(place)?;
    }
    Ok(session)
}

/// As many passages as are pooled with one that follows.
fn last_passages(segments: &[&Segment], last: u32) -> Result<Vec<EarlierPassage>, Damaged> {
    let (mut passages, mut next) = (VecDeque::new(), Some(last));
    while let Some((row, (segment, place))) = next.and_then(|row| Some(row).zip(find(segments, row)))
        && passages.len() < 2 * REACH
    {
        let [own, _] = segment.row_vectors(place)?;
        for (passage, vector) in own.into_iter().enumerate().rev() {
            passages.push_front(EarlierPassage { row, passage: passage as u32, vector });
        }
        next = segment.before(place)?;
    }
    Ok(passages.into())
}

fn find<'s>(segments: &[&'s Segment], row: u32) -> Option<(&'s Segment, usize)> {
    let mut place = row as usize;
    for segment in segments {
        if place < segment.rows() {
            return Some((segment, place));
        }
        place -= segment.rows();
    }
    None
}
