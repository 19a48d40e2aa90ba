use std::cell::RefCell;
use std::rc::Rc;

use naragtive_ingest::{Known, KnownBefore};
use naragtive_store::{Store, StoreError};

use crate::Error;

/// What is stored of the conversations that exports may go on with, and what exports of the same ingest held.
pub(super) struct StoredBefore {
    pub(super) known: KnownBefore,
    /// Why the store could not be read.
    problem: Rc<RefCell<Option<StoreError>>>,
}

impl StoredBefore {
    /// What is in the store that is added to, if there is one.
    pub(super) fn of(store: Option<Store>) -> Self {
        let problem = Rc::new(RefCell::new(None));
        let told = Rc::clone(&problem);
        let known = KnownBefore::new(move |source| {
            let mut known = Known::default();
            let read =
                store.as_ref().map_or(Ok(()), |store| store.visit_of(source, |scene| known.add(&scene)));
            if let Err(error) = read {
                told.borrow_mut().get_or_insert(error);
            }
            known
        });
        Self { known, problem }
    }

    /// # Errors
    /// When the store could not be read.
    pub(super) fn check(&self) -> Result<(), Error> {
        self.problem.borrow_mut().take().map_or(Ok(()), |problem| Err(problem.into()))
    }
}
