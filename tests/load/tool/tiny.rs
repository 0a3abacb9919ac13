//! tiny_http as a peer: a small answer from memory, a file from the disk, four threads, as its own example shows it.

use super::Outcome;
use super::args::Args;
use std::fs::File;
use std::sync::Arc;
use tiny_http::{Response, Server};

/// Threads that answer.
const THREADS: usize = 4;

/// `tiny-http addr= small= file=`: serves until it is ended.
pub fn serve(args: &Args) -> Outcome {
    let server = Arc::new(Server::http(args.address()?).map_err(|error| error.to_string())?);
    let (small, file) = (Arc::new(std::fs::read(args.text("small"))?), args.text("file").to_owned());
    let threads: Vec<_> = (0..THREADS)
        .map(|_| {
            let (server, small, file) = (Arc::clone(&server), Arc::clone(&small), file.clone());
            std::thread::spawn(move || answer(&server, &small, &file))
        })
        .collect();
    threads.into_iter().for_each(|thread| drop(thread.join()));
    Err("tiny_http ended".into())
}

/// With its length, as a peer that may be asked for parts would send it.
fn whole(file: File) -> Response<File> {
    Response::from_file(file).with_chunked_threshold(usize::MAX)
}

fn answer(server: &Server, small: &[u8], file: &str) {
    while let Ok(request) = server.recv() {
        let sent = match request.url() {
            "/file" => File::open(file).and_then(|file| request.respond(whole(file))),
            _ => request.respond(Response::from_data(small)),
        };
        // Whoever hung up is not waited for.
        drop(sent);
    }
}
