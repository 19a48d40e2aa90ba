/// When something was said, to the millisecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Moment {
    /// An instant, and the zone it was written in.
    Instant {
        /// Milliseconds since 1970 in UTC.
        milliseconds: i64,
        /// How many minutes the writer's clock was ahead of UTC.
        offset: i16,
    },
    /// What the clock on the wall showed, in a zone that the export doesn't name.
    Local {
        /// Milliseconds since 1970 of that clock.
        milliseconds: i64,
    },
}

impl Moment {
    /// Milliseconds since 1970: in UTC, or of the clock on the wall where no zone is known.
    pub fn milliseconds(self) -> i64 {
        match self {
            Self::Instant { milliseconds, .. } | Self::Local { milliseconds } => milliseconds,
        }
    }

    /// Milliseconds since 1970 of the writer's clock; they tell the day that is written.
    pub fn wall(self) -> i64 {
        match self {
            Self::Instant { milliseconds, offset } => milliseconds.saturating_add(i64::from(offset) * 60_000),
            Self::Local { milliseconds } => milliseconds,
        }
    }

    /// Whether the zone is known, so that the moment can be compared with those of other places.
    pub fn is_instant(self) -> bool {
        matches!(self, Self::Instant { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wall_shows_the_writers_hour() {
        let moment = Moment::Instant { milliseconds: 7_200_000, offset: -90 };
        assert_eq!((moment.milliseconds(), moment.wall(), moment.is_instant()), (7_200_000, 1_800_000, true));
        let moment = Moment::Local { milliseconds: 5 };
        assert_eq!((moment.milliseconds(), moment.wall(), moment.is_instant()), (5, 5, false));
    }
}
