//! The numbers that `eval/calibrate --write` finds. Each list is for the cosine, for words, for words around, for how far the
//! scene is behind the best one, for being that one, for the logarithm of how many scenes may be found, and in any case.

/// How probable it is that a scene answers, with the vectors of one model: weights of a logistic regression.
pub(super) struct Fit {
    /// The model.
    pub(super) model: &'static str,
    /// By meaning and by words.
    pub(super) both: [f32; 7],
    /// By words alone, of a scene without a vector.
    pub(super) words: [f32; 7],
    /// By meaning alone, where no words are asked for.
    pub(super) meaning: [f32; 7],
}

pub(super) const STORIES: Fit = Fit {
    model: "stories",
    both: [6.16, 2.20, 0.97, -2.99, 1.29, -0.24, -5.76],
    words: [0.00, 2.64, 1.57, -4.38, 1.40, -0.23, -3.84],
    meaning: [10.06, 0.00, 0.00, -4.05, 1.83, -0.07, -6.62],
};

pub(super) const PLAIN: Fit = Fit {
    model: "all-MiniLM-L6-v2",
    both: [2.40, 2.39, 2.45, -2.72, 1.45, 0.00, -7.32],
    words: [0.00, 2.60, 2.69, -3.13, 1.42, 0.00, -6.41],
    meaning: [8.22, 0.00, 0.00, -3.96, 2.12, 0.00, -7.13],
};
