/// A logit as a number from 0 to 1.
pub(super) fn sigmoid(logit: f32) -> f32 {
    1.0 / (1.0 + (-logit).exp())
}

/// Scores of a server from 0 to 1: as they are if all lie there, else they are logits.
pub(super) fn normalised(scores: Vec<f32>) -> Vec<f32> {
    if scores.iter().all(|score| (0.0..=1.0).contains(score)) {
        return scores;
    }
    scores.into_iter().map(sigmoid).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_outside_of_0_to_1_are_logits() {
        assert_eq!(normalised(vec![0.0, 0.25, 1.0]), [0.0, 0.25, 1.0]);
        assert_eq!(normalised(vec![]), Vec::<f32>::new());
        assert_eq!(normalised(vec![0.0, 100.0, -200.0]), [0.5, 1.0, 0.0]);
        assert_eq!(normalised(vec![0.5, -0.1])[0], sigmoid(0.5));
        assert!((sigmoid(2.0) - 0.880_797).abs() < 1e-6);
    }
}
