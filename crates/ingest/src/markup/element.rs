use super::{DEPTH, Markup, MarkupPiece, Tag, pieces};

/// An element with what is in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Element {
    pub(crate) tag: Tag,
    pub(crate) children: Vec<Child>,
}

/// What is in an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Child {
    Element(Element),
    Text(String),
}

/// Elements of which one ends where the next begins, each with those within which that holds.
const ENDS_ITSELF: [(&[&str], &[&str]); 5] = [
    (&["li"], &["ul", "ol", "menu"]),
    (&["dt", "dd"], &["dl"]),
    (&["td", "th"], &["tr", "table"]),
    (&["tr"], &["table", "tbody", "thead", "tfoot"]),
    (&["option"], &["select", "optgroup"]),
];
/// What a paragraph ends at.
const ENDS_PARAGRAPH: [&str; 22] = [
    "p",
    "div",
    "ul",
    "ol",
    "dl",
    "table",
    "blockquote",
    "pre",
    "hr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "section",
    "article",
    "header",
    "footer",
    "nav",
    "form",
    "figure",
];

impl Element {
    fn of(tag: Tag) -> Self {
        Self { tag, children: Vec::new() }
    }

    /// The elements in it.
    pub(crate) fn elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|child| match child {
            Child::Element(element) => Some(element),
            Child::Text(_) => None,
        })
    }

    /// All that is within it and is what `marks` say, in the order of the text.
    pub(crate) fn all(&self, marks: &str) -> Vec<&Self> {
        let mut found = Vec::new();
        self.each(&mut |element| {
            if element.tag.is(marks) {
                found.push(element);
            }
        });
        found
    }

    fn each<'a>(&'a self, take: &mut dyn FnMut(&'a Self)) {
        for element in self.elements() {
            take(element);
            element.each(take);
        }
    }

    /// The first of those.
    pub(crate) fn first(&self, marks: &str) -> Option<&Self> {
        self.elements().find_map(
            |element| {
                if element.tag.is(marks) { Some(element) } else { element.first(marks) }
            },
        )
    }

    /// The first of any of them; of several marks the first that is there at all counts.
    pub(crate) fn first_of(&self, marks: &[&str]) -> Option<&Self> {
        marks.iter().find_map(|marks| self.first(marks))
    }
}

/// An element that is being read.
struct Open {
    markup: Markup,
    stack: Vec<Element>,
    /// How many elements are deeper than is kept.
    too_deep: usize,
}

impl Open {
    fn new(tag: Tag, markup: Markup) -> Self {
        Self { markup, stack: vec![Element::of(tag)], too_deep: 0 }
    }

    /// Takes the next piece; the whole element where that was its end.
    fn take(&mut self, piece: MarkupPiece) -> Option<Element> {
        match piece {
            MarkupPiece::Text(text) => self.add(Child::Text(text)),
            MarkupPiece::Open(tag) => self.open(tag),
            MarkupPiece::Close(_) if self.too_deep > 0 => self.too_deep -= 1,
            MarkupPiece::Close(name) => {
                let at = self.stack.iter().rposition(|open| *open.tag.name == *name)?;
                return self.close_to(at);
            }
        }
        None
    }

    fn add(&mut self, child: Child) {
        if let Some(open) = self.stack.last_mut() {
            open.children.push(child);
        }
    }

    fn open(&mut self, tag: Tag) {
        if self.markup == Markup::Html {
            self.end_before(&tag.name);
        }
        if tag.empty {
            self.add(Child::Element(Element::of(tag)));
        } else if self.stack.len() < DEPTH {
            self.stack.push(Element::of(tag));
        } else {
            self.too_deep += 1;
        }
    }

    /// Closes what ends where an element of that name begins; never the outermost.
    fn end_before(&mut self, name: &str) {
        for (names, within) in ENDS_ITSELF {
            if names.contains(&name) {
                let stops = |open: &Element| {
                    let open = &*open.tag.name;
                    names.contains(&open) || within.contains(&open)
                };
                let at = self.stack.iter().rposition(stops);
                let ends = |at: &usize| {
                    *at > 0 && self.stack.get(*at).is_some_and(|open| names.contains(&&*open.tag.name))
                };
                if let Some(at) = at.filter(ends) {
                    self.close_to(at);
                }
            }
        }
        let in_paragraph =
            self.stack.len() > 1 && self.stack.last().is_some_and(|open| &*open.tag.name == "p");
        if in_paragraph && ENDS_PARAGRAPH.contains(&name) {
            self.close_to(self.stack.len() - 1);
        }
    }

    /// Closes the elements from that one on; the whole where it is the outermost.
    fn close_to(&mut self, at: usize) -> Option<Element> {
        while self.stack.len() > at + 1 {
            self.close();
        }
        if at == 0 { self.stack.pop() } else { self.close() }
    }

    fn close(&mut self) -> Option<Element> {
        let closed = self.stack.pop()?;
        match self.stack.last_mut() {
            Some(above) => {
                above.children.push(Child::Element(closed));
                None
            }
            None => Some(closed),
        }
    }

    fn rest(mut self) -> Option<Element> {
        self.close_to(0)
    }
}

/// Hands over each element that `wanted` says yes to, whole; within one no other is looked for. What the text ends in
/// the middle of is given back.
pub(crate) fn each_element(
    text: &str,
    markup: Markup,
    wanted: &dyn Fn(&Tag) -> bool,
    take: &mut dyn FnMut(Element),
) -> Option<Element> {
    let mut open: Option<Open> = None;
    for piece in pieces(text, markup) {
        match (&mut open, piece) {
            (Some(inner), piece) => {
                if let Some(whole) = inner.take(piece) {
                    take(whole);
                    open = None;
                }
            }
            (None, MarkupPiece::Open(tag)) if wanted(&tag) => {
                if tag.empty {
                    take(Element::of(tag));
                } else {
                    open = Some(Open::new(tag, markup));
                }
            }
            (None, _) => {}
        }
    }
    open.and_then(Open::rest)
}

/// The whole text as one element without a name.
pub(crate) fn element(text: &str, markup: Markup) -> Element {
    let mut open = Open::new(Tag::default(), markup);
    for piece in pieces(text, markup) {
        open.take(piece);
    }
    open.rest().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markup::line;

    #[test]
    fn ends_that_are_not_there_are_understood() {
        let page = "<ul><li>a<li>b<ul><li>c</ul></ul><p>d<p>e</b><div>f</div>";
        let root = element(page, Markup::Html);
        let names: Vec<&str> = root.elements().map(|element| &*element.tag.name).collect();
        assert_eq!(names, ["ul", "p", "p", "div"]);
        assert_eq!(
            (root.all("li").len(), root.all("p").iter().map(|p| line(p)).collect::<Vec<_>>()),
            (3, vec!["d".to_owned(), "e".to_owned()])
        );
        assert_eq!(root.first_of(&["h1", "div"]).map(line).as_deref(), Some("f"));
    }

    #[test]
    fn elements_are_handed_over_whole_and_the_torn_one_is_given_back() {
        let page = "<div class=m>a<div class=m>b</div></div><div class=m>c</div><div class=m>torn";
        let mut texts = Vec::new();
        let rest = each_element(page, Markup::Html, &|tag| tag.has_class("m"), &mut |found| {
            texts.push(line(&found))
        });
        assert_eq!(
            (texts, rest.map(|rest| line(&rest)).as_deref()),
            (vec!["a b".to_owned(), "c".to_owned()], Some("torn"))
        );
    }

    #[test]
    fn no_file_makes_a_reader_recurse_without_end() {
        let page = "<b>".repeat(300_000) + "x" + &"</b>".repeat(300_000) + "<i>y</i>";
        let root = element(&page, Markup::Html);
        assert_eq!((line(&root).as_str(), root.all("i").len()), ("xy", 1));
    }
}
