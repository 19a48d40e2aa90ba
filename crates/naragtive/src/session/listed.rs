use std::cmp::Reverse;
use std::ops::Range;
use std::sync::Arc;

use naragtive_scene::{DateRange, Day, Filter, Scene, key};

use super::opened::OpenPart;
use super::parts::Parts;
use crate::session::unmet::check_days;
use crate::{Error, StoreInfo};

/// The scenes that a filter keeps, in an order, as they were when they were asked for. Nothing of them is read until they
/// are shown: which they are is known to the index.
pub struct Listed {
    parts: Arc<Parts>,
    /// The part and the row of each.
    rows: Vec<(usize, usize)>,
}

impl Listed {
    /// In the order of the stores, or newest first: those of one day last first, and those without a day at the end.
    pub(super) fn of(parts: Arc<Parts>, filter: &Filter, newest: bool) -> Result<Self, Error> {
        check_days(filter)?;
        let mut dated = Vec::new();
        for (number, part) in parts.iter().enumerate() {
            let rows = kept(part, filter)?;
            let days = if newest { days(part)? } else { Vec::new() };
            dated.extend(rows.into_iter().map(|row| (days.get(row).copied().flatten(), number, row)));
        }
        if newest {
            dated.sort_unstable_by_key(|scene| Reverse(*scene));
        }
        let rows: Vec<_> = dated.into_iter().map(|(_, part, row)| (part, row)).collect();
        if rows.is_empty() && !filter.having.is_empty() {
            parts.keys()?.check(&filter.having)?;
        }
        Ok(Self { parts, rows })
    }

    /// How many they are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Those at these places of the list, as far as there are any, each with the store it is in.
    ///
    /// # Errors
    /// When a store can't be read.
    pub fn scenes(&self, places: Range<usize>) -> Result<Vec<(StoreInfo, Scene)>, Error> {
        let wanted = self.rows.get(places.start..places.end.min(self.len())).unwrap_or_default();
        let mut found = Vec::with_capacity(wanted.len());
        for (number, part) in self.parts.iter().enumerate() {
            let here = wanted.iter().enumerate().filter(|(_, (of, _))| *of == number);
            let (places, rows): (Vec<usize>, Vec<usize>) =
                here.map(|(place, (_, row))| (place, *row)).unzip();
            let read = part.stores.infos_of(&rows)?.into_iter().zip(part.stores.scenes(&rows)?);
            found.extend(places.into_iter().zip(read));
        }
        found.sort_by_key(|(place, _)| *place);
        Ok(found.into_iter().map(|(_, scene)| scene).collect())
    }
}

fn kept(part: &OpenPart, filter: &Filter) -> Result<Vec<usize>, Error> {
    let keep = part.keep(filter)?;
    Ok(keep.map_or_else(|| (0..part.index.rows()).collect(), |keep| keep.iter().collect()))
}

/// The day of each row; of a month or a year its first.
fn days(part: &OpenPart) -> Result<Vec<Option<Day>>, Error> {
    let mut days = vec![None; part.index.rows()];
    part.index.each_value(key::DATE_ISO, &mut |date, rows| {
        let day = DateRange::of_stored(date).map(|range| range.first);
        for row in rows {
            if let Some(known) = days.get_mut(*row) {
                *known = day;
            }
        }
    })?;
    Ok(days)
}
