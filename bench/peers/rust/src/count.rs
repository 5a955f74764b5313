//! Many messages to one task.
use crate::MAILBOX;
use std::time::Instant;
use tokio::sync::{mpsc, oneshot};

enum Message {
    Add(usize),
    Total(oneshot::Sender<usize>),
}

/// One producer sends N increments to a counter in one go, then asks for the total. Per message.
pub async fn count(n: usize) {
    let (counter, mut mailbox) = mpsc::channel(MAILBOX);
    tokio::spawn(async move {
        let mut sum = 0;
        while let Some(m) = mailbox.recv().await {
            match m {
                Message::Add(k) => sum += k,
                Message::Total(to) => to.send(sum).unwrap(),
            }
        }
    });
    let start = Instant::now();
    for _ in 0..n {
        counter.send(Message::Add(1)).await.ok().unwrap();
    }
    let (to, total) = oneshot::channel();
    counter.send(Message::Total(to)).await.ok().unwrap();
    crate::report("count", start, n, total.await.unwrap() == n);
}

/// P producers each send N/P messages to one consumer, which adds them up. Per message.
pub async fn fanin(producers: usize, n: usize) {
    let each = n / producers;
    let (consumer, mut mailbox) = mpsc::channel(MAILBOX);
    let start = Instant::now();
    for _ in 0..producers {
        let to = consumer.clone();
        tokio::spawn(async move {
            for _ in 0..each {
                to.send(1usize).await.unwrap();
            }
        });
    }
    drop(consumer);
    let mut sum = 0;
    while let Some(x) = mailbox.recv().await {
        sum += x;
    }
    crate::report("fanin", start, each * producers, sum == each * producers);
}
