use std::hint::spin_loop;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::thread::yield_now;

use crate::aligned::Aligned;
use crate::kernels::{Left, Order, PADDING, Product};

/// Two threads that make one forward pass together: one leads, one helps.
///
/// A short text takes as long as its weights take to come from the shared cache, and two cores fetch them nearly
/// twice as fast as one. So both run the whole pass, but of every product with weights each computes half of the
/// columns, and takes the others from the other. When the helper keeps the leader waiting, because its core is busy
/// with something else, the leader goes on alone and the helper's work is for nothing.
#[derive(Default)]
struct Team {
    /// How many products the leader and the helper have finished.
    finished: [AtomicUsize; 2],
    /// Each one's columns, of this product and of the one before: nobody writes what the other may still read.
    parts: [[RwLock<Aligned<u32>>; 2]; 2],
    /// The leader no longer waits, or is done.
    apart: AtomicBool,
}

/// One thread of a team.
pub(crate) struct Member {
    team: Arc<Team>,
    /// 0 for the leader, 1 for the helper.
    number: usize,
    products: usize,
}

/// The leader and the helper of a new team.
pub(crate) fn team() -> [Member; 2] {
    let team = Arc::<Team>::default();
    [0, 1].map(|number| Member { team: team.clone(), number, products: 0 })
}

impl Member {
    /// Fills `out` with the product as `product` alone would. Both call this with the same tasks in the same order.
    /// Once they are apart, what the helper gets is not to be used.
    pub(crate) fn product(
        &mut self,
        product: fn(&Product<'_>, &mut [u32]),
        task: &Product<'_>,
        out: &mut [u32],
    ) {
        if self.team.apart.load(Ordering::Acquire) {
            if self.number == 0 {
                product(task, out);
            }
            return;
        }
        let turn = self.products % 2;
        self.products += 1;
        self.compute(self.number, turn, product, task);
        self.team.finished[self.number].store(self.products, Ordering::Release);
        let other = 1 - self.number;
        if !self.wait(other, task.rows) {
            self.team.apart.store(true, Ordering::Release);
            return product(task, out);
        }
        for number in [0, 1] {
            self.take(number, turn, task, out);
        }
    }

    fn compute(&self, number: usize, turn: usize, product: fn(&Product<'_>, &mut [u32]), task: &Product<'_>) {
        let task = task.columns(share(number, task.columns));
        let mut part = self.team.parts[number][turn].write().unwrap_or_else(PoisonError::into_inner);
        part.resize(task.rows.next_multiple_of(Left::TOGETHER) * task.out_stride);
        product(&task, &mut part);
    }

    /// Copies the columns of member `number` to their place.
    fn take(&self, number: usize, turn: usize, task: &Product<'_>, out: &mut [u32]) {
        let columns = share(number, task.columns);
        // In tiles sixteen rows lie together.
        let rows = if task.out_order == Order::Tiles { Left::TOGETHER } else { 1 };
        let words = rows * task.out.words(columns.start)..rows * task.out.words(columns.end);
        let part = self.team.parts[number][turn].read().unwrap_or_else(PoisonError::into_inner);
        for (row, part) in out.chunks_mut(rows * task.out_stride).zip(part.chunks(words.len().max(1))) {
            row[words.clone()].copy_from_slice(part);
        }
    }

    /// Whether the other one has finished as many products, now or soon: a short text's product takes some
    /// microseconds, and the leader waits about a tenth of a millisecond. The helper waits until they are apart.
    fn wait(&self, other: usize, rows: usize) -> bool {
        let patience = 2_000 + 200 * rows;
        for round in 0.. {
            if self.team.finished[other].load(Ordering::Acquire) >= self.products {
                return true;
            }
            match self.number {
                0 if round == patience => return false,
                1 if self.team.apart.load(Ordering::Acquire) => return false,
                1 if round > patience => yield_now(),
                _ => spin_loop(),
            }
        }
        false
    }
}

impl Drop for Member {
    /// Nobody waits for one who is gone.
    fn drop(&mut self) {
        self.team.apart.store(true, Ordering::Release);
    }
}

/// The columns of member `number`, whole panels of them.
fn share(number: usize, columns: usize) -> Range<usize> {
    let border = |number| columns / PADDING * number / 2 * PADDING;
    border(number)..border(number + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::{Activation, Format, Isa};

    /// Ten products of one row of ones with columns of ones; each is as long as the depth.
    fn run(mut member: Member) -> bool {
        let (left, panels, kernels) =
            ([1f32.to_bits(); 16], vec![1f32.to_bits(); 16 * 96], Isa::Scalar.kernels());
        let task = Product {
            left: Left { words: &left, stride: 16, order: Order::Rows, scales: &[] },
            rows: 1,
            depth: 16,
            panels: &panels,
            columns: 96,
            scales: None,
            bias: None,
            activation: Activation::None,
            out: Format::F32,
            out_stride: 96,
            out_order: Order::Rows,
        };
        (0..10).all(|_| {
            let mut out = vec![0; 96];
            member.product(kernels.f32.product, &task, &mut out);
            out.iter().all(|word| f32::from_bits(*word) == 16.0)
        })
    }

    #[test]
    fn two_make_the_products_of_one() {
        let [leader, helper] = team();
        let helper = std::thread::spawn(|| run(helper));
        assert!(run(leader));
        helper.join().unwrap();
    }

    #[test]
    fn a_leader_goes_on_without_its_helper_and_a_helper_ends_with_its_leader() {
        let [leader, helper] = team();
        assert!(run(leader), "the helper never began");
        run(helper);
        let [leader, helper] = team();
        drop(helper);
        assert!(run(leader));
    }

    #[test]
    fn every_column_belongs_to_one_of_two() {
        for columns in [32, 64, 96, 1152] {
            assert_eq!(share(0, columns).start, 0);
            assert_eq!(share(0, columns).end, share(1, columns).start);
            assert_eq!(share(1, columns).end, columns);
        }
    }
}
