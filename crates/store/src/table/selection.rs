use parquet::arrow::arrow_reader::{RowSelection, RowSelector};
use parquet::file::metadata::RowGroupMetaData;

/// The groups that hold any of `rows`, which are sorted and there, and the rows' numbers in these groups.
pub(super) fn groups_with(
    groups: &[RowGroupMetaData],
    rows: &[usize],
) -> (Vec<RowGroupMetaData>, Vec<usize>) {
    let (mut kept, mut numbers) = (Vec::new(), Vec::with_capacity(rows.len()));
    let (mut first, mut first_kept, mut rows) = (0usize, 0usize, rows);
    for group in groups {
        let count = usize::try_from(group.num_rows()).unwrap_or(0);
        let (here, later) = rows.split_at(rows.partition_point(|row| *row < first.saturating_add(count)));
        if !here.is_empty() {
            numbers.extend(here.iter().map(|row| row - first + first_kept));
            kept.push(group.clone());
            first_kept = first_kept.saturating_add(count);
        }
        (first, rows) = (first.saturating_add(count), later);
    }
    (kept, numbers)
}

/// Selects `rows`, which are sorted and unique.
pub(super) fn selection(rows: &[usize]) -> RowSelection {
    let mut selectors = Vec::with_capacity(rows.len() * 2);
    let mut next = 0;
    for row in rows {
        selectors.push(RowSelector::skip(row - next));
        selectors.push(RowSelector::select(1));
        next = row + 1;
    }
    selectors.into()
}
