use std::num::NonZeroUsize;
use std::sync::Arc;

use rmcp::ServiceExt;
use rmcp::service::ServerInitializeError;

use crate::Error;
use crate::mcp::Mcp;
use crate::pool::Pool;
use crate::service::Service;

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
    let running = match mcp.serve(rmcp::transport::stdio()).await {
        Ok(running) => running,
        Err(ServerInitializeError::ConnectionClosed(_)) => return Ok(()),
        Err(error) => return Err(Error::Connection(error.to_string())),
    };
    let ended = running.waiting().await;
    warm.abort();
    ended.map(|_| ()).map_err(|error| Error::Connection(error.to_string()))
}
