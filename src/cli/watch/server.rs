//! The page: what was made last, on the loopback, and a word when it changes.

use super::desk::Made;
use super::desk::Outcome;
use super::desk::told;
use axum::Router;
use axum::extract::Request;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header;
use axum::middleware;
use axum::middleware::Next;
use axum::response::IntoResponse;
use axum::response::Response;
use axum::response::sse::Event;
use axum::response::sse::KeepAlive;
use axum::response::sse::Sse;
use axum::routing::get;
use futures::Stream;
use serde_json::Value;
use serde_json::json;
use std::convert::Infallible;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use tokio::sync::watch;

const PAGE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/templates/watch/page.html"));
const STYLE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/templates/watch/watch.css"));
const SCRIPT: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/templates/watch/watch.js"));

/// What the page may load: its own parts, and the memo in a frame.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; frame-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What is shown.
pub(super) struct Board {
    spec: String,
    shown: Mutex<Shown>,
    version: watch::Sender<u64>,
}

struct Shown {
    state: Value,
    made: Option<Arc<Made>>,
}

impl Board {
    pub(super) fn new(spec: String) -> Self {
        let state = json!({ "version": 0, "spec": spec, "says": "Computing …", "diagnostics": [] });
        Self {
            spec,
            shown: Mutex::new(Shown { state, made: None }),
            version: watch::Sender::new(0),
        }
    }

    /// Shows what came of a change, and tells everybody who looks.
    pub(super) fn show(&self, outcome: Outcome) {
        let version = *self.version.borrow() + 1;
        let diagnostics: Vec<Value> = told(&outcome, &self.spec)
            .into_iter()
            .map(|(it, text)| json!({ "severity": it.severity, "code": it.code, "message": it.message, "text": text }))
            .collect();
        let state = json!({ "version": version, "spec": self.spec, "says": outcome.says, "diagnostics": diagnostics });
        *self.shown() = Shown {
            state,
            made: outcome.made,
        };
        self.version.send_replace(version);
    }

    fn shown(&self) -> std::sync::MutexGuard<'_, Shown> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Begins to serve, on a thread of its own.
///
/// # Errors
/// Where the system gives no thread, or no way to wait on the network.
pub(super) fn serve(listener: TcpListener, board: Arc<Board>) -> std::io::Result<()> {
    listener.set_nonblocking(true)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let routes = Router::new()
        .route("/", get(async || document("text/html; charset=utf-8", PAGE)))
        .route("/watch.css", get(async || document("text/css; charset=utf-8", STYLE)))
        .route(
            "/watch.js",
            get(async || document("text/javascript; charset=utf-8", SCRIPT)),
        )
        .route("/state", get(state))
        .route("/events", get(events))
        .route("/memo", get(memo))
        .route("/memo.pdf", get(pdf))
        .layer(middleware::from_fn(only_from_here))
        .with_state(board);
    let serving = move || {
        runtime.block_on(async {
            match tokio::net::TcpListener::from_std(listener) {
                Ok(listener) => axum::serve(listener, routes).await,
                Err(error) => Err(error),
            }
        })
    };
    std::thread::Builder::new().name("watch".into()).spawn(serving)?;
    Ok(())
}

fn document(kind: &'static str, text: &'static str) -> Response {
    (
        [(header::CONTENT_TYPE, kind), (header::CONTENT_SECURITY_POLICY, POLICY)],
        text,
    )
        .into_response()
}

/// Refuses a page of elsewhere whose name was made to lead here: the data are nobody else's business.
async fn only_from_here(request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|it| it.to_str().ok());
    let name = host.map(|it| it.rsplit_once(':').map_or(it, |it| it.0));
    if !matches!(name, Some("127.0.0.1" | "localhost")) {
        return (StatusCode::FORBIDDEN, "only from this machine").into_response();
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        header::HeaderValue::from_static("nosniff"),
    );
    response
}

async fn state(State(board): State<Arc<Board>>) -> Response {
    let state = board.shown().state.to_string();
    ([(header::CONTENT_TYPE, "application/json")], state).into_response()
}

/// The version, now and whenever there is another.
async fn events(State(board): State<Arc<Board>>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let mut seen = board.version.subscribe();
    seen.mark_changed();
    let stream = futures::stream::unfold(seen, async |mut seen| {
        seen.changed().await.ok()?;
        let version = *seen.borrow_and_update();
        Some((Ok(Event::default().data(version.to_string())), seen))
    });
    Sse::new(stream).keep_alive(KeepAlive::default())
}

async fn memo(State(board): State<Arc<Board>>) -> Response {
    let made = board.shown().made.clone();
    match made {
        Some(made) => ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], made.html.clone()).into_response(),
        None => (
            StatusCode::NOT_FOUND,
            "there is no memo: the spec is wrong, or is being computed",
        )
            .into_response(),
    }
}

/// The PDF, set when it is asked for.
async fn pdf(State(board): State<Arc<Board>>) -> Response {
    let Some(made) = board.shown().made.clone() else {
        return (StatusCode::NOT_FOUND, "there is no memo").into_response();
    };
    let set = tokio::task::spawn_blocking(move || made.pdf()).await;
    match set {
        Ok(Ok(bytes)) => ([(header::CONTENT_TYPE, "application/pdf")], bytes).into_response(),
        Ok(Err(found)) => {
            let text = crate::diagnostics::render(&found, &board.spec, "", false);
            (StatusCode::INTERNAL_SERVER_ERROR, text).into_response()
        }
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}
