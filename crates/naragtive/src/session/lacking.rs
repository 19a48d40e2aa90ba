use super::Session;
use super::stores::OpenStores;
use crate::StoreInfo;
use crate::embedding::upgrade::is_made_by_other_recipe;

/// What the stores lack that are searched.
impl Session {
    /// The stores with scenes that have no passages, and how many these are, as far as the stores' footers tell.
    pub fn lacking_passages(&self) -> Vec<(StoreInfo, usize)> {
        let opened = self.opened();
        let all =
            opened.iter().flat_map(|part| part.stores.lacking_passages()).filter(|(_, scenes)| *scenes > 0);
        all.map(|(info, scenes)| (info.clone(), scenes)).collect()
    }

    /// The stores with scenes that have no text or no metadata, with their rows, counted from 0: another program left them
    /// empty.
    pub fn saying_nothing(&self) -> Vec<(StoreInfo, Vec<usize>)> {
        let opened = self.opened();
        let all = opened.iter().flat_map(|part| part.stores.saying_nothing());
        all.map(|(info, rows)| (info.clone(), rows)).collect()
    }

    /// The stores whose passages were made by the recipe of another version, and would be better anew.
    pub fn made_by_other_recipe(&self) -> Vec<StoreInfo> {
        self.opened().iter().flat_map(|part| part.stores.made_by_other_recipe()).cloned().collect()
    }

    /// The shared stores whose servers have to look at every vector to find candidates, as they keep no index of them.
    pub fn lacking_index(&self) -> Vec<StoreInfo> {
        self.opened().iter().flat_map(|part| part.stores.lacking_index()).cloned().collect()
    }
}

impl OpenStores {
    /// The rows of each store that have no text or no metadata, as far as its footer tells of any.
    pub(super) fn saying_nothing(&self) -> impl Iterator<Item = (&StoreInfo, Vec<usize>)> {
        let told = self.files().filter(|(_, store)| store.tells_of_nothing_said());
        told.filter_map(|(info, store)| Some((info, store.rows_with_nothing_said().ok()?)))
    }

    /// How many scenes of each store have no passages.
    pub(super) fn lacking_passages(&self) -> impl Iterator<Item = (&StoreInfo, usize)> {
        self.files().map(|(info, store)| (info, store.lacking_passages()))
    }

    /// The stores whose passages were all made, by another recipe than today's.
    pub(super) fn made_by_other_recipe(&self) -> impl Iterator<Item = &StoreInfo> {
        self.files().filter(|(_, store)| is_made_by_other_recipe(store)).map(|(info, _)| info)
    }
}
