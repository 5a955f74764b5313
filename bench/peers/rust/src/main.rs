//! Runs one workload of ../../workloads.py: bench WORKLOAD SIZE...; WORKERS says on how many threads. An agent is a task of Tokio with a
//! channel as its mailbox.
use std::time::Instant;

mod big;
mod chameneos;
mod channels;
mod codegen;
mod count;
mod idle;
mod latency;
mod payload;
mod pingpong;
mod quorum;
mod ring;
mod spawn;

/// What a mailbox holds before its senders pause.
pub const MAILBOX: usize = 1024;

/// Prints the time since `start` by each of n operations, if the result is right.
pub fn report(name: &str, start: Instant, n: usize, right: bool) {
    if right {
        println!("{} {:.2} ns", name, start.elapsed().as_nanos() as f64 / n as f64);
    } else {
        println!("{} WRONG", name);
    }
}

async fn run(name: &str, n: &[usize]) {
    match name {
        "pingpong" => pingpong::run(n[0]).await,
        "count" => count::count(n[0]).await,
        "fanin" => count::fanin(n[0], n[1]).await,
        "ring" => ring::run(n[0], n[1]).await,
        "spawn" => spawn::run(n[0]).await,
        "big" => big::run(n[0], n[1]).await,
        "chameneos" => chameneos::run(n[0], n[1]).await,
        "payload" => payload::run(n[0]).await,
        "quorum" => quorum::run(n[0]).await,
        "idle" => idle::run(n[0]).await,
        "latency" => latency::run(n[0], n[1]).await,
        "chan1" => channels::one(n[0]).await,
        "chanmp" => channels::many(n[0]).await,
        "chanenq" => channels::alone(n[0]),
        "chan1-threads" => channels::one_by_threads(n[0]),
        "chanmp-threads" => channels::many_by_threads(n[0]),
        "chanenq-threads" => channels::alone_crossbeam(n[0]),
        "nbody" => codegen::nbody(n[0]),
        "fannkuch" => codegen::fannkuch(n[0]),
        _ => panic!("there is no {name}"),
    }
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let sizes: Vec<usize> = args[2..].iter().map(|a| a.parse().expect("a size")).collect();
    let workers = std::env::var("WORKERS").ok().and_then(|w| w.parse().ok()).unwrap_or(1);
    let runtime = if workers == 1 {
        tokio::runtime::Builder::new_current_thread().build()
    } else {
        tokio::runtime::Builder::new_multi_thread().worker_threads(workers).build()
    };
    let name = args[1].clone();
    let runtime = runtime.expect("a runtime");
    runtime.block_on(async { tokio::spawn(async move { run(&name, &sizes).await }).await.expect("the workload") });
}
