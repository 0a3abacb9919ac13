//! One says something, thousands hear it: at a steady rate (how soon has the last one it?) or as fast as it goes with so
//! many broadcasts under way (how many a second?).

use super::Outcome;
use super::args::Args;
use super::board::Board;
use super::crowd::Crowd;
use super::door::Door;
use super::proc::{self, Server};
use serde_json::{Value, json};
use std::error::Error;
use std::time::Duration;

/// Broadcasts that warm everything up and are not counted.
const WARM_UP: usize = 10;
/// What is under way at the end may take this long.
const DRAIN: Duration = Duration::from_secs(10);
/// Most broadcasts a second that a flood is prepared for.
const FLOOD_MAX: f64 = 6_000.0;

struct Load {
    door: Door,
    crowd: Crowd,
    board: Board,
    publishers: Vec<usize>,
}

/// `fanout peer= addr= n= views= pids= secs= (hz= | window=)`.
pub fn run(args: &Args) -> Outcome {
    let (server, receivers, window) = (Server(args.list("pids")?), args.or("n", 1000)?, args.or("window", 0)?);
    let (hz, span) = (args.or("hz", 10.0)?, args.span()?);
    let door = Door::read(args)?;
    let publishers = door.publishers(if window > 0 { FLOOD_MAX } else { hz });
    let mut load = Load { door, crowd: Crowd::new()?, board: Board::new(receivers), publishers: Vec::new() };
    for nth in 0..publishers {
        let (socket, heard) = load.door.publisher(nth)?;
        load.publishers.push(load.crowd.add(socket, heard, false)?);
    }
    load.crowd.settle(&mut load.board, Duration::from_millis(300))?;
    let before = server.resident_kb();
    for nth in 0..receivers {
        let (socket, heard) = load.door.receiver(nth)?;
        load.crowd.add(socket, heard, true)?;
    }
    load.crowd.settle(&mut load.board, Duration::from_millis(1000))?;
    let per_socket = server.resident_kb().saturating_sub(before) as f64 / receivers as f64;
    let rate = if window > 0 { load.flood(window, span, &server)? } else { load.steady(hz, span, &server)? };
    let mut told = load.board.tell(WARM_UP);
    told["kbPerSocket"] = json!(per_socket);
    told["threads"] = json!(server.threads());
    told.as_object_mut().into_iter().for_each(|told| told.extend(rate.as_object().cloned().unwrap_or_default()));
    Ok(told)
}

/// `idle peer= addr= n= pids= secs=`: what the server costs while so many look and nothing happens.
pub fn idle(args: &Args) -> Outcome {
    let (server, door, span) = (Server(args.list("pids")?), Door::read(args)?, args.span()?);
    let (mut crowd, mut board) = (Crowd::new()?, Board::new(1));
    for nth in 0..args.or("n", 5)? {
        let (socket, heard) = door.receiver(nth)?;
        crowd.add(socket, heard, true)?;
    }
    crowd.settle(&mut board, Duration::from_millis(1000))?;
    let cpu = server.cpu_ms();
    crowd.settle(&mut board, span)?;
    let mut told = server.picture();
    told["cpuMs"] = json!(server.cpu_ms() - cpu);
    Ok(told)
}

impl Load {
    fn publish(&mut self) -> Result<(), Box<dyn Error>> {
        let said = self.door.said(self.board.next(), self.publishers.len());
        self.board.sent(self.crowd.now());
        for (nth, bytes) in said {
            self.crowd.say(self.publishers[nth], &bytes)?;
        }
        Ok(())
    }

    /// So many a second.
    fn steady(&mut self, hz: f64, span: Duration, server: &Server) -> Outcome {
        let pause = Duration::from_secs_f64(1.0 / hz);
        let count = WARM_UP + (span.as_secs_f64() * hz) as usize;
        let (mut at, mut cpu) = (self.crowd.now(), (0, 0));
        for nth in 0..count {
            if nth == WARM_UP {
                cpu = (server.cpu_ms(), proc::cpu_ms("self"));
            }
            self.publish()?;
            at += pause;
            while self.crowd.now() < at {
                self.crowd.turn(&mut self.board, at.saturating_sub(self.crowd.now()))?;
            }
        }
        self.drain()?;
        Ok(used(cpu, server))
    }

    /// As fast as it goes, with `window` under way.
    fn flood(&mut self, window: usize, span: Duration, server: &Server) -> Outcome {
        for _ in 0..WARM_UP {
            self.publish()?;
            self.drain()?;
        }
        let cpu = (server.cpu_ms(), proc::cpu_ms("self"));
        let (begun, done) = (self.crowd.now(), self.board.done());
        while self.crowd.now() < begun + span {
            while self.board.under_way() < window {
                self.publish()?;
            }
            self.crowd.turn(&mut self.board, Duration::from_millis(100))?;
        }
        let rate = (self.board.done() - done) as f64 / (self.crowd.now() - begun).as_secs_f64();
        self.drain()?;
        let mut told = used(cpu, server);
        told["perSecond"] = json!(rate);
        Ok(told)
    }

    fn drain(&mut self) -> Result<(), Box<dyn Error>> {
        let until = self.crowd.now() + DRAIN;
        while self.board.under_way() > 0 && self.crowd.now() < until {
            self.crowd.turn(&mut self.board, Duration::from_millis(100))?;
        }
        Ok(())
    }
}

fn used((server_ms, tool_ms): (u64, u64), server: &Server) -> Value {
    json!({"cpuMs": server.cpu_ms() - server_ms, "toolCpuMs": proc::cpu_ms("self") - tool_ms})
}
