//! C creatures meet in pairs at a mall, M times; both take the colour that neither has. Per meeting.
use std::time::Instant;
use tokio::sync::mpsc::{unbounded_channel, UnboundedSender};

struct Visit {
    colour: u8,
    who: UnboundedSender<Option<u8>>,
}

async fn creature(mall: UnboundedSender<Visit>, ended: UnboundedSender<usize>, mut colour: u8) {
    let (own, mut mailbox) = unbounded_channel();
    let mut met = 0;
    mall.send(Visit { colour, who: own.clone() }).ok().unwrap();
    while let Some(Some(other)) = mailbox.recv().await {
        met += 1;
        if other != colour {
            colour = 3 - colour - other;
        }
        mall.send(Visit { colour, who: own.clone() }).ok().unwrap();
    }
    ended.send(met).unwrap();
}

pub async fn run(creatures: usize, meetings: usize) {
    let (mall, mut visits) = unbounded_channel();
    let (ended, mut counts) = unbounded_channel();
    let start = Instant::now();
    for i in 0..creatures {
        tokio::spawn(creature(mall.clone(), ended.clone(), (i % 3) as u8));
    }
    for _ in 0..meetings {
        let a = visits.recv().await.unwrap();
        let b = visits.recv().await.unwrap();
        a.who.send(Some(b.colour)).unwrap();
        b.who.send(Some(a.colour)).unwrap();
    }
    let mut sum = 0;
    for _ in 0..creatures {
        visits.recv().await.unwrap().who.send(None).unwrap();
        sum += counts.recv().await.unwrap();
    }
    crate::report("chameneos", start, meetings, sum == 2 * meetings);
}
