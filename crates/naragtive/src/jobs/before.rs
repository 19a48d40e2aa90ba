use std::cell::RefCell;
use std::rc::Rc;

use naragtive_ingest::{Known, KnownBefore};
use naragtive_scene::Scene;
use naragtive_store::{Store, StoreError};

use crate::Error;
use crate::reading::waiting::WaitingScenes;

/// What is stored of the conversations that exports may go on with, and what exports of the same ingest held.
pub(super) struct StoredBefore {
    pub(super) known: KnownBefore,
    /// Why the store, or what waits, could not be read.
    problem: Rc<RefCell<Option<Error>>>,
}

/// Scenes that wait, while more come.
pub(super) type SharedWaiting = Rc<RefCell<WaitingScenes>>;

impl StoredBefore {
    /// What is in the store that is added to, if there is one, and what waits for it.
    pub(super) fn of(store: Option<Store>, waiting: Option<SharedWaiting>) -> Self {
        let problem = Rc::new(RefCell::new(None));
        let told = Rc::clone(&problem);
        let stored = store.as_ref().map_or(0, Store::len);
        let known = KnownBefore::new(
            move |source| {
                let (rows, waiting, fetched) = (store.clone(), waiting.clone(), Rc::clone(&told));
                let mut known = Known::new(move |numbers| {
                    let found = fetch(numbers, rows.as_ref(), waiting.as_ref());
                    found.unwrap_or_else(|error| note(&fetched, error))
                });
                let read = store
                    .as_ref()
                    .map_or(Ok(()), |store| store.visit_of(source, |row, scene| known.add(&scene, row)));
                read.unwrap_or_else(|error| note(&told, error.into()));
                known
            },
            stored,
        );
        Self { known, problem }
    }

    /// # Errors
    /// When the store could not be read.
    pub(super) fn check(&self) -> Result<(), Error> {
        self.problem.borrow_mut().take().map_or(Ok(()), Err)
    }
}

fn note<T: Default>(problem: &RefCell<Option<Error>>, error: Error) -> T {
    problem.borrow_mut().get_or_insert(error);
    T::default()
}

/// Scenes by their rows in the store, or behind these in the order in which they were read.
fn fetch(
    numbers: &[usize],
    store: Option<&Store>,
    waiting: Option<&SharedWaiting>,
) -> Result<Vec<Scene>, Error> {
    let stored = store.map_or(0, Store::len);
    let rows: Vec<usize> = numbers.iter().copied().filter(|number| *number < stored).collect();
    let rows = store.map_or(Ok::<_, StoreError>(Vec::new()), |store| store.scenes_with_origins(&rows))?;
    let mut rows = rows.into_iter();
    let mut found = Vec::with_capacity(numbers.len());
    for number in numbers {
        match number.checked_sub(stored).zip(waiting) {
            Some((at, waiting)) => found.push(waiting.borrow_mut().scene(at)?),
            None => found.extend(rows.next()),
        }
    }
    Ok(found)
}
