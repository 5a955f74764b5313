//! N round trips between two tasks, each timed, while P other pairs do the same: percentiles of one round trip.
use std::time::Instant;
use tokio::sync::mpsc::{unbounded_channel, UnboundedReceiver, UnboundedSender};

fn echo() -> (UnboundedSender<usize>, UnboundedReceiver<usize>) {
    let (to, mut mailbox) = unbounded_channel();
    let (back, answers) = unbounded_channel();
    tokio::spawn(async move {
        while let Some(k) = mailbox.recv().await {
            back.send(k).ok();
        }
    });
    (to, answers)
}

pub async fn run(n: usize, pairs: usize) {
    for _ in 0..pairs {
        let (to, mut answers) = echo();
        tokio::spawn(async move {
            while to.send(0).is_ok() && answers.recv().await.is_some() {} // until the runtime ends
        });
    }
    let (to, mut answers) = echo();
    let mut times = vec![1; n]; // written before, so that no page of it is new while it is timed
    for k in 0..n {
        let start = Instant::now();
        to.send(k).unwrap();
        assert_eq!(answers.recv().await, Some(k));
        times[k] = start.elapsed().as_nanos();
    }
    times.sort_unstable();
    println!("p50 {}\np99 {}\np99.9 {}\nmax {}", times[n / 2], times[n * 99 / 100], times[n * 999 / 1000], times[n - 1]);
}
