//! A tasks in a ring pass one token H hops. Per hop.
use std::time::Instant;
use tokio::sync::{mpsc, oneshot};

pub async fn run(agents: usize, hops: usize) {
    let (first, mut mailbox) = mpsc::unbounded_channel::<usize>();
    let (done, ended) = oneshot::channel();
    let mut done = Some(done);
    for i in 0..agents {
        let (next, next_mailbox) = if i + 1 < agents {
            mpsc::unbounded_channel()
        } else {
            (first.clone(), mpsc::unbounded_channel().1)
        };
        let mut own = std::mem::replace(&mut mailbox, next_mailbox);
        let done = if hops % agents == i { done.take() } else { None };
        tokio::spawn(async move {
            while let Some(left) = own.recv().await {
                if left == 0 {
                    done.unwrap().send(()).unwrap();
                    return;
                }
                next.send(left - 1).unwrap();
            }
        });
    }
    let start = Instant::now();
    first.send(hops).unwrap();
    ended.await.unwrap();
    crate::report("ring", start, hops, true);
}
