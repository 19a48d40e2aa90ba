use std::sync::Arc;

use rmcp::model::{
    CacheScope, CallToolRequestParams, CallToolResponse, CallToolResult, GetPromptRequestParams,
    GetPromptResponse, GetPromptResult, Implementation, ListPromptsResult, ListResourceTemplatesResult,
    ListToolsResult, PaginatedRequestParams, PromptMessage, ReadResourceRequestParams, ReadResourceResponse,
    ReadResourceResult, ResourceContents, ResourceTemplate, Role, ServerCapabilities, ServerConfig,
};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer, ServerHandler};
use serde_json::json;

use crate::pool::Pool;
use crate::prompts::{PROMPTS, PromptKind};
use crate::resources::TEMPLATE;
use crate::service::Service;
use crate::tools::{TOOLS, ToolKind};
use crate::{Error, tools};

/// How long a client may keep a list, in milliseconds. The lists change with the program only.
const FRESH: u64 = 60_000;

/// The protocol's side of a [`Service`].
#[derive(Clone)]
pub(crate) struct Mcp {
    service: Arc<Service>,
    pool: Pool,
    instructions: Arc<str>,
}

impl Mcp {
    pub(crate) fn new(service: Arc<Service>, pool: Pool) -> Self {
        let instructions = service.instructions().into();
        Self { service, pool, instructions }
    }

    /// Runs a job of the service's on a thread; it hears when the client takes its call back.
    async fn run<T: Send + 'static>(
        &self,
        context: RequestContext<RoleServer>,
        job: impl FnOnce(&Service, &crate::Stop) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let service = Arc::clone(&self.service);
        let stop = move || context.ct.is_cancelled();
        self.pool.run(move || if stop() { Err(Error::Cancelled) } else { job(&service, &stop) }).await
    }
}

impl ServerHandler for Mcp {
    fn get_info(&self) -> ServerConfig {
        let can = ServerCapabilities::builder().enable_tools().enable_resources().enable_prompts().build();
        let server = Implementation::new("naragtive", env!("CARGO_PKG_VERSION")).with_title("NaRAGtive");
        ServerConfig::new(can).with_server_info(server).with_instructions(&*self.instructions)
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let mut all = ListToolsResult::with_all_items(TOOLS.map(ToolKind::describe).to_vec());
        (all.ttl_ms, all.cache_scope) = (Some(FRESH), Some(CacheScope::Private));
        Ok(all)
    }

    /// The text block is the JSON of the structured content, letter for letter: some clients show a model only the one,
    /// some only the other, and one sends both unless they are the same.
    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let (name, given) = (request.name.into_owned(), request.arguments.unwrap_or_default());
        tools::named(&name).map_err(|error| refused(&error))?;
        let answer = self.run(context, move |service, stop| service.call(&name, given, stop)).await;
        Ok(match answer {
            Ok(answer) => CallToolResult::structured(answer),
            Err(error) => {
                let mut told = json!({"message": error.to_string()});
                if let Some(hint) = hint(&error) {
                    told["hint"] = hint.into();
                }
                CallToolResult::structured_error(json!({"error": told}))
            }
        }
        .into())
    }

    async fn list_resource_templates(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        let scene = ResourceTemplate::new(TEMPLATE, "scene")
            .with_title("A scene")
            .with_description("One scene of a store, as Markdown")
            .with_mime_type("text/markdown");
        let mut all = ListResourceTemplatesResult::with_all_items(vec![scene]);
        (all.ttl_ms, all.cache_scope) = (Some(FRESH), Some(CacheScope::Private));
        Ok(all)
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        let (uri, asked) = (request.uri.clone(), request.uri);
        let text = self.run(context, move |service, stop| service.read(&asked, stop)).await;
        let text = text.map_err(|error| match error {
            Error::UnknownScene { .. } | Error::UnknownStore { .. } | Error::BadUri { .. } => {
                ErrorData::resource_not_found(told(&error), None)
            }
            error => refused(&error),
        })?;
        let scene = ResourceContents::text(text, uri).with_mime_type("text/markdown");
        Ok(ReadResourceResult::new(vec![scene]).with_ttl_ms(0).with_cache_scope(CacheScope::Private).into())
    }

    async fn list_prompts(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        let mut all = ListPromptsResult::with_all_items(PROMPTS.map(PromptKind::describe).to_vec());
        (all.ttl_ms, all.cache_scope) = (Some(FRESH), Some(CacheScope::Private));
        Ok(all)
    }

    async fn get_prompt(
        &self,
        request: GetPromptRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        let (name, given) = (request.name, request.arguments.unwrap_or_default());
        let text = self.run(context, move |service, stop| service.prompt(&name, given, stop)).await;
        let text = text.map_err(|error| refused(&error))?;
        Ok(GetPromptResult::new(vec![PromptMessage::new_text(Role::User, text)]).into())
    }
}

/// What to do next, as one text.
fn hint(error: &Error) -> Option<String> {
    let hints: Vec<String> = error.hints().iter().map(ToString::to_string).collect();
    (!hints.is_empty()).then(|| hints.join("; "))
}

fn told(error: &Error) -> String {
    match hint(error) {
        Some(hint) => format!("{error}; {hint}"),
        None => error.to_string(),
    }
}

/// An error of the protocol, for what is no call of a tool.
fn refused(error: &Error) -> ErrorData {
    match error {
        Error::Bug | Error::Library(_) => ErrorData::internal_error(told(error), None),
        _ => ErrorData::invalid_params(told(error), None),
    }
}
