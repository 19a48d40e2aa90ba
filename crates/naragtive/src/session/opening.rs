use naragtive_store::ModelTag;

use super::Located;
use super::parts::Parts;
use super::stores::OpenStores;
use super::view::Distants;
use crate::progress::{Step, Watch};
use crate::{Error, Indexes, Models};

/// Opens stores and their indexes; `watch` hears of those that are passed over, and of an index that can't be kept.
pub(super) fn open(
    located: &[Located],
    distant: &Distants,
    passes_over: bool,
    models: &Models,
    indexes: &Indexes,
    watch: &mut Watch<'_>,
) -> Result<Parts, Error> {
    let stores = open_stores(located, distant, passes_over, models, watch)?;
    let mut unkept = Vec::new();
    let opened = Parts::open(stores, None, indexes, &mut |done| watch(Step::Indexing(done)), &mut unkept)?;
    opened.release();
    // One reason is enough: they are all kept in one folder.
    if let Some(reason) = unkept.first() {
        watch(Step::NotKept { reason: &reason.to_string() });
    }
    Ok(opened)
}

/// Where damaged stores are passed over, those are as well whose model can't be had, as far as another one of its name is at
/// hand.
pub(super) fn open_stores(
    located: &[Located],
    distant: &Distants,
    passes_over: bool,
    models: &Models,
    watch: &mut Watch<'_>,
) -> Result<OpenStores, Error> {
    let views = |located: &Located| distant.view(located);
    if !passes_over {
        return OpenStores::open(located, &views, None);
    }
    let model = |tag: &ModelTag| models.embedder_of_here(Some(tag)).ok();
    let mut broken = |located: &Located, error: &Error| {
        watch(Step::PassedOver { store: located.name.as_deref().unwrap_or_default(), error });
    };
    OpenStores::open(located, &views, Some((&model, &mut broken)))
}
