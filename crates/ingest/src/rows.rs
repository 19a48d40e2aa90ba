use crate::words;

/// The rows of a document's tables that are being read, of tables within tables the innermost last.
#[derive(Debug, Default)]
pub(crate) struct TableRows(Vec<Row>);

#[derive(Debug, Default)]
struct Row {
    cells: Vec<String>,
    is_deleted: bool,
}

impl TableRows {
    pub(crate) fn begin(&mut self) {
        self.0.push(Row::default());
    }

    /// The row that is open was deleted.
    pub(crate) fn delete(&mut self) {
        self.0.last_mut().into_iter().for_each(|row| row.is_deleted = true);
    }

    /// A cell begins in the row that is open.
    pub(crate) fn cell(&mut self) {
        self.0.last_mut().into_iter().for_each(|row| row.cells.push(String::new()));
    }

    /// Writes into the cell that is open; whether one is.
    pub(crate) fn write(&mut self, text: &str) -> bool {
        let Some(cell) = self.0.last_mut().and_then(|row| row.cells.last_mut()) else { return false };
        if !cell.is_empty() {
            cell.push(' ');
        }
        cell.push_str(text);
        true
    }

    /// Ends the row that is open: its cells in one line, nothing where it was deleted.
    pub(crate) fn end(&mut self) -> String {
        let row = self.0.pop().filter(|row| !row.is_deleted).unwrap_or_default();
        let cells = row.cells.iter().map(|cell| words::trim(cell)).filter(|cell| !cell.is_empty());
        cells.collect::<Vec<_>>().join(" | ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_its_cells_in_one_line() {
        let mut rows = TableRows::default();
        rows.cell();
        assert!(!rows.write("no row"));
        rows.begin();
        assert!(!rows.write("no cell"));
        for texts in [&["a", "b"][..], &[], &[" c "]] {
            rows.cell();
            assert!(texts.iter().all(|text| rows.write(text)));
        }
        rows.begin();
        rows.cell();
        assert!(rows.write("within"));
        rows.delete();
        assert_eq!([rows.end(), rows.end(), rows.end()], ["", "a b | c", ""]);
    }
}
