use super::Tag;

/// An element whose text is left out, while it is open: its name, and how many of that name are open, it and those in it.
#[derive(Debug, Default)]
pub(crate) struct LeftOut(Option<(Box<str>, usize)>);

impl LeftOut {
    pub(crate) fn begin(&mut self, tag: &Tag) {
        self.0 = Some((tag.name.clone(), 1));
    }

    pub(crate) fn is_open(&self) -> bool {
        self.0.is_some()
    }

    /// Takes an element that begins; whether it lies in the one that is left out.
    pub(crate) fn opens(&mut self, tag: &Tag) -> bool {
        let Some((name, open)) = &mut self.0 else { return false };
        *open += usize::from(*name == tag.name);
        true
    }

    /// Takes the end of an element; whether it lies in the one that is left out, or is its end.
    pub(crate) fn closes(&mut self, name: &str) -> bool {
        let Some((left_out, open)) = &mut self.0 else { return false };
        *open -= usize::from(&**left_out == name);
        if *open == 0 {
            self.0 = None;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_element_is_left_out_until_the_last_of_its_name_ends() {
        let tag = |name: &str| Tag { name: name.into(), ..Tag::default() };
        let mut left_out = LeftOut::default();
        assert_eq!((left_out.opens(&tag("nav")), left_out.closes("nav")), (false, false));
        left_out.begin(&tag("nav"));
        assert!(left_out.opens(&tag("nav")) && left_out.opens(&tag("p")));
        assert!(left_out.closes("p") && left_out.closes("nav") && left_out.is_open());
        assert!(left_out.closes("nav") && !left_out.is_open());
    }
}
