//! A tasks; each pings a random other one, waits for the pong, R times; a sink collects. Per ping-pong.
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::mpsc::{unbounded_channel, UnboundedReceiver, UnboundedSender};

enum Message {
    Ping(usize),
    Pong,
}

struct Member {
    i: usize,
    left: usize,
    random: u64,
    all: Arc<Vec<UnboundedSender<Message>>>,
    sink: UnboundedSender<()>,
}

impl Member {
    fn next(&mut self) {
        if self.left == 0 {
            self.sink.send(()).ok();
            return;
        }
        self.left -= 1;
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        let mut other = (self.random % self.all.len() as u64) as usize;
        if other == self.i {
            other = (other + 1) % self.all.len();
        }
        self.all[other].send(Message::Ping(self.i)).ok();
    }

    async fn run(mut self, mut mailbox: UnboundedReceiver<Message>) {
        self.next();
        while let Some(m) = mailbox.recv().await {
            match m {
                Message::Ping(from) => drop(self.all[from].send(Message::Pong)),
                Message::Pong => self.next(),
            }
        }
    }
}

pub async fn run(agents: usize, rounds: usize) {
    let (sink, mut ended) = unbounded_channel();
    let (all, mailboxes): (Vec<_>, Vec<_>) = (0..agents).map(|_| unbounded_channel()).unzip();
    let all = Arc::new(all);
    let start = Instant::now();
    for (i, mailbox) in mailboxes.into_iter().enumerate() {
        let random = i as u64 * 2654435769 + 88172645463325252;
        tokio::spawn(Member { i, left: rounds, random, all: all.clone(), sink: sink.clone() }.run(mailbox));
    }
    for _ in 0..agents {
        ended.recv().await.unwrap();
    }
    crate::report("big", start, agents * rounds, true);
}
