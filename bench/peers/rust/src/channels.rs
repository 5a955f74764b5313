//! A bounded channel of 1,024: Tokio's and flume's between tasks, crossbeam's between threads.
use std::time::Instant;

const ROOM: usize = 1024;

fn right(sum: usize, n: usize) -> bool {
    sum == n * (n - 1) / 2
}

/// One producer sends N items to one consumer. Per item.
pub async fn one(n: usize) {
    let (to, mut from) = tokio::sync::mpsc::channel(ROOM);
    let (start, mut sum) = (Instant::now(), 0);
    tokio::spawn(async move {
        for i in 0..n {
            to.send(i).await.unwrap();
        }
    });
    while let Some(x) = from.recv().await {
        sum += x;
    }
    crate::report("chan1", start, n, right(sum, n));
}

/// Four producers send N items together to four consumers. Per item. (Tokio has no channel for many consumers.)
pub async fn many(n: usize) {
    let (to, from) = flume::bounded(ROOM);
    let start = Instant::now();
    let consumers: Vec<_> = (0..4)
        .map(|_| {
            let from = from.clone();
            tokio::spawn(async move {
                let mut sum = 0;
                while let Ok(x) = from.recv_async().await {
                    sum += x;
                }
                sum
            })
        })
        .collect();
    for i in 0..4 {
        let to = to.clone();
        tokio::spawn(async move {
            for x in i * n / 4..(i + 1) * n / 4 {
                to.send_async(x).await.unwrap();
            }
        });
    }
    drop(to);
    let mut sum = 0;
    for c in consumers {
        sum += c.await.unwrap();
    }
    crate::report("chanmp", start, n, right(sum, n));
}

/// One task puts an item into a channel and takes it out again, N times. Per pair.
pub fn alone(n: usize) {
    let (to, mut from) = tokio::sync::mpsc::channel(ROOM);
    let (start, mut sum) = (Instant::now(), 0);
    for i in 0..n {
        to.try_send(i).unwrap();
        sum += from.try_recv().unwrap();
    }
    crate::report("chanenq", start, n, right(sum, n));
}

pub fn one_by_threads(n: usize) {
    let (to, from) = crossbeam_channel::bounded(ROOM);
    let start = Instant::now();
    let producer = std::thread::spawn(move || (0..n).for_each(|i| to.send(i).unwrap()));
    let sum: usize = from.iter().sum();
    producer.join().unwrap();
    crate::report("chan1-threads", start, n, right(sum, n));
}

pub fn many_by_threads(n: usize) {
    let (to, from) = crossbeam_channel::bounded(ROOM);
    let start = Instant::now();
    let consumers: Vec<_> = (0..4)
        .map(|_| {
            let from = from.clone();
            std::thread::spawn(move || from.iter().sum::<usize>())
        })
        .collect();
    for i in 0..4 {
        let to = to.clone();
        std::thread::spawn(move || (i * n / 4..(i + 1) * n / 4).for_each(|x| to.send(x).unwrap()));
    }
    drop(to);
    let sum = consumers.into_iter().map(|c| c.join().unwrap()).sum();
    crate::report("chanmp-threads", start, n, right(sum, n));
}

pub fn alone_crossbeam(n: usize) {
    let (to, from) = crossbeam_channel::bounded(ROOM);
    let (start, mut sum) = (Instant::now(), 0);
    for i in 0..n {
        to.try_send(i).unwrap();
        sum += from.try_recv().unwrap();
    }
    crate::report("chanenq-threads", start, n, right(sum, n));
}
