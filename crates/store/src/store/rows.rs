//! Rows of a store by their numbers, and all of them in turn.

use arrow_array::RecordBatch;
use naragtive_scene::{Metadata, Scene, SceneId, Source};

use super::{Store, StoredRow};
use crate::StoreError;
use crate::origin::{self, Origins};
use crate::passages::{Span, spans};
use crate::schema::Column;

impl Store {
    /// The scenes in these rows, in the order asked for, without their origins. Only the pages that hold them are decoded.
    ///
    /// # Errors
    /// When a row isn't there, can't be read, holds a null or metadata that isn't a JSON object.
    pub fn scenes(&self, rows: &[usize]) -> Result<Vec<Scene>, StoreError> {
        self.picked(&Column::SCENE, rows, |batch, rows, found| self.append_scenes(batch, rows, found))
    }

    /// The scenes in these rows, in the order asked for, with their origins.
    ///
    /// # Errors
    /// As [`Store::scenes`].
    pub fn scenes_with_origins(&self, rows: &[usize]) -> Result<Vec<Scene>, StoreError> {
        let [id, text, metadata] = Column::SCENE;
        self.picked(&[id, text, metadata, Column::Origin], rows, |batch, rows, found| {
            self.append_scenes(batch, rows, found)
        })
    }

    /// The scenes in these rows, in the order asked for, each with where its passages stand: nowhere where it has none.
    ///
    /// # Errors
    /// As [`Store::scenes`].
    pub fn scenes_and_spans(&self, rows: &[usize]) -> Result<Vec<(Scene, Vec<Span>)>, StoreError> {
        let [id, text, metadata] = Column::SCENE;
        self.picked(&[id, text, metadata, Column::PassageSpans], rows, |batch, rows, found| {
            let mut scenes = Vec::new();
            self.append_scenes(batch, rows, &mut scenes)?;
            found.extend(scenes.into_iter().zip(spans_of(batch)));
            Ok(())
        })
    }

    /// Hands every row from `first` on to `visit`, in order; holds a thousand rows at a time.
    ///
    /// # Errors
    /// When a row can't be read, and whatever `visit` says.
    pub fn visit_rows<E: From<StoreError>>(
        &self,
        first: usize,
        mut visit: impl FnMut(StoredRow) -> Result<(), E>,
    ) -> Result<(), E> {
        let rows: Vec<usize> = (first..self.len()).collect();
        let columns: Vec<Column> = Column::REQUIRED.into_iter().chain(Column::OPTIONAL).collect();
        let mut row = first;
        for batch in self.table.pick(&columns, &rows)? {
            let batch = batch?;
            let later = rows.get(row - first..).unwrap_or_default();
            for stored in self.stored_rows(&batch, later)? {
                visit(stored)?;
            }
            row += batch.num_rows();
        }
        Ok(self.table.check_rows(self.len(), row)?)
    }

    /// These rows whole, in the order asked for.
    ///
    /// # Errors
    /// When a row isn't there or can't be read.
    pub fn rows(&self, rows: &[usize]) -> Result<Vec<StoredRow>, StoreError> {
        let columns: Vec<Column> = Column::REQUIRED.into_iter().chain(Column::OPTIONAL).collect();
        self.picked(&columns, rows, |batch, rows, found| {
            let rows = rows.get(..batch.num_rows()).unwrap_or(rows);
            found.extend(self.stored_rows(batch, rows)?);
            Ok(())
        })
    }

    /// Hands every scene to `visit` with where it comes from; holds a thousand at a time.
    ///
    /// # Errors
    /// When a row can't be read, and whatever `visit` says.
    pub fn visit_scenes(&self, mut visit: impl FnMut(Scene)) -> Result<(), StoreError> {
        let [id, text, metadata] = Column::SCENE;
        self.table.scan(&[id, text, metadata, Column::Origin], |first, batch| {
            let rows: Vec<usize> = (first..first + batch.num_rows()).collect();
            let mut scenes = Vec::new();
            self.append_scenes(batch, &rows, &mut scenes)?;
            scenes.into_iter().for_each(&mut visit);
            Ok(())
        })
    }

    /// Hands the scenes of a source to `visit` with their rows, in the order of these, as far as they say where they come from.
    ///
    /// # Errors
    /// When a row can't be read.
    pub fn visit_of(&self, source: &Source, mut visit: impl FnMut(usize, Scene)) -> Result<(), StoreError> {
        let mut any = false;
        self.scan_origins(|_, origin| any |= origin.is_some_and(|origin| origin.source == source.as_str()))?;
        let is_of_it =
            |scene: &Scene| scene.origin.as_ref().is_some_and(|origin| origin.conversation.source == *source);
        if any {
            let mut row = 0;
            self.visit_scenes(|scene| {
                if is_of_it(&scene) {
                    visit(row, scene)
                }
                row += 1;
            })
        } else {
            Ok(())
        }
    }

    /// What these rows say about where they come from, in the order asked for.
    pub(crate) fn origins_of(&self, rows: &[usize]) -> Result<Vec<Option<String>>, StoreError> {
        self.picked(&[Column::Id, Column::Origin], rows, |batch, _, found| {
            found
                .extend(Origins::of(batch).iter().take(batch.num_rows()).map(|json| json.map(str::to_owned)));
            Ok(())
        })
    }

    /// The ids in these rows, in the order asked for.
    ///
    /// # Errors
    /// When a row isn't there, can't be read or holds a null.
    pub fn ids_of(&self, rows: &[usize]) -> Result<Vec<String>, StoreError> {
        self.picked(&[Column::Id], rows, |batch, rows, found| {
            for (row, id) in rows.iter().zip(self.column(batch, Column::Id)?.iter()) {
                found.push(self.cell(Column::Id, *row, id)?.to_owned());
            }
            Ok(())
        })
    }

    /// The texts in these rows, in the order asked for.
    ///
    /// # Errors
    /// When a row isn't there, can't be read or holds a null.
    pub fn texts_of(&self, rows: &[usize]) -> Result<Vec<String>, StoreError> {
        self.picked(&[Column::Text], rows, |batch, rows, found| {
            for (row, text) in rows.iter().zip(self.column(batch, Column::Text)?.iter()) {
                found.push(self.cell(Column::Text, *row, text)?.to_owned());
            }
            Ok(())
        })
    }

    /// Hands the texts in these rows, which ascend, to `visit`.
    pub(crate) fn visit_texts(&self, rows: &[usize], mut visit: impl FnMut(&str)) -> Result<(), StoreError> {
        let mut rows = rows.iter();
        let sorted = self.sorted(rows.as_slice())?;
        for batch in self.table.pick(&[Column::Text], &sorted)? {
            let batch = batch?;
            for text in self.column(&batch, Column::Text)?.iter() {
                let row = rows.next().copied().unwrap_or_default();
                visit(self.cell(Column::Text, row, text)?);
            }
        }
        Ok(())
    }

    /// The ids and texts in these rows, in the order asked for.
    pub(crate) fn ids_and_texts(&self, rows: &[usize]) -> Result<Vec<(String, String)>, StoreError> {
        self.picked(&[Column::Id, Column::Text], rows, |batch, rows, found| {
            let (ids, texts) = (self.column(batch, Column::Id)?, self.column(batch, Column::Text)?);
            for ((row, id), text) in rows.iter().zip(ids.iter()).zip(texts.iter()) {
                let [id, text] = [self.cell(Column::Id, *row, id)?, self.cell(Column::Text, *row, text)?]
                    .map(str::to_owned);
                found.push((id, text));
            }
            Ok(())
        })
    }

    /// The rows sorted and once each, all of which are there.
    fn sorted(&self, rows: &[usize]) -> Result<Vec<usize>, StoreError> {
        let mut sorted = rows.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        match sorted.last().copied().filter(|row| *row >= self.len()) {
            None => Ok(sorted),
            Some(row) => Err(StoreError::NoSuchRow { path: self.path().to_owned(), row, rows: self.len() }),
        }
    }

    /// What `append` makes of `rows`, in the order asked for. It is given batches of these rows, sorted and once each.
    fn picked<T: Clone>(
        &self,
        columns: &[Column],
        rows: &[usize],
        append: impl Fn(&RecordBatch, &[usize], &mut Vec<T>) -> Result<(), StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let sorted = self.sorted(rows)?;
        let mut found = Vec::with_capacity(sorted.len());
        for batch in self.table.pick(columns, &sorted)? {
            let later = sorted.get(found.len()..).unwrap_or_default();
            append(&batch?, later, &mut found)?;
        }
        self.table.check_rows(sorted.len(), found.len())?;
        let pick = |row| sorted.binary_search(row).ok().and_then(|at| found.get(at)).cloned();
        Ok(rows.iter().filter_map(pick).collect())
    }

    /// The rows of `batch`, which are `rows` of the file and whatever follows.
    fn stored_rows(&self, batch: &RecordBatch, rows: &[usize]) -> Result<Vec<StoredRow>, StoreError> {
        let (mut scenes, mut vectors) = (Vec::new(), Vec::new());
        self.append_scenes(batch, rows, &mut scenes)?;
        self.append_vectors(rows.first().copied().unwrap_or_default(), batch, &mut vectors)?;
        let embeddings = vectors.chunks_exact(self.model_or_legacy().dimension).map(<[f32]>::to_vec);
        let stored = scenes.into_iter().zip(embeddings).zip(rows).enumerate();
        stored
            .map(|(at, ((scene, embedding), row))| {
                Ok(StoredRow { scene, embedding, passages: self.passages_of(batch, at, *row)? })
            })
            .collect()
    }

    fn append_scenes(
        &self,
        batch: &RecordBatch,
        rows: &[usize],
        found: &mut Vec<Scene>,
    ) -> Result<(), StoreError> {
        let ids = self.column(batch, Column::Id)?;
        let texts = self.column(batch, Column::Text)?;
        let metadata = self.column(batch, Column::Metadata)?;
        let origins = Origins::of(batch);
        let mut origins = origins.iter();
        for (((id, text), json), row) in ids.iter().zip(texts.iter()).zip(metadata.iter()).zip(rows) {
            let metadata = Metadata::parse(self.cell(Column::Metadata, *row, json)?);
            found.push(Scene {
                id: SceneId::new(self.cell(Column::Id, *row, id)?),
                text: self.cell(Column::Text, *row, text)?.to_owned(),
                metadata: metadata.map_err(|error| self.bad_row(*row, error.into()))?,
                origin: origin::read(origins.next().flatten()),
            });
        }
        Ok(())
    }
}

/// Where the passages of each row of `batch` stand.
fn spans_of(batch: &RecordBatch) -> impl Iterator<Item = Vec<Span>> {
    let array = batch.column_by_name(Column::PassageSpans.name());
    (0..batch.num_rows()).map(move |at| array.and_then(|array| spans(array, at)).unwrap_or_default())
}
