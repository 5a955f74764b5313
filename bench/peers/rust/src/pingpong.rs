//! Two tasks exchange N round trips, one small integer a message. Per message.
use std::time::Instant;
use tokio::sync::mpsc::unbounded_channel;

pub async fn run(n: usize) {
    let (to_pong, mut pings) = unbounded_channel();
    let (to_ping, mut pongs) = unbounded_channel();
    tokio::spawn(async move {
        while let Some(k) = pings.recv().await {
            to_ping.send(k).unwrap();
        }
    });
    let (start, mut last) = (Instant::now(), 0);
    for k in (1..=n).rev() {
        to_pong.send(k).unwrap();
        last = pongs.recv().await.unwrap();
    }
    crate::report("pingpong", start, 2 * n, last == 1);
}
