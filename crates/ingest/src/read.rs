use naragtive_scene::{Scene, Transcript};

use crate::bytes::Bytes;
use crate::input::Input;
use crate::order::ordered;
use crate::single::read_input;
use crate::{Bundle, Format, IngestError, IngestReport, Options, container};

/// The scenes of an export, in its order, and what there is to tell about reading it.
#[derive(Debug, Clone, PartialEq)]
pub struct Ingested {
    /// The scenes; none has an empty text.
    pub scenes: Vec<Scene>,
    /// Counts, and what was passed over.
    pub report: IngestReport,
}

/// Reads the bytes of an export.
///
/// # Errors
/// When the bytes are not an export of that format; the error says what was expected, what was found
/// and where.
pub fn read(format: Format, bytes: &[u8], options: &Options<'_>) -> Result<Ingested, IngestError> {
    let mut scenes = Vec::new();
    let report = read_each(format, bytes, options, |scene| scenes.push(scene))?;
    Ok(Ingested { scenes, report })
}

/// The same, scene by scene: a million of them take more memory than the file they are of.
///
/// # Errors
/// As [`read`]. An error may come behind scenes of other files in an archive.
pub fn read_each<'a>(
    format: Format,
    bytes: impl Into<Bytes<'a>>,
    options: &Options<'_>,
    mut take_scene: impl FnMut(Scene),
) -> Result<IngestReport, IngestError> {
    let bytes = bytes.into();
    if !container::is_packed(bytes.all) {
        return read_input(format, &Input::new(bytes), options, &mut take_scene);
    }
    let mut bundle = Bundle::of_one_name(*options, format);
    bundle.add("", bytes, &mut take_scene);
    let mut report = IngestReport::default();
    bundle.finish(&mut take_scene)?.into_iter().for_each(|part| report.add(part.report));
    Ok(report)
}

/// The conversations of an export that is not packed with their turns, dated and in the order of time, before they are cut
/// into scenes.
///
/// # Errors
/// As [`read`].
pub fn parse<'a>(
    format: Format,
    bytes: impl Into<Bytes<'a>>,
    options: &Options<'_>,
) -> Result<Vec<Transcript>, IngestError> {
    let parsed = (format.row().parse)(&Input::new(bytes), options)?;
    Ok(ordered(format, parsed, options).transcripts)
}
