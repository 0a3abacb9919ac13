//! From (method, path) to a handler: a table that reads as the list of what the house can be asked.
//!
//! The table itself is `routes.rs`; who may ask is decided there too. Generic over the application `A`, so that
//! handlers are plain functions.

use super::message::{Method, Request};
use super::pattern::{Pattern, Vars};
use super::problem::{self, Problem};
use super::response::Response;
use super::service::Outcome;
use crate::wire::args::told;
use serde::de::DeserializeOwned;
use std::collections::HashMap;

/// What a handler gives back.
pub type Answer = Result<Outcome, Problem>;

/// A handler: reads the call, asks the application, answers.
pub type Handler<A> = fn(&A, &Call<'_>) -> Answer;

/// One line of the table.
pub struct Route<A: 'static> {
    /// The method. GET answers HEAD too.
    pub method: Method,
    /// The path, with variables: `/file/{trackId}`, `/radio/{id}.m3u`.
    pub path: &'static str,
    /// What answers.
    pub handler: Handler<A>,
}

/// A request that found its route.
pub struct Call<'r> {
    /// The request.
    pub request: &'r Request,
    /// The path's variables.
    pub vars: Vars<'r>,
}

/// What a path and method lead to.
pub enum Found<'t, 'r, A: 'static> {
    /// A route, with the path's variables.
    Route(&'t Route<A>, Vars<'r>),
    /// The path is there, the method is not; these are.
    OtherMethods(Vec<Method>),
    /// Nothing has this path.
    Nothing,
}

/// The table, sorted for finding.
pub struct Router<A: 'static> {
    by_first: HashMap<&'static str, Vec<(Pattern, &'static Route<A>)>>,
}

impl<A> Route<A> {
    /// A line of the table.
    #[must_use]
    pub const fn new(method: Method, path: &'static str, handler: Handler<A>) -> Self {
        Self { method, path, handler }
    }
}

impl<'r> Call<'r> {
    /// The path variable `name`.
    #[must_use]
    pub fn var(&self, name: &str) -> &'r str {
        self.vars.get(name)
    }

    /// The body read as JSON; an empty body counts as `{}`.
    ///
    /// # Errors
    /// 415 when it is declared as something else, 422 when a value is not what it should be, 400 when it is no JSON.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        read_json(self.request)
    }
}

fn read_json<T: DeserializeOwned>(request: &Request) -> Result<T, Problem> {
    if request.body.is_empty() {
        return serde_json::from_slice(b"{}").map_err(|error| json_problem(&error));
    }
    let declared = request.headers.get("content-type").unwrap_or("application/json");
    let media_type = declared.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    // What curl says of `-d` unless told otherwise. A page's form cannot pass as one: it has an Origin.
    let is_curl = media_type == "application/x-www-form-urlencoded" && request.headers.get("origin").is_none();
    if media_type != "application/json" && !media_type.ends_with("+json") && !is_curl {
        return Err(Problem::new(problem::UNSUPPORTED_TYPE));
    }
    serde_json::from_slice(&request.body).map_err(|error| json_problem(&error))
}

fn json_problem(error: &serde_json::Error) -> Problem {
    let kind = if error.is_data() { problem::INVALID } else { problem::BAD_REQUEST };
    kind.because(format!("The JSON body cannot be read: {}. Correct it and send it again.", told(error)))
}

impl<A> Router<A> {
    /// Sorts the table. A path whose first segment is a variable, or one line given twice, is a programmer's mistake.
    #[must_use]
    pub fn new(table: &'static [Route<A>]) -> Self {
        let mut by_first: HashMap<_, Vec<(Pattern, &Route<A>)>> = HashMap::new();
        for route in table {
            let pattern = Pattern::new(route.path);
            let Some(first) = pattern.first() else {
                panic!("the first segment of a route is literal: {}", route.path);
            };
            let bucket = by_first.entry(first).or_default();
            let twice = bucket.iter().any(|(_, other)| other.method == route.method && other.path == route.path);
            assert!(!twice, "{} {} stands twice in the table", route.method.name(), route.path);
            bucket.push((pattern, route));
        }
        for bucket in by_first.values_mut() {
            bucket.sort_by_key(|(pattern, _)| std::cmp::Reverse(pattern.weight()));
        }
        Self { by_first }
    }

    /// Finds the most exact route of `method` and `path`.
    #[must_use]
    pub fn find<'r>(&self, method: Method, path: &'r str) -> Found<'_, 'r, A> {
        let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
        let wanted = if method == Method::Head { Method::Get } else { method };
        let mut others = Vec::new();
        for (pattern, route) in self.by_first.get(first).into_iter().flatten() {
            let Some(vars) = pattern.matches(path) else { continue };
            if route.method == wanted {
                return Found::Route(route, vars);
            }
            others.push(route.method);
        }
        if others.is_empty() { Found::Nothing } else { Found::OtherMethods(others) }
    }

    /// Finds and calls; what is not found becomes 404, 405 with `Allow`, or 501 for a method that nothing knows.
    /// OPTIONS without a route of its own is answered with `Allow`.
    ///
    /// # Errors
    /// Those, and what the handler refuses.
    pub fn call(&self, app: &A, request: &Request) -> Answer {
        match self.find(request.method, &request.path) {
            Found::Route(route, vars) => (route.handler)(app, &Call { request, vars }),
            Found::Nothing => Err(Problem::new(problem::NOT_FOUND)),
            Found::OtherMethods(others) => other_method(request.method, &others),
        }
    }
}

/// What is answered where a path is known, but not with this method.
///
/// # Errors
/// 405 or 501, with Allow.
pub fn other_method(method: Method, others: &[Method]) -> Answer {
    let allow = allow(others);
    match method {
        Method::Options => Ok(Response::empty(204).header("Allow", allow).into()),
        Method::Other => Err(Problem::new(problem::NOT_IMPLEMENTED).header("Allow", allow)),
        _ => Err(Problem::new(problem::METHOD_NOT_ALLOWED).header("Allow", allow)),
    }
}

/// What OPTIONS of the server as a whole is answered with: every method that does something somewhere.
#[must_use]
pub fn server_options() -> Response {
    use Method::{Delete, Get, Patch, Post, Put};
    Response::empty(204).header("Allow", allow(&[Delete, Get, Patch, Post, Put]))
}

/// The value of an `Allow` field for a path that has routes for `methods`.
#[must_use]
pub fn allow(methods: &[Method]) -> String {
    let mut names: Vec<_> = methods.iter().map(|method| method.name()).collect();
    if methods.contains(&Method::Get) {
        names.push(Method::Head.name());
    }
    names.push(Method::Options.name());
    names.sort_unstable();
    names.dedup();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::testing::asking;

    fn say(text: &'static str) -> Answer {
        Ok(Response::text(200, text).into())
    }

    const TABLE: &[Route<()>] = &[
        Route::new(Method::Get, "/", |(), _| say("root")),
        Route::new(Method::Get, "/file/{trackId}", |(), call| {
            Ok(Response::text(200, call.var("trackId").to_owned()).into())
        }),
        Route::new(Method::Get, "/radio/{id}", |(), _| say("station")),
        Route::new(Method::Get, "/radio/{id}.m3u", |(), _| say("m3u")),
        Route::new(Method::Post, "/radio/stations", |(), _| say("made")),
        Route::new(Method::Put, "/radio/stations/{id}", |(), _| say("put")),
        Route::new(Method::Delete, "/radio/stations/{id}", |(), _| say("deleted")),
    ];

    fn answer(method: &str, target: &str) -> String {
        match Outcome::from(Router::new(TABLE).call(&(), &asking(method, target, &[]))) {
            Outcome::Respond(response) if response.status == 200 => {
                String::from_utf8_lossy(response.body.bytes().unwrap()).into_owned()
            }
            Outcome::Respond(response) => {
                format!("{} {}", response.status, response.headers.get("allow").unwrap_or("-"))
            }
            Outcome::Upgrade(_) => "upgrade".into(),
        }
    }

    #[test]
    fn the_most_exact_route_answers() {
        for (method, target, expected) in [
            ("GET", "/", "root"),
            ("HEAD", "/", "root"),
            ("GET", "/file/abc?x=1", "abc"),
            ("GET", "/radio/7", "station"),
            ("GET", "/radio/7.m3u", "m3u"),
            ("POST", "/radio/stations", "made"),
            ("GET", "/radio/stations", "station"),
            ("PUT", "/radio/stations/1", "put"),
            ("POST", "/radio/stations/1", "405 DELETE, OPTIONS, PUT"),
            ("POST", "/file/x", "405 GET, HEAD, OPTIONS"),
            ("OPTIONS", "/file/x", "204 GET, HEAD, OPTIONS"),
            ("BREW", "/file/x", "501 GET, HEAD, OPTIONS"),
            ("GET", "/file", "404 -"),
            ("GET", "/nothing", "404 -"),
            ("GET", "//file/x", "404 -"),
        ] {
            assert_eq!(answer(method, target), expected, "{method} {target}");
        }
    }

    #[test]
    fn a_body_is_read_as_json_or_refused_with_a_reason() {
        #[derive(serde::Deserialize)]
        struct Args {
            #[serde(default)]
            at: u8,
        }
        for (media_type, body, expected) in [
            (None, "", Ok(0)),
            (None, "{\"at\":3}", Ok(3)),
            (Some("application/json; charset=utf-8"), "{\"at\":4}", Ok(4)),
            (Some("text/plain"), "{\"at\":4}", Err(415)),
            (None, "{\"at\":", Err(400)),
            (None, "{\"at\":\"x\"}", Err(422)),
            (None, "{\"at\":256}", Err(422)),
        ] {
            let mut request = asking("POST", "/x", &[]);
            request.body = body.into();
            if let Some(media_type) = media_type {
                request.headers.push("Content-Type", media_type);
            }
            let call = Call { request: &request, vars: Vars::default() };
            let got = call.json::<Args>().map(|args| args.at).map_err(|problem| problem.kind.status);
            assert_eq!(got, expected, "{body}");
        }
    }

    #[test]
    #[should_panic(expected = "stands twice")]
    fn a_line_cannot_stand_twice() {
        const TWICE: &[Route<()>] =
            &[Route::new(Method::Get, "/a", |(), _| say("1")), Route::new(Method::Get, "/a", |(), _| say("2"))];
        let _ = Router::new(TWICE);
    }
}
