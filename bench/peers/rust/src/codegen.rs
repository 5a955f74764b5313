//! Quality of code; the whole process is timed.
struct Body {
    x: [f64; 3],
    v: [f64; 3],
    mass: f64,
}

const SOLAR: f64 = 4.0 * std::f64::consts::PI * std::f64::consts::PI;
const DAYS: f64 = 365.24;

fn body(x: [f64; 3], v: [f64; 3], mass: f64) -> Body {
    Body { x, v: v.map(|a| a * DAYS), mass: mass * SOLAR }
}

fn system() -> [Body; 5] {
    let mut all = [
        body([0.0; 3], [0.0; 3], 1.0),
        body(
            [4.84143144246472090e+00, -1.16032004402742839e+00, -1.03622044471123109e-01],
            [1.66007664274403694e-03, 7.69901118419740425e-03, -6.90460016972063023e-05],
            9.54791938424326609e-04,
        ),
        body(
            [8.34336671824457987e+00, 4.12479856412430479e+00, -4.03523417114321381e-01],
            [-2.76742510726411899e-03, 4.99852801234917238e-03, 2.30417297573763929e-05],
            2.85885980666130812e-04,
        ),
        body(
            [1.28943695621391310e+01, -1.51111514016986312e+01, -2.23307578892655734e-01],
            [2.96460137564761618e-03, 2.37847173959480950e-03, -2.96589568540237556e-05],
            4.36624404335156298e-05,
        ),
        body(
            [1.53796971148509165e+01, -2.59193146099879641e+01, 1.79258772950371181e-01],
            [2.68067772490389322e-03, 1.62824170038242295e-03, -9.51592254519715870e-05],
            5.15138902046611451e-05,
        ),
    ];
    for k in 0..3 {
        all[0].v[k] = -all.iter().map(|b| b.v[k] * b.mass).sum::<f64>() / SOLAR;
    }
    all
}

fn distance2(a: &Body, b: &Body) -> ([f64; 3], f64) {
    let d = [a.x[0] - b.x[0], a.x[1] - b.x[1], a.x[2] - b.x[2]];
    (d, d[0] * d[0] + d[1] * d[1] + d[2] * d[2])
}

fn energy(all: &[Body; 5]) -> f64 {
    let mut e = 0.0;
    for (i, b) in all.iter().enumerate() {
        e += 0.5 * b.mass * (b.v[0] * b.v[0] + b.v[1] * b.v[1] + b.v[2] * b.v[2]);
        for c in &all[i + 1..] {
            e -= b.mass * c.mass / distance2(b, c).1.sqrt();
        }
    }
    e
}

fn advance(all: &mut [Body; 5], dt: f64) {
    for i in 0..5 {
        let (head, rest) = all.split_at_mut(i + 1);
        let b = &mut head[i];
        for c in rest {
            let (d, d2) = distance2(b, c);
            let mag = dt / (d2 * d2.sqrt());
            for k in 0..3 {
                b.v[k] -= d[k] * c.mass * mag;
                c.v[k] += d[k] * b.mass * mag;
            }
        }
    }
    for b in all {
        for k in 0..3 {
            b.x[k] += dt * b.v[k];
        }
    }
}

/// Five bodies, N steps, double precision; prints the energy before and after.
pub fn nbody(n: usize) {
    let mut all = system();
    println!("{:.9}", energy(&all));
    for _ in 0..n {
        advance(&mut all, 0.01);
    }
    println!("{:.9}", energy(&all));
}

/// All permutations of N, how often a prefix must be reversed until the first stands in front.
pub fn fannkuch(n: usize) {
    let mut perm1: Vec<usize> = (0..n).collect();
    let (mut perm, mut count) = (vec![0; n], vec![0; n]);
    let (mut checksum, mut most, mut r, mut even) = (0i64, 0, n, true);
    loop {
        while r != 1 {
            count[r - 1] = r;
            r -= 1;
        }
        perm.copy_from_slice(&perm1);
        let mut flips = 0;
        while perm[0] != 0 {
            let k = perm[0];
            perm[..=k].reverse();
            flips += 1;
        }
        most = most.max(flips);
        checksum += if even { flips } else { -flips };
        even = !even;
        loop {
            if r == n {
                println!("{checksum}\nPfannkuchen({n}) = {most}");
                return;
            }
            perm1[..=r].rotate_left(1);
            count[r] -= 1;
            if count[r] > 0 {
                break;
            }
            r += 1;
        }
    }
}
