//! Locks that are waited for, and lock files that are removed.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use naragtive_disk::{AtomicFile, DiskError, Lock, Patience, Waiting};

/// Somebody who waits until told to stop, and what was noticed meanwhile.
fn waiter(stop_after: Duration) -> (Patience, Arc<Mutex<Vec<Waiting>>>) {
    let noticed = Arc::new(Mutex::new(Vec::new()));
    let (told, began) = (Arc::clone(&noticed), Instant::now());
    let notice = move |waiting: &Waiting| told.lock().unwrap().push(waiting.clone());
    (Patience::new("naragtive list", notice, move || began.elapsed() >= stop_after), noticed)
}

#[test]
fn who_waits_longer_than_a_second_is_told_once_for_whom_and_can_stop() {
    let folder = tempfile::tempdir().unwrap();
    let place = AtomicFile::find(&folder.path().join("tale.parquet")).unwrap();
    let holder = Patience::new("naragtive upgrade", |_| {}, || false);
    let held = place.lock(&holder).unwrap();
    let (patience, noticed) = waiter(Duration::from_millis(2500));
    let error = place.lock(&patience).unwrap_err();
    let pid = std::process::id();
    let DiskError::Stopped { path, holder } = error else { panic!("{error}") };
    assert_eq!(path, place.path());
    assert_eq!((holder.pid, holder.command.as_deref()), (Some(pid), Some("naragtive upgrade")));
    let age = holder.since.unwrap().elapsed().unwrap_or_default();
    assert!(age < Duration::from_secs(60), "{age:?}");
    let noticed = noticed.lock().unwrap();
    assert_eq!(noticed.len(), 1);
    assert_eq!(noticed[0], Waiting { file: place.path(), holder });
    drop(held);
    assert!(place.lock(&patience).is_ok(), "a free lock isn't waited for");
}

#[test]
fn a_short_wait_is_not_worth_a_word() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lock");
    let held = Lock::take(&path, &path, &Patience::default()).unwrap();
    let (patience, noticed) = waiter(Duration::MAX);
    let freed = thread::spawn(move || {
        thread::sleep(Duration::from_millis(200));
        drop(held);
    });
    Lock::take(&path, &path, &patience).unwrap();
    freed.join().unwrap();
    assert_eq!(noticed.lock().unwrap().len(), 0);
}

#[test]
fn who_may_not_stop_waits_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lock");
    let held = Lock::take(&path, &path, &Patience::default()).unwrap();
    let (patience, _) = waiter(Duration::ZERO);
    assert!(matches!(Lock::take(&path, &path, &patience), Err(DiskError::Stopped { .. })));
    let freed = thread::spawn(move || {
        thread::sleep(Duration::from_millis(100));
        drop(held);
    });
    Lock::take(&path, &path, &patience.without_stop()).unwrap();
    freed.join().unwrap();
}

#[test]
fn a_lock_that_is_free_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lock");
    let held = Lock::try_take(&path, &Patience::default()).unwrap().unwrap();
    assert!(fs::read_to_string(&path).unwrap().starts_with("pid "));
    assert!(Lock::try_take(&path, &Patience::default()).unwrap().is_none());
    drop(held);
    assert_eq!(fs::read_to_string(&path).unwrap(), "");
}

/// With a lock file that is removed without care, two threads would be in at once within some tens of rounds.
#[cfg(unix)]
#[test]
fn two_never_hold_a_lock_though_its_file_is_removed_again_and_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lock");
    let (inside, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        for number in 0..4 {
            let (path, inside, most) = (&path, &inside, &most);
            scope.spawn(move || {
                for round in 0..60 {
                    let lock = Lock::take(path, path, &Patience::default()).unwrap();
                    most.fetch_max(1 + inside.fetch_add(1, Ordering::SeqCst), Ordering::SeqCst);
                    thread::sleep(Duration::from_micros(50));
                    inside.fetch_sub(1, Ordering::SeqCst);
                    if (round + number) % 3 == 0 { lock.remove().unwrap() } else { drop(lock) }
                }
            });
        }
    });
    assert_eq!(most.into_inner(), 1);
}

#[test]
fn a_lock_file_that_can_only_be_read_is_a_lock_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lock");
    fs::write(&path, "").unwrap();
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).unwrap();
    let held = Lock::take(&path, &path, &Patience::default()).unwrap();
    assert!(Lock::try_take(&path, &Patience::default()).unwrap().is_none());
    drop(held);
}
