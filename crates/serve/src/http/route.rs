use axum::routing::MethodFilter;

/// How an address is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// For something that is there.
    Get,
    /// With a body.
    Post,
}

/// What kind of guests an address is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    /// Whoever wants to know that somebody is at home.
    Open,
    /// People, who come from anywhere by links.
    Page,
    /// Programs that know ours.
    Api,
    /// Programs that know a server of models.
    Models,
    /// Programs that speak the Model Context Protocol.
    Mcp,
}

/// What is at an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Home,
    AskPage,
    Reading,
    TimelinePage,
    PeoplePage,
    Person,
    StatsPage,
    Why,
    Asset,
    Health,
    OpenApi,
    Search,
    Ask,
    Stores,
    Store,
    Stats,
    Scenes,
    Scene,
    Timeline,
    People,
    Contents,
    Context,
    Models,
    Embeddings,
    Rerank,
    Mcp,
}

/// One address: how it is asked, its path with the names of its variable parts in braces, and whom it is for.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    /// How.
    pub verb: Verb,
    /// Where.
    pub path: &'static str,
    /// For whom.
    pub room: Room,
    pub(crate) place: Place,
}

const fn get(path: &'static str, room: Room, place: Place) -> Route {
    Route { verb: Verb::Get, path, room, place }
}

const fn post(path: &'static str, room: Room, place: Place) -> Route {
    Route { verb: Verb::Post, path, room, place }
}

/// Every address there is.
pub const ROUTES: [Route; 30] = [
    get("/", Room::Page, Place::Home),
    get("/ask", Room::Page, Place::AskPage),
    get("/read/{store}/{id}", Room::Page, Place::Reading),
    get("/timeline/{store}", Room::Page, Place::TimelinePage),
    get("/people/{store}", Room::Page, Place::PeoplePage),
    get("/people/{store}/{name}", Room::Page, Place::Person),
    get("/stats/{store}", Room::Page, Place::StatsPage),
    get("/why/{store}/{id}", Room::Page, Place::Why),
    get("/assets/{file}", Room::Page, Place::Asset),
    get("/health", Room::Open, Place::Health),
    get("/openapi.json", Room::Api, Place::OpenApi),
    get("/api/v1/search", Room::Api, Place::Search),
    post("/api/v1/search", Room::Api, Place::Search),
    post("/api/v1/ask", Room::Api, Place::Ask),
    get("/api/v1/stores", Room::Api, Place::Stores),
    get("/api/v1/stores/{store}", Room::Api, Place::Store),
    get("/api/v1/stores/{store}/stats", Room::Api, Place::Stats),
    get("/api/v1/stores/{store}/scenes", Room::Api, Place::Scenes),
    get("/api/v1/stores/{store}/scenes/{id}", Room::Api, Place::Scene),
    get("/api/v1/stores/{store}/contents", Room::Api, Place::Contents),
    get("/api/v1/stores/{store}/timeline", Room::Api, Place::Timeline),
    get("/api/v1/stores/{store}/people", Room::Api, Place::People),
    post("/api/v1/stores/{store}/context", Room::Api, Place::Context),
    get("/v1/models", Room::Models, Place::Models),
    post("/v1/embeddings", Room::Models, Place::Embeddings),
    post("/v1/rerank", Room::Models, Place::Rerank),
    post("/v1/reranking", Room::Models, Place::Rerank),
    post("/rerank", Room::Models, Place::Rerank),
    post("/reranking", Room::Models, Place::Rerank),
    post("/mcp", Room::Mcp, Place::Mcp),
];

impl Verb {
    /// Its name in HTTP.
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }

    pub(super) fn filter(self) -> MethodFilter {
        match self {
            Self::Get => MethodFilter::GET,
            Self::Post => MethodFilter::POST,
        }
    }
}

impl Route {
    /// The names of its variable parts.
    pub(crate) fn variables(&self) -> impl Iterator<Item = &'static str> {
        self.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
    }
}

/// Whether what is at this path is for readers, who come from anywhere by links.
pub(super) fn is_page(path: &str) -> bool {
    let first = |path: &str| path.split('/').nth(1).unwrap_or_default().to_owned();
    let pages = ROUTES.iter().filter(|route| route.room == Room::Page);
    pages.into_iter().any(|route| first(route.path) == first(path))
}

/// For whom a path is that may lead nowhere: who asks in the way of programs is answered in it.
pub(super) fn room(path: &str) -> Room {
    let known = ROUTES.iter().find(|route| route.path == path).map(|route| route.room);
    let is_for_programs = ["/api", "/v1", "/mcp"].iter().any(|start| path.starts_with(start));
    known.unwrap_or(if is_for_programs { Room::Api } else { Room::Page })
}

/// Whether what is at this path is told to whoever asks, token or not.
pub(super) fn is_open(path: &str) -> bool {
    ROUTES.iter().any(|route| route.room == Room::Open && route.path == path)
}
