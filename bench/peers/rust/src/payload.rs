//! A source makes objects that hold 1 KiB and passes them, moved, through 5 stages; each writes a byte. Per object.
use crate::MAILBOX;
use std::time::Instant;
use tokio::sync::mpsc::channel;

struct Parcel {
    bytes: Vec<u8>,
}

pub async fn run(n: usize) {
    let (first, mut mailbox) = channel::<Box<Parcel>>(MAILBOX);
    for place in 0..4 {
        let (next, next_mailbox) = channel(MAILBOX);
        let mut own = std::mem::replace(&mut mailbox, next_mailbox);
        tokio::spawn(async move {
            while let Some(mut p) = own.recv().await {
                p.bytes[place] = place as u8 + 1;
                next.send(p).await.ok().unwrap();
            }
        });
    }
    let start = Instant::now();
    tokio::spawn(async move {
        for _ in 0..n {
            first.send(Box::new(Parcel { bytes: vec![0; 1024] })).await.ok().unwrap();
        }
    });
    let mut sum = 0;
    while let Some(mut p) = mailbox.recv().await {
        p.bytes[4] = 5;
        sum += p.bytes[..5].iter().map(|b| *b as usize).sum::<usize>();
    }
    crate::report("payload", start, n, sum == 15 * n);
}
