//! RFC 9110 §9: what a method does, and what is said where it does nothing.

use super::{check_all, house, kept};
use crate::house::http::{Answer, Ask};

/// A request of a path by a method.
fn by(method: &str, target: &str) -> String {
    format!("{method} {target} HTTP/1.1\r\nHost: localhost\r\n\r\n")
}

#[test]
fn methods_that_do_nothing_here_are_refused_and_the_connection_stays() {
    check_all(&[
        kept("§9.3.1 GET", by("GET", "/healthz"), &[200]),
        kept("§9.3.2 HEAD has no body", by("HEAD", "/healthz").repeat(2), &[200, 200]).heads(),
        kept("§9.3.2 nor when it is refused", by("HEAD", "/nothing"), &[404]).heads(),
        kept("§9.3.2 HEAD of what is only posted", by("HEAD", "/time"), &[405]).heads(),
        kept("§9.3.7 OPTIONS", by("OPTIONS", "/healthz"), &[204]),
        kept("§9.3.7 OPTIONS of nothing", by("OPTIONS", "/nothing"), &[404]),
        kept("§15.5.6 another method", by("DELETE", "/healthz"), &[405]),
        kept("§15.6.2 a method that nobody knows", by("BREW", "/healthz"), &[501]),
        kept("§9.1 methods have a case", by("get", "/healthz"), &[501]),
        kept("§9.3.8 TRACE is not answered: it would show cookies", by("TRACE", "/healthz"), &[501]),
        kept("§15.5.5 nothing there, whatever the method", by("BREW", "/nothing"), &[404]),
    ]);
}

#[test]
fn a_refusal_and_options_name_what_is_allowed() {
    let house = house();
    for (method, target, allow) in [
        ("DELETE", "/healthz", "GET, HEAD, OPTIONS"),
        ("BREW", "/healthz", "GET, HEAD, OPTIONS"),
        ("OPTIONS", "/healthz", "GET, HEAD, OPTIONS"),
        ("GET", "/time", "OPTIONS, POST"),
        ("OPTIONS", "/playlists/x", "DELETE, GET, HEAD, OPTIONS, PUT"),
        ("OPTIONS", "*", "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"),
    ] {
        let answer = house.ask(Ask::new(method, target).field("Host", "localhost"));
        assert_eq!(answer.field("allow"), Some(allow), "{method} {target}: {} {}", answer.status, answer.text());
    }
}

#[test]
fn head_says_what_get_would() {
    let house = house();
    let file = house.local(Ask::get("/index")).json()[0]["trackId"].as_str().unwrap().to_owned();
    // What an answer says of itself, its instant aside.
    let said = |answer: Answer| -> Vec<_> { answer.fields.into_iter().filter(|(name, _)| name != "date").collect() };
    for target in ["/", "/healthz", "/index", "/snapshot", "/nothing", "/ca.crt", &format!("/file/{file}")] {
        for coding in ["gzip", "identity"] {
            let ask = |method: &str| {
                let ask = Ask::new(method, target).field("Host", "localhost").field("Accept-Encoding", coding);
                said(house.ask(ask))
            };
            assert_eq!(ask("HEAD"), ask("GET"), "§9.3.2 {target} {coding}");
        }
    }
}
