//! A parent creates N tasks, with 500 alive at a time; each gets one message, replies once and ends. Per task.
use std::time::Instant;
use tokio::sync::{mpsc, oneshot};

pub async fn run(n: usize) {
    let (parent, mut mailbox) = mpsc::unbounded_channel();
    let next = |i: usize| {
        let (to, own) = oneshot::channel();
        let parent = parent.clone();
        tokio::spawn(async move { parent.send(own.await.unwrap()).unwrap() });
        to.send(i).unwrap();
    };
    let (start, mut made, mut sum) = (Instant::now(), 0, 0);
    while made < n.min(500) {
        next(made);
        made += 1;
    }
    for _ in 0..n {
        sum += mailbox.recv().await.unwrap();
        if made < n {
            next(made);
            made += 1;
        }
    }
    crate::report("spawn", start, n, sum == n * (n - 1) / 2);
}
