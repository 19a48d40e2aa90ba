use super::{Node, Reader};

/// What the beginning of a text shows of its JSON.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Shape {
    pub(crate) is_array: bool,
    /// Whether the first line is a whole object.
    pub(crate) is_lines: bool,
    /// The first object: the text itself, the first object in its array, or that of the first line. Cut short, it has
    /// the values that are whole.
    pub(crate) first: Node,
    /// Whether it is an array with nothing in it.
    pub(crate) is_empty: bool,
}

/// The shape of the JSON that `head` begins with; none if it begins as no JSON.
pub(crate) fn shape(head: &str) -> Option<Shape> {
    let text = head.trim_start();
    if text.starts_with('[') {
        let mut shape = Shape { is_array: true, ..Shape::default() };
        let mut entries = 0;
        let mut reader = Reader::new(text, &[]);
        let inner =
            text.get(1..).unwrap_or_default().trim_start_matches(|c: char| c.is_whitespace() || c == ',');
        shape.is_empty = inner.starts_with(']');
        reader.first_entries(|node| {
            entries += 1;
            if node.is_object() {
                shape.first = node;
            }
            shape.first.is_object() || entries > 8
        });
        return Some(shape);
    }
    if !text.starts_with('{') {
        return None;
    }
    let line = text.lines().next().unwrap_or_default();
    let is_lines = Reader::new(line, &[]).value().is_ok_and(|node| node.is_object());
    let first = Reader::new(if is_lines { line } else { text }, &[]).partial_object();
    Some(Shape { is_lines, first, ..Shape::default() })
}
