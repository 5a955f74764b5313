"""generate_shared.py: what the pieces of generate.py do with what several agents share: channels, leases, topologies, quorums, broadcasts, timers;
and with iterators, interfaces and closures that are kept and sent.

Shared is a part of generate.Piece: it chooses as that does, and knows no more of the rules.
"""

HEAD = '''struct Num(var n: Int) {
  fn ref add(k: Int) { n = n +% k }
  fn size() -> Int { n }
}
class Pile(var items: Array[Buf iso]) { fn ref next() -> Buf iso? { items.pop() } }
class Walk(list: Array[Buf], var at: Int = 0) {
  fn ref next() -> Buf? { at += 1; list.get(at - 1) }
}
class Bag(var list: Array[Buf]) { fn ref iter() -> Walk { Walk(list) } }
interface Adds {
  fn ref add(k: Int)
  fn size() -> Int
}
interface Taker {
  on iso_(b: Buf iso)
  on val_(b: Buf val)
  on count() -> Int
}
agent Hub(other: Sink) {
  var n: Int = 0
  var once: (fn iso(Int) -> Int)? = none
  var held: Array[Lease iso] = []
  var views: Array[Adds] = []
  var shown: Array[Adds val] = []
  var done: Array[fn val(Int) -> Int] = []
  fn note(k: Int) { n = n +% k }
  on feed_(c: Channel[Buf iso]) { while let b = c.try_recv() { b.add(1); note(b.size()); signal other.iso_(b) } }
  on fill_(c: Channel[Buf iso], k: Int) { let _ = c.try_send(iso Buf(k)); await c.send(iso Buf(k)) within 2ms else () }
  on turn_(c: Channel[Buf iso]) { if let b = (await c.recv() within 1ms else none) { b.add(1); if let back = c.offer(b) { note(back.size()) } } }
  on vals_(c: Channel[Buf val]) { if let b = c.try_recv() { note(b.size()); let _ = c.try_send(b); signal other.val_(b) } }
  on jobs_(c: Channel[Job]) { if let j = c.try_recv() { note(j.load()); signal other.job_(j) } }
  on calls_(c: Channel[fn iso(Int) -> Int]) { while let f = c.try_recv() { note(f(2)) } }
  on close_(c: Channel[Buf iso]) { c.close(); for b in c { note(b.size()) } }
  on adds_(x: Adds iso) {
    x.add(1); note(x.size())
    match x { Buf(k) => { note(k) }, Num(k) => { note(k) }, _ => { } }
    views.push(x)
    if views.size() > 9 { views.clear() }
    for y in views { y.add(1) }
  }
  on looked_(x: Adds val) { shown.push(x); note(x.size()); if shown.size() > 9 { shown.clear() } }
  on once_(f: fn iso(Int) -> Int) { note(f(1)); let old = swap(once, f); if let g = old { note(g(2)) } }
  on all_(f: fn val(Int) -> Int) { done.push(f); for g in done { note(g(3)) }; if done.size() > 9 { done.clear() } }
  on back(f: fn iso(Int) -> Int) -> fn iso(Int) -> Int { note(f(1)); f }
  on seen(x: Adds iso) -> Adds iso { x.add(2); x }
  on pile_(p: Pile iso) { for b in p { b.add(1); signal other.iso_(b) } }
  on walk_(w: Walk iso) { let v: Walk = w; for b in v { b.add(1); note(b.size()) } }
  on lease_(l: Lease iso) { if l.valid() { note(l.token) }; held.push(l); if held.size() > 2 { held.clear() } }
  on taker_(t: Taker, b: Buf val) { signal t.val_(b) }
  on asks(t: Taker) -> Int { await t.count() }
}
agent Peer(i: Int, sink: Sink) in ring, mesh {
  var have: Array[Buf] = []
  var shown: Array[Buf val] = []
  fn room() { if have.size() > 20 { have.clear() }; if shown.size() > 20 { shown.clear() } }
  on vote(b: Buf val) -> Int { if i == 3 { raise Bad(i) }; shown.push(b); room(); have.size() +% b.size() }
  on offer(k: Int) -> Buf val { if k % 5 == i { raise Bad(k) }; val Buf(k +% i) }
  on make(k: Int) -> Buf iso { iso Buf(k +% i) }
  on told(b: Buf val) { shown.push(b); room() }
  on called(f: fn val(Int) -> Int) { let _ = f(i) }
  on pass(b: Buf iso, hops: Int) { b.add(1); if hops > 0 { signal ring.next.pass(b, hops - 1) } else { have.push(b); room() } }
  on around(b: Buf val) { for p in mesh.neighbors { signal p.told(b) } }
  on stray(b: Buf iso) { signal sink.iso_(b) }
}
topology Net(n: Int, sink: Sink) {
  node  hub = Hub(sink)
  group peers[i in 0..n] = Peer(i, sink)
  ring  peers
  mesh  peers
}
fn leased(name: String) -> Lease iso? { await lease name for 5s within 2ms else none }
fn total(x: Adds box) -> Int { x.size() }
fn grow(x: Adds, k: Int) -> Int { x.add(k); x.size() }
fn shared_grow[T: Adds](x: T ref, k: Int) -> Int { x.add(k); x.size() }
fn walked[I: Iterator[Buf]](items: I ref) -> Int { var k = 0; for b in items { b.add(1); k += 1 }; k }
'''

# Interfaces and function values are kept under types that generate.py does not make more of.
ADDS, ONCE, CALL = ("Adds", "iso"), ("fn iso(Int) -> Int", ""), ("fn val(Int) -> Int", "")


class Shared:
    """Statements of a piece."""

    def shared_rows(self, depth, free, nest):
        rows = [(1, self.viewed), (1, self.tested), (1, self.read_outside)]
        if free:
            rows += [(3, self.channel), (2, self.function_sent), (1, self.lease), (2, self.ask_many), (2, self.tell_many),
                     (1, self.passed), (1, self.timer), (2, self.interface_sent), (1, self.walker_sent)]
        if nest:
            rows += [(2, lambda: self.iterate(depth))]
        return rows

    def buf(self, c):
        return self.expr(("Buf", c), 1)

    # ---- channels ----
    def channel(self):
        c = self.fresh("c")
        kind = self.pick(("iso", "iso", "val", "Job", "call"))
        send = self.pick(("let _ = %s.try_send(%s)", "await %s.send(%s) within 2ms else ()", "let _ = %s.offer(%s)"))
        item = {"iso": "Buf iso", "val": "Buf val", "Job": "Job", "call": "fn iso(Int) -> Int"}[kind]
        lines = ["let %s = channel[%s](%d)" % (c, item, self.r.randrange(1, 4))]
        for _ in range(self.r.randrange(1, 4)):
            value = {"iso": lambda: self.buf("iso"), "val": lambda: self.buf("val"), "Job": lambda: self.expr("Job", 1),
                     "call": lambda: self.iso_closure()}[kind]()
            lines.append(send % (c, value))
            if self.chance(0.6):
                names = {"iso": ("feed_", "feed_", "turn_", "fill_"), "val": ("vals_",), "Job": ("jobs_",), "call": ("calls_",)}[kind]
                name = self.pick(names)
                lines.append("signal t.hub.%s(%s%s)" % (name, c, ", r" if name == "fill_" else ""))
        v = self.fresh()
        if kind == "iso" and self.chance(0.7):
            lines += ["if let %s = %s.try_recv() {" % (v, c), self.nested(1, lambda: self.declare(("Buf", "iso"), False, v), 2), "}"]
        elif kind == "val" and self.chance(0.7):
            lines += ["if let %s = %s {" % (v, self.pick(("%s.try_recv()", "(await %s.recv() within 1ms else none)")) % c),
                      self.nested(1, lambda: self.declare(("Buf", "val"), False, v), 2), "}"]
        if kind == "iso" and self.chance(0.3):
            lines.append(self.pick(("%s.close()", "signal t.hub.close_(%s)")) % c)
        return lines

    # ---- function values ----
    def iso_closure(self):
        bufs = self.movable(self.shaped("Buf", ("iso",)))
        if not bufs:
            return "iso |k: Int| k +% 2"
        v = self.pick(bufs)
        return "iso |k: Int| { %s.add(k); %s.size() }" % (self.use(v), v[0])

    def function_sent(self):
        f, kind = self.fresh("f"), self.pick(("once_", "back", "all_", "called", "local"))
        if kind in ("all_", "called"):
            bufs = self.shaped("Buf", ("val",))
            body = "%s.size() +%% k" % self.pick(bufs)[0] if bufs else "k +% r"
            lines = ["let %s = val |k: Int| %s" % (f, body)]
            lines.append("signal t.hub.all_(%s)" % f if kind == "all_" else "broadcast t.peers.called(%s)" % f)
            return lines + ["let _ = %s(2)" % f]
        made = self.iso_closure()
        if kind == "once_":
            return ["signal t.hub.once_(%s)" % made]
        lines = ["let %s = %s" % (f, made if kind == "local" else "await t.hub.back(%s)" % made), "let _ = %s(%s)" % (f, self.integer(2))]
        if self.chance(0.5):
            lines.append("signal t.hub.once_(%s)" % f)
        if self.chance(self.wild):
            lines.append("let _ = %s(1)" % f)
        return lines

    # ---- leases, timers ----
    def lease(self):
        l = self.fresh("l")
        return ["if let %s = leased(\"k%d\") {" % (l, self.r.randrange(3)),
                ["let _ = %s.valid()" % l, self.pick(("signal t.hub.lease_(%s)" % l, "%s.release()" % l, "let _ = %s.token" % l))], "}"]

    def timer(self):
        if self.chance(0.5):
            return ["after %dms signal %s.%s" % (self.r.randrange(3), self.agent(), self.pick(("iso_(%s)" % self.buf("iso"), "val_(%s)" % self.buf("val"))))]
        x = self.fresh("x")
        return ["let %s = every 1ms signal %s.val_(%s)" % (x, self.agent(), self.buf("val")), "%s.cancel()" % x]

    # ---- groups ----
    def ask_many(self):
        q, n = self.fresh("q"), self.pick(("1", "2", "majority"))
        within = self.pick(("", " within 1s"))
        if self.chance(0.5):
            return ["let %s = await quorum %s of t.peers.vote(%s)%s else []" % (q, n, self.buf("val"), within), "let _ = %s.size()" % q]
        where = self.pick(("", " where |v| v.size() >= 0"))
        x = self.fresh("x")
        return ["let %s = await quorum %s of t.peers.offer(%s)%s%s else []" % (q, n, self.integer(2), where, within),
                "for %s in %s {" % (x, q), self.nested(1, lambda: self.declare(("Buf", "val"), False, x), 2), "}"]

    def tell_many(self):
        v = self.buf("iso" if self.chance(self.wild) else "val")
        return [self.pick(("broadcast t.peers.told(%s)", "broadcast t.peers.told(%s) fanout 2", "signal shard(r, t.peers).around(%s)",
                           "for p in t.peers { signal p.told(%s) }")) % v]

    def passed(self):
        kind = self.r.randrange(3)
        if kind == 0:
            return ["signal t.peers[r % 4].stray({})".format(self.buf("iso"))]
        if kind == 1:
            return ["signal t.peers[r %% 4].pass(%s, %d)" % (self.buf("iso"), self.r.randrange(5))]
        v = self.fresh()
        lines = ["let %s = await t.peers[%d].make(%s)" % (v, self.r.randrange(4), self.integer(2))]
        self.scopes[-1].append([v, ("Buf", "iso"), False, False])
        return lines

    # ---- interfaces ----
    def adds(self, c):
        if self.chance(0.25):
            return "Num(%s)" % self.integer(2)
        return self.buf(c)

    def interface_sent(self):
        x, kind = self.fresh("x"), self.r.randrange(5)
        if kind == 0:
            return ["signal t.hub.adds_(%s)" % self.adds("iso")]
        if kind == 1:
            return ["signal t.hub.looked_(%s)" % self.adds("val")]
        if kind == 2:
            return ["let %s = await t.hub.seen(%s)" % (x, self.adds("iso")), "%s.add(%s)" % (x, self.integer(2)),
                    self.pick(("signal t.hub.adds_(%s)" % x, "let _ = total(%s)" % x, "let _ = grow(%s, 1)" % x))]
        if kind == 3:
            return ["signal t.hub.taker_(%s, %s)" % (self.agent(), self.buf("val"))]
        return ["let %s: Taker = %s" % (x, self.agent()), "signal %s.iso_(%s)" % (x, self.buf("iso")), "let _ = await t.hub.asks(%s)" % x]

    def viewed(self):
        x, c = self.fresh("x"), self.pick(("ref", "ref", "iso", "val"))
        lines = ["let %s: Adds%s = %s" % (x, "" if c == "ref" else " " + c, self.adds(c))]
        if c != "val":
            lines.append("%s.add(%s)" % (x, self.integer(2)))
        lines.append(self.pick(("let _ = total(%s)", "let _ = grow(%s, 2)" if c == "ref" else "let _ = total(%s)",
                                "match %s { Buf(k) => { let _ = k }, _ => { } }")) % x)
        bufs = self.shaped("Buf", ("ref",))
        if c == "ref" and bufs:
            lines += ["let %ss: Array[Adds] = [%s, %s, Num(1)]" % (x, x, self.pick(bufs)[0]), "for y in %ss { y.add(1) }" % x,
                      "let _ = shared_grow(%s, 1)" % self.pick(bufs)[0]]
        return lines

    # ---- iterators ----
    def walker_sent(self):
        if self.chance(0.5):
            return ["signal t.hub.pile_(iso Pile(%s))" % self.expr(("Array[Buf iso]", "iso"), 1)]
        return ["signal t.hub.walk_(iso Walk(%s))" % self.expr(("Array[Buf]", "iso"), 1)]

    def iterate(self, depth):
        kind = self.pick(("Pile", "Walk", "Bag", "kept", "all"))
        x, w = self.fresh("x"), self.fresh("w")
        turning, self.turning = self.turning, len(self.scopes)
        loops, self.loops = self.loops, self.loops + 1
        lines = []
        if kind == "all":
            lines = ["let _ = walked(Walk(%s))" % self.expr(("Array[Buf]", "ref"), 1)]
        else:
            source = "Pile(%s)" % self.expr(("Array[Buf iso]", "ref"), 1) if kind in ("Pile", "kept") else \
                "%s(%s)" % (kind, self.expr(("Array[Buf]", "ref"), 1))
            if kind == "kept":
                lines.append("let %s = %s%s" % (w, self.pick(("", "iso ")), source))
                source = w
            item = ("Buf", "iso" if kind in ("Pile", "kept") else "ref")
            for v in (v for scope in self.scopes for v in scope if "(%s)" % v[0] in source + "".join(lines)):
                v[3] = True  # who adds to what a loop goes through goes on for ever
            lines += ["for %s in %s {" % (x, source),
                      self.nested(self.r.randrange(1, 3), lambda: self.declare(item, False, x), depth + 1), "}"]
            if kind == "kept" and self.chance(0.5):
                lines.append("for %s in %s { %s.add(1) }" % (x, w, x))
        self.turning, self.loops = turning, loops
        return lines

    # ---- optionals that were tested ----
    def tested(self):
        x, c = self.fresh("x"), self.pick(("ref", "val", "ref"))
        value = "opt_%s(%s)" % (c, self.expr("Buf?" if c == "ref" else "Buf val?", 1))
        use = "%s.add(1)" % x if c == "ref" else "let _ = %s.fixed()" % x
        other = self.expr(("Buf", c), 2)
        kind = self.r.randrange(4)
        if kind == 0:
            return ["let %s = %s" % (x, value), "if %s != none and %s.size() > 3 { %s }" % (x, x, use)]
        if kind == 1:
            return ["var %s = %s" % (x, value), "if %s != none {" % x, [use, "%s = %s" % (x, self.pick((other, "none"))),
                    "let _ = %s?.size()" % x], "}"]
        if kind == 2:
            return ["var %s = %s" % (x, value), "while %s != none {" % x, [use, "%s = none" % x], "}"]
        return ["var %s = %s" % (x, value), "if %s is none or %s.n > 5 { %s = %s }" % (x, x, x, other),
                "if %s != none { let _ = %s.size() }" % (x, x)]

    # ---- blocks that read outside ----
    def read_outside(self):
        keeps = [v for scope in self.scopes for v in scope if isinstance(v[1], tuple) and v[1][0] == "Keep" and v[1][1] in ("ref", "box", "iso", "val")
                 and (not v[3] or self.chance(self.wild))]
        bufs = [v for scope in self.scopes for v in scope if isinstance(v[1], tuple) and v[1][0] == "Buf" and v[1][1] in ("ref", "box")]
        paths = []
        if keeps:
            k = self.pick(keeps)[0]
            paths += [p % k for p in ("%s.r.n", "%s.sum()", "%s.i.size()", "%s.p.1", "%s.l.size()", "%s.v.size()")]
            if self.chance(self.wild * 4):
                paths = [p % k for p in ("%s.r", "%s.out().n", "%s.l[0]", "%s.look()", "%s.r.twin()")]
        if bufs:
            b = self.pick(bufs)[0]
            paths += ["%s.n" % b, "%s.size()" % b, "%s.twin().n" % b]
        if not paths:
            return self.touch()
        v, c = self.fresh(), self.pick(("iso", "val"))
        lines = ["let %s = %s {" % (v, c), ["let b = Buf(%s)" % self.pick(paths), "b.add(%s)" % self.pick(paths), "b"], "}"]
        self.scopes[-1].append([v, ("Buf", c), False, False])
        return lines
