use std::fmt;
use std::str::FromStr;

/// What somebody may do with a shared store; each may what those before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Permission {
    /// Read it.
    Read,
    /// Add to it, change it and take out of it.
    Write,
    /// Say who may what, and delete it.
    Own,
}

impl Permission {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Read, Self::Write, Self::Own];

    /// Its name, as it is typed and stored.
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Own => "own",
        }
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Permission {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|role| role.name() == name);
        found.ok_or_else(|| format!("expected read, write or own, found `{name}`"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_read_by_its_name_and_by_no_other() {
        for role in Permission::ALL {
            assert_eq!(role.to_string().parse(), Ok(role));
        }
        assert!("Own".parse::<Permission>().is_err() && "".parse::<Permission>().is_err());
        assert!(Permission::Own > Permission::Write && Permission::Write > Permission::Read);
    }
}
