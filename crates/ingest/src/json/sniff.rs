use super::{Node, Reader};

/// What the beginning of a text shows of its JSON.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Shape {
    pub(crate) is_array: bool,
    /// Whether a line is a whole object: the first one, or the second where that one is torn.
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
    let is_whole = |line: &str| {
        line.starts_with('{') && Reader::new(line, &[]).value().is_ok_and(|node| node.is_object())
    };
    let is_lines = text.lines().take(2).any(is_whole);
    let first = Reader::new(if is_lines { line } else { text }, &[]).partial_object();
    Some(Shape { is_lines, first, ..Shape::default() })
}

/// How many entries are looked at where the first one tells nothing.
const LOOKED_AT: usize = 8;

/// The objects behind the first one in the array, or in the lines, that `head` begins with: a few of them. One that is
/// damaged has what of it can be read.
pub(crate) fn later_objects(head: &str) -> Vec<Node> {
    let text = head.trim_start();
    let mut found = Vec::new();
    if text.starts_with('[') {
        Reader::new(text, &[]).first_entries(|node| {
            found.push(node);
            found.len() > LOOKED_AT
        });
    } else if text.starts_with('{') {
        let value = |line: &str| Reader::new(line, &[]).value().ok();
        found.extend(text.lines().take(LOOKED_AT + 1).map(|line| value(line).unwrap_or_default()));
    }
    found.into_iter().skip(1).filter(Node::is_object).collect()
}
