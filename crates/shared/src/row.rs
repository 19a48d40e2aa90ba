//! A scene with its vectors as rows of the tables, and back.

use half::f16;
use naragtive_scene::{Metadata, Scene, SceneId};
use naragtive_store::{
    EmbeddedScene, Passages, RowProblem, Span, StoreError, StoredRow, origin_from_json, origin_to_json,
};
use pgvector::{HalfVector, Vector};
use postgres::{Row, Transaction};

use crate::SharedError;

const PASSAGE: i16 = 0;
const WINDOW: i16 = 1;
/// What stands in a text for a character that PostgreSQL's text can't hold; the column `exact` has the text as it is.
const STAND_IN: &str = "\u{2400}";

/// Scenes on their way, a list for each column: one statement a table takes them all. Row-level security leaves no `copy`
/// into a table.
#[derive(Default)]
pub(crate) struct SceneColumns {
    rows: Vec<i32>,
    places: Vec<i64>,
    ids: Vec<String>,
    texts: Vec<String>,
    exact: Vec<Option<Vec<u8>>>,
    metadata: Vec<String>,
    origins: Vec<Option<String>>,
    wholes: Vec<Vector>,
    vectors: Vectors,
}

#[derive(Default)]
struct Vectors {
    rows: Vec<i32>,
    kinds: Vec<i16>,
    numbers: Vec<i16>,
    firsts: Vec<Option<i32>>,
    lasts: Vec<Option<i32>>,
    halves: Vec<HalfVector>,
}

impl SceneColumns {
    /// Adds a scene, as this row in this place.
    pub(crate) fn add(&mut self, row: i32, place: i64, stored: StoredRow) -> Result<(), SharedError> {
        let StoredRow { scene, embedding, passages } = stored;
        let id = scene.id.as_str();
        if id.contains('\0') {
            return Err(SharedError::NulInId { id: id.to_owned() });
        }
        self.vectors.add(row, &passages, embedding.len());
        self.rows.push(row);
        self.places.push(place);
        self.ids.push(id.to_owned());
        self.metadata.push(scene.metadata.to_json());
        self.origins.push(scene.origin.as_ref().map(origin_to_json));
        self.wholes.push(Vector::from(embedding));
        let has_nul = scene.text.contains('\0');
        self.exact.push(has_nul.then(|| scene.text.clone().into_bytes()));
        self.texts.push(if has_nul { scene.text.replace('\0', STAND_IN) } else { scene.text });
        Ok(())
    }

    /// Puts them into the tables, as of this batch.
    pub(crate) fn insert(
        &self,
        store: i32,
        rev: i64,
        into: &mut Transaction<'_>,
    ) -> Result<(), postgres::Error> {
        if self.rows.is_empty() {
            return Ok(());
        }
        into.execute(
            "insert into naragtive.scene (store, row, place, id, text, exact, metadata, origin, rev)
                select $1, u.*, $2 from unnest($3::int[], $4::bigint[], $5::text[], $6::text[], $7::bytea[], $8::text[],
                    $9::text[]) u",
            &[&store, &rev, &self.rows, &self.places, &self.ids, &self.texts, &self.exact, &self.metadata, &self.origins],
        )?;
        into.execute(
            "insert into naragtive.whole (store, row, v) select $1, u.* from unnest($2::int[], $3::vector[]) u",
            &[&store, &self.rows, &self.wholes],
        )?;
        let Vectors { rows, kinds, numbers, firsts, lasts, halves } = &self.vectors;
        into.execute(
            "insert into naragtive.vec (store, row, kind, n, first, last, h)
                select $1, u.* from unnest($2::int[], $3::smallint[], $4::smallint[], $5::int[], $6::int[], $7::halfvec[]) u",
            &[&store, rows, kinds, numbers, firsts, lasts, halves],
        )?;
        Ok(())
    }
}

impl Vectors {
    fn add(&mut self, row: i32, passages: &Passages, dimension: usize) {
        let own = passages.vectors.chunks_exact(dimension.max(1)).zip(&passages.spans);
        for (number, (vector, span)) in (0..).zip(own) {
            self.push(row, PASSAGE, number, Some(span), vector);
        }
        if let Some(window) = &passages.window {
            self.push(row, WINDOW, 0, None, window);
        }
    }

    fn push(&mut self, row: i32, kind: i16, number: i16, span: Option<&Span>, vector: &[f32]) {
        let bound = |at: usize| i32::try_from(at).unwrap_or(i32::MAX);
        self.rows.push(row);
        self.kinds.push(kind);
        self.numbers.push(number);
        self.firsts.push(span.map(|span| bound(span.start)));
        self.lasts.push(span.map(|span| bound(span.end)));
        self.halves.push(HalfVector::from_f32_slice(vector));
    }
}

/// A scene as it comes from the server.
pub(crate) struct Incoming {
    pub(crate) row: i32,
    pub(crate) place: i64,
    pub(crate) scene: EmbeddedScene,
}

/// The scenes of a store that were changed since a batch, in their order, in the columns that [`Incoming::read`] takes.
pub(crate) const CHANGED: &str = "
    select s.row, s.place, s.id, coalesce(s.exact, convert_to(s.text, 'UTF8')), s.metadata, s.origin, w.v,
        p.firsts, p.lasts, p.own, p.around
    from naragtive.scene s
    join naragtive.whole w on w.store = s.store and w.row = s.row
    left join lateral (
        select array_agg(v.first order by v.n) filter (where v.kind = 0) firsts,
            array_agg(v.last order by v.n) filter (where v.kind = 0) lasts,
            array_agg(v.h order by v.n) filter (where v.kind = 0) own,
            array_agg(v.h) filter (where v.kind = 1) around
        from naragtive.vec v where v.store = s.store and v.row = s.row
    ) p on true
    where s.store = $1 and s.rev > $2 order by s.place";

impl Incoming {
    pub(crate) fn read(found: &Row) -> Result<Self, SharedError> {
        let id: String = found.get(2);
        let problem = |problem| StoreError::BadScene { id: id.clone(), problem };
        let metadata = Metadata::parse(found.get(4)).map_err(|error| problem(RowProblem::Metadata(error)))?;
        let text = String::from_utf8_lossy(found.get(3)).into_owned();
        let origin = found.get::<_, Option<&str>>(5).and_then(origin_from_json);
        let scene = Scene { id: SceneId::new(id), text, metadata, origin };
        let embedding: Vec<f32> = found.get::<_, Vector>(6).into();
        let bounds = |column: usize| found.get::<_, Option<Vec<i32>>>(column).unwrap_or_default();
        let bound = |at: i32| usize::try_from(at).unwrap_or_default();
        let spans = bounds(7).into_iter().zip(bounds(8));
        let halves = |column: usize| found.get::<_, Option<Vec<HalfVector>>>(column).unwrap_or_default();
        let window = halves(10).first().map(|window| floats(window).collect());
        let passages = Passages {
            spans: spans.map(|(start, end)| Span { start: bound(start), end: bound(end) }).collect(),
            vectors: halves(9).iter().flat_map(floats).collect(),
            window,
        };
        Ok(Self {
            row: found.get(0),
            place: found.get(1),
            scene: EmbeddedScene { scene, embedding, passages },
        })
    }
}

pub(crate) fn floats(vector: &HalfVector) -> impl Iterator<Item = f32> {
    vector.as_slice().iter().map(|half| f16::to_f32(*half))
}
