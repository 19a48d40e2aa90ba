/// How the vectors of a text's tokens become the vector of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pooling {
    /// The mean over all tokens.
    Mean,
    /// The vector of the first token.
    Cls,
}

impl Pooling {
    /// Writes the unit vector of one text.
    ///
    /// `tokens` is row-major, one row of `out.len()` values a token, at least one row.
    pub(crate) fn pool(self, tokens: &[f32], out: &mut [f32]) {
        out.fill(0.0);
        let width = out.len();
        let rows = match self {
            Self::Mean => tokens,
            Self::Cls => &tokens[..width],
        };
        for row in rows.chunks_exact(width) {
            for (sum, value) in out.iter_mut().zip(row) {
                *sum += value;
            }
        }
        normalize(out);
    }
}

/// Scales to length one. The sum of the rows has the direction of their mean, so no division by their number.
fn normalize(vector: &mut [f32]) {
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt().max(1e-12);
    for value in vector {
        *value /= length;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_result_has_length_one_and_the_direction_asked_for() {
        let tokens = [3.0, 0.0, 0.0, 4.0];
        let mut out = [0.0; 2];
        Pooling::Mean.pool(&tokens, &mut out);
        assert_eq!(out, [0.6, 0.8]);
        Pooling::Cls.pool(&tokens, &mut out);
        assert_eq!(out, [1.0, 0.0]);
    }
}
