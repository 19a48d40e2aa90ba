use std::ops::{Deref, DerefMut};

/// Values of four bytes that begin at a multiple of 64 bytes, as cache lines do: a vector or a row of a tile that lies
/// across two lines takes twice as long.
#[derive(Default)]
pub(crate) struct Aligned<T> {
    memory: Vec<T>,
    start: usize,
    count: usize,
}

impl<T: Copy + Default> Aligned<T> {
    /// Values in a cache line.
    const LINE: usize = 16;

    pub(crate) fn zeros(count: usize) -> Self {
        let memory = vec![T::default(); count + Self::LINE];
        // Where that can't be told, they are as good anywhere.
        let start = memory.as_ptr().align_offset(64).min(Self::LINE);
        Self { memory, start, count }
    }

    /// Makes it `count` values; what they are is nothing to rely on.
    pub(crate) fn resize(&mut self, count: usize) {
        if count + Self::LINE > self.memory.len() {
            *self = Self::zeros(count);
        }
        self.count = count;
    }
}

impl<T> Deref for Aligned<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.memory[self.start..self.start + self.count]
    }
}

impl<T> DerefMut for Aligned<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.memory[self.start..self.start + self.count]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_values_begin_where_a_cache_line_does_whatever_their_number() {
        let mut words = Aligned::<u32>::default();
        for count in [1, 15, 1000, 3, 100_000] {
            words.resize(count);
            assert_eq!((words.len(), words.as_ptr() as usize % 64), (count, 0));
        }
    }
}
