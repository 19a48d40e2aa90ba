use std::io;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use rmcp::ServiceExt;
use rmcp::service::ServerInitializeError;
use serde_json::Value;
use tokio::io::{
    AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader, DuplexStream,
};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::JoinSet;

use crate::Error;
use crate::mcp::Mcp;
use crate::messages::{BAD_REQUEST, NO_JSON, answer_all, fault, refused};
use crate::pool::Pool;
use crate::service::Service;

/// A longer line is passed over.
const LONGEST: usize = 16 * 1024 * 1024;
/// What is on its way between the client's lines and the protocol, in bytes and in lines.
const BETWEEN: usize = 64 * 1024;
const WAITING: usize = 64;
/// So long is waited for answers to lists of messages, once the protocol has ended.
const LAST: Duration = Duration::from_secs(60);

/// Answers whoever started this process, on stdin and stdout, until stdin ends: also when the client is gone without a
/// word. So many calls are answered at a time.
///
/// # Errors
/// When the connection can't be used.
pub fn stdio(service: Service, threads: NonZeroUsize) -> Result<(), Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::Start)?;
    let ended = runtime.block_on(serve(Arc::new(service), Pool::new(threads)));
    // Nobody hears what a thread might still find out.
    runtime.shutdown_background();
    ended
}

async fn serve(service: Arc<Service>, pool: Pool) -> Result<(), Error> {
    let mcp = Mcp::new(Arc::clone(&service), pool.clone());
    // What fails here fails in the first call too, and is told there.
    let warm = tokio::spawn(async move { pool.run(move || service.warm(&|| false)).await });
    // The protocol passes over what it can't read without a word, and knows no lists of messages: these are answered here.
    let (asking, asked) = tokio::io::duplex(BETWEEN);
    let (answering, answered) = tokio::io::duplex(BETWEEN);
    let (said, to_say) = channel(WAITING);
    let speaking = tokio::spawn(speak(to_say, tokio::io::stdout()));
    let copying = tokio::spawn(copy(answered, said.clone()));
    let listening = tokio::spawn(listen(tokio::io::stdin(), mcp.clone(), asking, said));
    let ended = match mcp.serve((asked, answering)).await {
        Ok(running) => running.waiting().await.map(drop).map_err(|error| error.to_string()),
        Err(ServerInitializeError::ConnectionClosed(_)) => Ok(()),
        Err(error) => Err(error.to_string()),
    };
    warm.abort();
    // Nothing more is read then, but what was asked is still answered; where stdin doesn't end, it isn't waited for.
    let (aborts, last) = (listening.abort_handle(), tokio::time::timeout(LAST, listening));
    if ended.is_err() || last.await.is_err() {
        aborts.abort();
    }
    for task in [copying, speaking] {
        let _ = task.await;
    }
    ended.map_err(Error::Connection)
}

/// Hands on the lines that are messages, and answers the others.
async fn listen(
    from: impl AsyncRead + Unpin,
    mcp: Mcp,
    mut asking: DuplexStream,
    said: Sender<Vec<u8>>,
) -> io::Result<()> {
    let (mut from, mut line, mut lists) = (BufReader::new(from), Vec::new(), JoinSet::new());
    while next(&mut from, &mut line).await? {
        let own = match read(&line) {
            Line::Blank => None,
            Line::Message => {
                asking.write_all(&line).await?;
                None
            }
            Line::Wrong(answer) => Some(answer),
            Line::Several(messages) => {
                let (mcp, said) = (mcp.clone(), said.clone());
                lists.spawn(async move {
                    if let Some(answer) = answer_all(&mcp, messages).await {
                        let _ = said.send(line_of(&answer)).await;
                    }
                });
                None
            }
        };
        if let Some(answer) = own
            && said.send(line_of(&answer)).await.is_err()
        {
            break;
        }
    }
    while lists.join_next().await.is_some() {}
    Ok(())
}

/// What a line is.
enum Line {
    Blank,
    /// One message, which is handed on.
    Message,
    /// None, with what to answer.
    Wrong(Value),
    /// A list of them.
    Several(Vec<Value>),
}

fn read(line: &[u8]) -> Line {
    if line.trim_ascii().is_empty() {
        return Line::Blank;
    }
    if line.len() > LONGEST {
        let problem = format!("the line is longer than {LONGEST} bytes");
        return Line::Wrong(refused(&Value::Null, BAD_REQUEST, &problem));
    }
    match serde_json::from_slice::<Value>(line) {
        Err(_) => Line::Wrong(refused(&Value::Null, NO_JSON, "the line isn't JSON")),
        Ok(Value::Array(messages)) => Line::Several(messages),
        Ok(message) => fault(&message).map_or(Line::Message, Line::Wrong),
    }
}

/// The next line with its end, and whether there is one. Of one that is too long the beginning is kept.
async fn next(from: &mut (impl AsyncBufReadExt + Unpin), line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    let most = LONGEST as u64 + 1;
    if (&mut *from).take(most).read_until(b'\n', line).await? == 0 {
        return Ok(false);
    }
    let mut is_whole = line.ends_with(b"\n");
    let mut rest = Vec::new();
    while !is_whole && line.len() > LONGEST {
        rest.clear();
        let more = (&mut *from).take(most).read_until(b'\n', &mut rest).await?;
        is_whole = more == 0 || rest.ends_with(b"\n");
    }
    // The last line may have no end.
    if !line.ends_with(b"\n") {
        line.push(b'\n');
    }
    Ok(true)
}

/// Copies what the protocol answers, line by line.
async fn copy(from: DuplexStream, said: Sender<Vec<u8>>) -> io::Result<()> {
    let mut from = BufReader::new(from);
    loop {
        let mut line = Vec::new();
        if from.read_until(b'\n', &mut line).await? == 0 || said.send(line).await.is_err() {
            return Ok(());
        }
    }
}

/// Says the lines that come, each whole.
async fn speak(mut lines: Receiver<Vec<u8>>, mut to: impl AsyncWrite + Unpin) -> io::Result<()> {
    while let Some(line) = lines.recv().await {
        to.write_all(&line).await?;
        to.flush().await?;
    }
    Ok(())
}

fn line_of(answer: &Value) -> Vec<u8> {
    let mut line = answer.to_string().into_bytes();
    line.push(b'\n');
    line
}
