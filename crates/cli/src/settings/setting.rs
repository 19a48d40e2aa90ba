use std::fmt;

/// A value and where it came from.
#[derive(Debug, Clone)]
pub struct Setting<T> {
    pub value: T,
    pub origin: Origin,
}

/// Where a value came from, strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    Flag(&'static str),
    Variable(&'static str),
    File,
    Default,
}

impl Origin {
    /// Whether this is nearer to the user than `other`.
    pub fn is_stronger_than(self, other: Self) -> bool {
        let rank = |origin| match origin {
            Self::Flag(_) => 3,
            Self::Variable(_) => 2,
            Self::File => 1,
            Self::Default => 0,
        };
        rank(self) > rank(other)
    }

    /// The kind, as JSON has it.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Flag(_) => "flag",
            Self::Variable(_) => "variable",
            Self::File => "file",
            Self::Default => "default",
        }
    }

    /// Which flag or variable.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Flag(name) | Self::Variable(name) => Some(name),
            Self::File | Self::Default => None,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(name) => f.write_str(name),
            Self::Variable(name) => write!(f, "the variable {name}"),
            Self::File => f.write_str("config.toml"),
            Self::Default => f.write_str("the default"),
        }
    }
}

impl<T> Setting<T> {
    /// The strongest of what there is.
    pub(super) fn of(flag: Option<Self>, variable: Option<Self>, file: Option<T>, default: T) -> Self {
        let file = file.map(|value| Self { value, origin: Origin::File });
        flag.or(variable).or(file).unwrap_or(Self { value: default, origin: Origin::Default })
    }

    /// The value typed with a flag instead, if there is one.
    pub fn or_flag(&self, flag: &'static str, typed: Option<T>) -> Self
    where
        T: Clone,
    {
        from_flag(flag, typed).unwrap_or_else(|| self.clone())
    }
}

pub(super) fn from_flag<T>(flag: &'static str, typed: Option<T>) -> Option<Setting<T>> {
    Some(Setting { value: typed?, origin: Origin::Flag(flag) })
}

pub(super) fn from_variable<T>(name: &'static str, value: Option<T>) -> Option<Setting<T>> {
    Some(Setting { value: value?, origin: Origin::Variable(name) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strongest_wins_and_says_where_it_came_from() {
        let (flag, variable) = (from_flag("--n", Some(1)), from_variable("N", Some(2)));
        for (flag, variable, file, expected) in [
            (flag.clone(), variable.clone(), Some(3), (1, Origin::Flag("--n"))),
            (None, variable, Some(3), (2, Origin::Variable("N"))),
            (None, None, Some(3), (3, Origin::File)),
            (None, None, None, (4, Origin::Default)),
        ] {
            let Setting { value, origin } = Setting::of(flag, variable, file, 4);
            assert_eq!((value, origin), expected);
        }
    }

    #[test]
    fn a_flag_that_was_not_typed_changes_nothing() {
        let setting = Setting { value: 1, origin: Origin::File };
        assert_eq!(setting.or_flag("--n", None).origin, Origin::File);
        assert_eq!(setting.or_flag("--n", Some(2)).origin, Origin::Flag("--n"));
    }
}
