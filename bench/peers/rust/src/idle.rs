//! N idle tasks alive at once, each having handled one message: bytes of each; then all end: what is left of each.
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::Arc;
use tokio::sync::mpsc::channel;

fn resident() -> f64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    statm.split(' ').nth(1).unwrap().parse::<f64>().unwrap() * 4096.0
}

async fn until(counter: &AtomicUsize, n: usize) {
    while counter.load(SeqCst) < n {
        tokio::task::yield_now().await;
    }
}

pub async fn run(n: usize) {
    let (touched, ended) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let before = resident();
    let mut all = Vec::new();
    for i in 0..n {
        let (to, mut mailbox) = channel::<usize>(1);
        let (touched, ended) = (touched.clone(), ended.clone());
        tokio::spawn(async move {
            while mailbox.recv().await.is_some() {
                touched.fetch_add(1, SeqCst);
            }
            ended.fetch_add(1, SeqCst);
        });
        to.send(i).await.unwrap();
        all.push(to);
    }
    until(&touched, n).await;
    println!("idle {:.0} bytes", (resident() - before) / n as f64);
    drop(all);
    until(&ended, n).await;
    println!("drained {:.0} bytes", (resident() - before) / n as f64);
}
