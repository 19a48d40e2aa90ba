use std::fmt;

/// A value and where it came from.
#[derive(Debug, Clone)]
pub struct Setting<T> {
    /// The value.
    pub value: T,
    /// Where it came from.
    pub origin: SettingOrigin,
}

/// Where a value came from, strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingOrigin {
    /// A flag, or what stands for one in a request.
    Flag(&'static str),
    /// A variable of the environment.
    Variable(&'static str),
    /// The config file.
    File,
    /// Nobody said anything.
    Default,
}

impl SettingOrigin {
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

impl fmt::Display for SettingOrigin {
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
    /// A value that a flag gave, if it was typed.
    pub fn flag(name: &'static str, typed: Option<T>) -> Option<Self> {
        Some(Self { value: typed?, origin: SettingOrigin::Flag(name) })
    }

    /// A value that a variable gave, if it is set.
    pub fn variable(name: &'static str, value: Option<T>) -> Option<Self> {
        Some(Self { value: value?, origin: SettingOrigin::Variable(name) })
    }

    /// The strongest of what there is; `given` is what a flag or a variable said.
    pub(super) fn of(given: Option<Self>, file: Option<T>, default: T) -> Self {
        let file = file.map(|value| Self { value, origin: SettingOrigin::File });
        given.or(file).unwrap_or(Self { value: default, origin: SettingOrigin::Default })
    }

    /// The same where nothing may be said at all.
    pub(super) fn maybe(given: Option<Self>, file: Option<T>) -> Setting<Option<T>> {
        let given = given.map(|given| Setting { value: Some(given.value), origin: given.origin });
        Setting::of(given, file.map(Some), None)
    }

    /// The value typed with a flag instead, if there is one.
    pub fn or_flag(&self, flag: &'static str, typed: Option<T>) -> Self
    where
        T: Clone,
    {
        Self::flag(flag, typed).unwrap_or_else(|| self.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strongest_wins_and_says_where_it_came_from() {
        let (flag, variable) = (Setting::flag("--n", Some(1)), Setting::variable("N", Some(2)));
        for (given, file, expected) in [
            (flag.clone().or(variable.clone()), Some(3), (1, SettingOrigin::Flag("--n"))),
            (None.or(variable), Some(3), (2, SettingOrigin::Variable("N"))),
            (None, Some(3), (3, SettingOrigin::File)),
            (None, None, (4, SettingOrigin::Default)),
        ] {
            let Setting { value, origin } = Setting::of(given, file, 4);
            assert_eq!((value, origin), expected);
        }
    }

    #[test]
    fn a_flag_that_was_not_typed_changes_nothing() {
        let setting = Setting { value: 1, origin: SettingOrigin::File };
        assert_eq!(setting.or_flag("--n", None).origin, SettingOrigin::File);
        assert_eq!(setting.or_flag("--n", Some(2)).origin, SettingOrigin::Flag("--n"));
    }
}
