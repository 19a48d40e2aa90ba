use naragtive_chroma::ChromaError;
use naragtive_ingest::IngestError;
use naragtive_text::nearest;

use super::Hint;
use super::disk::look_at;

/// What helps with what only its owner can open or turn into something that can be read.
pub(super) fn of_document(error: &IngestError) -> Option<&'static str> {
    match error {
        IngestError::InArchive { problem, .. } => of_document(problem),
        IngestError::Encrypted => Some("unpack it with its password first, then name the folder"),
        IngestError::Protected { .. } => {
            Some("only a copy without DRM can be read: a book of your own, exported anew")
        }
        IngestError::OldWord => {
            Some("open it in Word or LibreOffice and save it as .docx, without a password")
        }
        _ => None,
    }
}

pub(super) fn of_export(error: &IngestError) -> Hint {
    if let Some(hint) = of_document(error) {
        return Hint::say(hint);
    }
    match error {
        IngestError::NoPart { .. } => {
            Hint::say("export it again; of a Scrivener project name the whole folder")
        }
        IngestError::Empty => Hint::say("export it again; an empty file holds no scene"),
        IngestError::CutShort { .. } => Hint::say("the file ends too early: export or download it again"),
        IngestError::NotUtf8 { .. } => {
            Hint::to("save it as UTF-8", "iconv -f WINDOWS-1252 -t UTF-8 OLD > NEW")
        }
        _ => Hint::to("what each source looks like", "naragtive ingest-help"),
    }
}

pub(super) fn of_chroma(error: &ChromaError) -> Hint {
    match error {
        ChromaError::NotAFolder { .. } | ChromaError::NoDatabase { .. } => {
            Hint::to("name the folder with chroma.sqlite3 in it", "naragtive migrate --from FOLDER")
        }
        ChromaError::NotSqlite { .. } | ChromaError::UnknownSchema { .. } => {
            Hint::to("name a folder that ChromaDB 0.4 or later wrote", "naragtive migrate --from FOLDER")
        }
        ChromaError::NoCollection { collection, existing, .. } => {
            let names = existing.iter().map(String::as_str);
            let like = nearest(collection, names.clone()).first().copied().or(names.clone().next());
            match like {
                Some(name) => Hint::run(format!("naragtive migrate --collection {name}")),
                None => Hint::to("name another folder", "naragtive migrate --from FOLDER"),
            }
        }
        ChromaError::EmptyCollection { pending: 1.., .. } => {
            Hint::say("open the collection once with ChromaDB, then type the same command again")
        }
        ChromaError::EmptyCollection { .. } | ChromaError::SeveralCollections { .. } => {
            Hint::to("name another collection", "naragtive migrate --collection NAME")
        }
        ChromaError::InUse { .. } | ChromaError::Sqlite { .. } => {
            Hint::say("close every program that uses it and type the same command again")
        }
        ChromaError::Copy { path, source } | ChromaError::Io { path, source } => look_at(path, source),
    }
}
