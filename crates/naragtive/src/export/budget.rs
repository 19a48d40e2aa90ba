use std::fmt;

/// English prose in the vocabularies of today's language models.
const CHARACTERS_A_TOKEN: usize = 4;

/// How much of a language model's context a document may take.
///
/// Tokens are estimated, not counted: four characters (Unicode scalar values) a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TokenBudget(usize);

impl TokenBudget {
    /// A budget of so many tokens.
    pub fn new(tokens: usize) -> Self {
        Self(tokens)
    }

    /// The tokens.
    pub fn tokens(self) -> usize {
        self.0
    }

    /// The characters that stand for them.
    pub fn characters(self) -> usize {
        self.0.saturating_mul(CHARACTERS_A_TOKEN)
    }
}

impl Default for TokenBudget {
    fn default() -> Self {
        Self(4000)
    }
}

impl fmt::Display for TokenBudget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            1 => f.write_str("1 token"),
            tokens => write!(f, "{tokens} tokens"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_four_characters() {
        for (budget, characters) in [
            (TokenBudget::default(), 16_000),
            (TokenBudget::new(0), 0),
            (TokenBudget::new(usize::MAX), usize::MAX),
        ] {
            assert_eq!(budget.characters(), characters, "{budget}");
        }
    }
}
