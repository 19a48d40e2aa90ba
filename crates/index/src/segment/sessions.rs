//! Which rows were played or written together.

use std::collections::HashMap;

/// So many rows of a group that has no days make a session.
pub(crate) const BLOCK: u32 = 16;

/// The session that a group's last row is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RowSession {
    /// Its first row of the index.
    pub(crate) first: u32,
    pub(crate) day: Option<i32>,
    /// How many rows it has, as far as that matters.
    pub(crate) rows: u32,
}

impl RowSession {
    /// Whether a row of this day goes on with it: rows of a group that follow each other on the same day, or a few that
    /// have no day. Blocks of 8 to 24 rows find about the same; a real session finds a little more.
    fn takes(&self, day: Option<i32>) -> bool {
        self.day == day && (day.is_some() || self.rows < BLOCK)
    }
}

/// The sessions of rows, each known by its first row.
#[derive(Default)]
pub(crate) struct RowSessions {
    firsts: Vec<u32>,
    open: HashMap<u64, RowSession>,
}

impl RowSessions {
    /// Tells which session a group was in before this segment.
    pub(crate) fn follow(&mut self, group: u64, session: RowSession) {
        self.open.insert(group, session);
    }

    /// Adds row `here` of the index. A row without a group is a session by itself.
    pub(crate) fn add(&mut self, here: u32, group: Option<u64>, day: Option<i32>) {
        let open = group.and_then(|group| self.open.get(&group)).filter(|session| session.takes(day));
        let session = match open {
            Some(open) => RowSession { rows: open.rows.saturating_add(1), ..*open },
            None => RowSession { first: here, day, rows: 1 },
        };
        self.open.extend(group.map(|group| (group, session)));
        self.firsts.push(session.first);
    }

    /// The first row of each row's session.
    pub(crate) fn finish(self) -> Vec<u32> {
        self.firsts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_a_day_of_a_group_or_sixteen_rows_without_days() {
        let mut sessions = RowSessions::default();
        let days = [Some(1), Some(1), None, None, Some(2), Some(1)];
        for (row, day) in (10..).zip(days) {
            sessions.add(row, Some(1), day);
        }
        sessions.add(16, None, Some(1));
        sessions.add(17, None, Some(1));
        sessions.follow(2, RowSession { first: 3, day: None, rows: 15 });
        (18..36).for_each(|row| sessions.add(row, Some(2), None));
        let mut expected = vec![10, 10, 12, 12, 14, 15, 16, 17, 3];
        expected.extend([19; 16]);
        expected.push(35);
        assert_eq!(sessions.finish(), expected);
    }
}
