use arrow_ipc::{MessageHeader, RecordBatch, root_as_message};

use crate::IngestError;

/// How many bytes one batch may unpack to.
const LIMIT: u64 = 2 << 30;
/// What stands before each message.
const MARK: [u8; 4] = [0xff; 4];

/// Checks what the messages of an Arrow stream say about their own lengths, and gives back how much of it holds whole ones.
/// The library takes them at their word, and asks for as much memory as a damaged file names.
///
/// # Errors
/// When a message is none, or unpacks to too much.
pub(super) fn check(stream: &[u8]) -> Result<usize, IngestError> {
    check_some(stream, usize::MAX)
}

/// The same for the first message, which says what columns there are.
///
/// # Errors
/// As [`check`].
pub(super) fn check_first(stream: &[u8]) -> Result<usize, IngestError> {
    check_some(stream, 1)
}

fn check_some(stream: &[u8], count: usize) -> Result<usize, IngestError> {
    let mut rest = stream;
    let mut left = count;
    while let Some((message, length)) = next(rest).filter(|_| left > 0) {
        left -= 1;
        let bad = |problem: &str| IngestError::BadTable { problem: problem.to_owned() };
        let Some(head) = message.get(8..length) else { break };
        let head =
            root_as_message(head).map_err(|error| IngestError::BadTable { problem: error.to_string() })?;
        let body_length = usize::try_from(head.bodyLength()).map_err(|_| bad("a length is negative"))?;
        let end = length.checked_add(body_length).filter(|end| *end <= rest.len());
        let Some(end) = end else { break };
        let body = rest.get(length..end).unwrap_or_default();
        let batch = match head.header_type() {
            MessageHeader::RecordBatch => head.header_as_record_batch(),
            MessageHeader::DictionaryBatch => {
                head.header_as_dictionary_batch().and_then(|batch| batch.data())
            }
            _ => None,
        };
        if batch.is_some_and(|batch| claimed(&batch, body).is_none_or(|sum| sum > LIMIT)) {
            return Err(bad("it unpacks to too much"));
        }
        rest = rest.get(end..).unwrap_or_default();
    }
    Ok(stream.len() - rest.len())
}

/// Whether a stream goes on behind the whole messages in it: it was cut short there.
pub(super) fn is_cut(stream: &[u8], whole: usize) -> bool {
    stream.get(whole..).is_some_and(|rest| rest.is_empty() || next(rest).is_some())
}

/// The next message, and how long its head is; none at the end.
fn next(rest: &[u8]) -> Option<(&[u8], usize)> {
    let length = u32::from_le_bytes(rest.strip_prefix(&MARK)?.get(..4)?.try_into().ok()?);
    (length > 0).then_some((rest, usize::try_from(length).ok()?.checked_add(8)?))
}

/// How many bytes the buffers of a batch say that they unpack to; none where one lies outside.
fn claimed(batch: &RecordBatch<'_>, body: &[u8]) -> Option<u64> {
    let mut sum = 0_u64;
    for buffer in batch.buffers()?.iter() {
        let start = usize::try_from(buffer.offset()).ok()?;
        let length = usize::try_from(buffer.length()).ok()?;
        let bytes = body.get(start..start.checked_add(length)?)?;
        if batch.compression().is_some() && !bytes.is_empty() {
            let claim = i64::from_le_bytes(bytes.get(..8)?.try_into().ok()?);
            // What isn't packed after all says so.
            sum = sum.checked_add(if claim == -1 { 0 } else { u64::try_from(claim).ok()? })?;
        }
    }
    Some(sum)
}
