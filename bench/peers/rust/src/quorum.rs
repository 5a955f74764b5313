//! A coordinator asks 5 voters, waits for 3 yes votes, then starts the next round; late votes are dropped. Per round.
use std::time::Instant;
use tokio::sync::mpsc::{unbounded_channel, UnboundedReceiver, UnboundedSender};

async fn voter(mut mailbox: UnboundedReceiver<usize>, coordinator: UnboundedSender<usize>) {
    while let Some(round) = mailbox.recv().await {
        coordinator.send(round).ok();
    }
}

pub async fn run(rounds: usize) {
    let (own, mut votes) = unbounded_channel();
    let voters: Vec<_> = (0..5)
        .map(|_| {
            let (to, mailbox) = unbounded_channel();
            tokio::spawn(voter(mailbox, own.clone()));
            to
        })
        .collect();
    let (start, mut good) = (Instant::now(), 0);
    for round in 0..rounds {
        for v in &voters {
            v.send(round).unwrap();
        }
        let mut yes = 0;
        while yes < 3 {
            if votes.recv().await.unwrap() == round {
                yes += 1;
            }
        }
        good += 1;
    }
    crate::report("quorum", start, rounds, good == rounds);
}
