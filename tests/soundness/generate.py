#!/usr/bin/env python3
"""generate.py: random pieces of programs that use what capabilities are about, some right, some wrong; agentc says which.

A piece is a function that gets two agents, a topology and a number. It makes objects of all capabilities, keeps, moves, freezes and sends
them, in branches, loops, patterns, closures and errors. The generator knows types and roughly what has moved; it does not
know the rules, and now and then takes what it should not. One seed gives one piece, whatever was made before it.
"""
import random

import generate_shared

CAPS = ("iso", "val", "ref", "box", "tag")
READ, WRITE = ("iso", "val", "ref", "box"), ("iso", "ref")

# What pieces are made of. Behaviours use what they get: write an iso, read a val, keep all of it, send it on.
HEAD = '''error Bad(why: Int)
class Buf(var n: Int = 0) {
  fn ref add(k: Int) { n = n +% k }
  fn size() -> Int { n }
  fn val fixed() -> Int { n }
  fn iso give() -> Buf iso { self }
  fn tag mark() -> Buf tag { self }
  fn box twin() -> Buf iso { iso Buf(n) }
}
class Keep(var i: Buf iso, var r: Buf, var v: Buf val, var t: Buf tag, var o: Buf iso?, var p: (Buf iso, Int)) {
  var l: Array[Buf] = []
  var m: Array[Buf iso] = []
  fn ref poke(k: Int) { r.add(k); i.add(k) }
  fn sum() -> Int { r.size() +% i.size() +% v.size() }
  fn ref out() -> Buf { r }
  fn ref set(b: Buf) { r = b; l.push(b) }
  fn look() -> Buf box { r }
  fn ref change(b: Buf iso) -> Buf iso { swap(i, b) }
}
class Node(var b: Buf, var next: Node?) {
  fn ref push(n: Node) { next = n }
  fn depth(k: Int = 0) -> Int { if k > 40 { k } else { 1 +% (next?.depth(k + 1) else 0) } }
}
enum Job {
  Idle, Busy(b: Buf iso), Two(b: Buf iso, c: Buf val, n: Int)
  fn load() -> Int { match self { Idle => 0, Busy(_) => 1, Two(_, c, n) => n +% c.size() } }
}
enum Tree {
  Leaf, Fork(b: Buf iso, rest: Tree)
  fn deep() -> Int { match self { Leaf => 0, Fork(_, r) => 1 +% r.deep() } }
}
enum Own { Nothing, Mine(b: Buf, n: Int) }
struct Pack(a: Buf iso, n: Int)
struct Duo(a: Buf, b: Buf val)
class Box[T](var x: T) {
  fn ref put(y: T) { x = y }
}
interface Sized { fn size() -> Int }

agent Sink(other: Sink?) {
  var n: Int = 0
  var kept: Array[Buf] = []
  var seen: Array[Buf val] = []
  var marks: Array[Buf tag] = []
  var last: Buf iso? = none
  fn note(k: Int) { n = n +% k }
  fn room() { if kept.size() > 20 { kept.clear(); seen.clear(); marks.clear() } }
  on iso_(b: Buf iso) { b.add(1); let r: Buf = b; r.add(2); room(); kept.push(r); note(r.size()) }
  on on_(b: Buf iso) { b.add(1); if let o = other { signal o.iso_(b) } }
  on val_(b: Buf val) { room(); seen.push(b); note(b.size() +% b.fixed()) }
  on tag_(b: Buf tag) { room(); marks.push(b) }
  on opt_(b: Buf iso?) { if let x = b { x.add(1); note(x.size()) } }
  on pair_(t: (Buf iso, Int)) { let (b, k) = t; b.add(k); note(b.size()) }
  on job_(j: Job) { match j { Idle => { }, Busy(b) => { b.add(1); kept.push(b); room() }, Two(b, c, k) => { b.add(k +% c.size()) } } }
  on tree_(t: Tree) { note(t.deep()); if let Tree.Fork(b, r) = t { b.add(1); note(r.deep()) } }
  on frozen_(t: Tree val) { match t { Leaf => { }, Fork(b, r) => { seen.push(b); note(b.size() +% r.deep()); room() } } }
  on keep_(k: Keep iso) { k.poke(1); note(k.sum()); let r: Keep = k; room(); kept.push(r.r); for b in r.l { b.add(1) } }
  on shown_(k: Keep val) { note(k.sum()); seen.push(k.r); for b in k.l { note(b.size()) }; room() }
  on mark_(k: Keep tag) { note(1) }
  on list_(xs: Array[Buf iso] iso) { for b in xs.drain() { b.add(1); note(b.size()) } }
  on bufs_(xs: Array[Buf] iso) { let ys: Array[Buf] = xs; for b in ys { b.add(1); kept.push(b) }; room() }
  on views_(xs: Array[Buf] val) { for b in xs { note(b.size()); seen.push(b) }; room() }
  on pack_(p: Pack) { let Pack(a, k) = p; a.add(k) }
  on nodes_(x: Node iso) { note(x.depth()); let r: Node = x; r.b.add(1); kept.push(r.b); room() }
  on run_(f: fn val(Int) -> Int) { note(f(1)) }
  on box_(x: Box[Buf] iso) { x.x.add(1); let r: Box[Buf] = x; kept.push(r.x); room() }
  on sized_(x: Sized val) { note(x.size()) }
  on give(b: Buf iso) -> Buf iso { b.add(1); b }
  on fresh(k: Int) -> Buf iso { if k > 90 { raise Bad(k) }; iso Buf(k) }
  on shared(k: Int) -> Buf val { val Buf(k) }
  on stored(b: Buf iso) -> Buf iso { let old = swap(last, b); if let o = old { o } else { iso Buf(3) } }
  on job(k: Int) -> Job { if k % 2 == 0 { Job.Idle } else { Job.Busy(iso Buf(k)) } }
  on count() -> Int { n }
}
fn peek(b: Buf box) -> Int { b.size() }
fn poke(b: Buf, k: Int) -> Int { b.add(k); b.size() }
fn both(a: Buf, b: Buf) -> Int { a.add(1); b.add(1); a.size() }
fn eat(b: Buf iso) -> Int { b.size() }
fn risky(b: Buf iso, k: Int) -> Buf iso ! { if k % 3 == 0 { raise Bad(k) }; b }
fn maybe(k: Int) -> Int ! { if k % 2 == 0 { raise Bad(k) }; k }
fn same_one[T](x: T) -> T { x }
fn first_of[T](a: T, b: T) -> T { a }
fn made(k: Int) -> Buf iso { iso Buf(k) }
fn forest(k: Int) -> Tree { if k <= 0 { Tree.Leaf } else { Tree.Fork(iso Buf(k), forest(k - 1)) } }
fn opt_iso(b: Buf iso?) -> Buf iso? { b }
fn opt_ref(b: Buf?) -> Buf? { b }
fn opt_val(b: Buf val?) -> Buf val? { b }
fn kept(k: Int) -> Keep iso { iso Keep(iso Buf(k), Buf(k), val Buf(k), val Buf(1), iso Buf(2), (iso Buf(3), k)) }
'''

MAIN = '''agent Runner(a: Sink, b: Sink, t: Net) {
  on go(r: Int) { %s }
}
main() {
  let a = spawn Sink(none)
  let b = spawn Sink(a)
  let t = spawn Net(4, a)
  for i in 0..3 {
    let x = spawn Runner(a, b, t)
    for r in 0..%d { signal x.go(r +%% i) }
  }
}
'''

# ---- types: "Int", or (shape, cap), with shapes as below ---------------------------------------------------------------
SHAPES = {"Buf": "Buf", "Keep": "Keep", "Node": "Node", "Array[Buf]": "Bufs", "Array[Buf iso]": "Isos", "Box[Buf]": "BoxB"}
VALUES = ("Job", "Tree", "Own", "Pack", "Duo")
OTHERS = ("(Buf iso, Int)", "Buf iso?", "Buf?", "(Buf, Int)", "Buf val?")
PLAIN = ("Int",) + VALUES + OTHERS


def text(t):
    return t if isinstance(t, str) else "%s %s" % t


# Behaviours by the type of what they take.
SENDS = {("Buf", "iso"): ("iso_", "on_"), ("Buf", "val"): ("val_",), ("Buf", "tag"): ("tag_",), "Buf iso?": ("opt_",),
         "(Buf iso, Int)": ("pair_",), "Job": ("job_",), "Tree": ("tree_",), ("Keep", "iso"): ("keep_",),
         ("Keep", "val"): ("shown_",), ("Keep", "tag"): ("mark_",), ("Array[Buf iso]", "iso"): ("list_",),
         ("Array[Buf]", "iso"): ("bufs_",), ("Array[Buf]", "val"): ("views_",), "Pack": ("pack_",),
         ("Node", "iso"): ("nodes_",), ("Tree", "val"): ("frozen_",), ("Box[Buf]", "iso"): ("box_",),
         ("Buf", "val", "Sized"): ("sized_",)}


class Piece(generate_shared.Shared):
    """One random function. `wild` is how often it takes what may not fit."""

    def __init__(self, seed, wild=0.06, size=9):
        self.r = random.Random("piece %s" % seed)
        self.seed, self.wild = seed, wild
        self.names = 0
        self.scopes = [[]]  # lists of [name, type, is_var, moved]
        self.loops = 0
        self.turning = 0  # the number of scopes outside of the innermost loop: what they hold moves only once
        self.quiet = 0  # in a defer or a guard: nothing that waits, leaves or raises
        self.sealed = 0  # in iso or val blocks: the number of scopes outside of the innermost
        self.fuel = 60 + size * 12
        self.body = self.block(size, top=True)

    # ---- choices ----
    def chance(self, p):
        return self.r.random() < p

    def pick(self, xs):
        return xs[self.r.randrange(len(xs))]

    def weighted(self, rows):
        rows = [(w, f) for w, f in rows if w > 0]
        x = self.r.random() * sum(w for w, _ in rows)
        for w, f in rows:
            x -= w
            if x <= 0:
                return f
        return rows[-1][1]

    # ---- names ----
    def fresh(self, stem="v"):
        self.names += 1
        return "%s%d" % (stem, self.names)

    def declare(self, t, is_var=False, name=None):
        name = name or self.fresh()
        self.scopes[-1].append([name, t, is_var, False])
        return name

    def visible(self, ok):
        found = [v for i, scope in enumerate(self.scopes) for v in scope
                 if ok(v[1]) and (i >= self.sealed or self.passes(v[1]) or self.chance(self.wild / 3))]
        return [v for v in found if not v[3] or self.chance(self.wild)]

    @staticmethod
    def passes(t):
        """Can be sent, so a block sees it."""
        return t[1] in ("iso", "val", "tag") if isinstance(t, tuple) else t not in ("Own", "Duo", "Buf?", "(Buf, Int)")

    def shaped(self, shape, caps=CAPS):
        caps = CAPS if self.chance(self.wild) else caps
        return self.visible(lambda t: isinstance(t, tuple) and t[0] == shape and t[1] in caps)

    def of(self, t):
        return self.visible(lambda u: u == t)

    def movable(self, found):
        """Without what a turn of a loop may move once only."""
        outer = {id(v) for scope in self.scopes[:self.turning] for v in scope}
        return [v for v in found if not self.moves(v[1]) or id(v) not in outer or self.chance(self.wild)]

    @staticmethod
    def moves(t):
        return t[1] == "iso" if isinstance(t, tuple) else t in ("Job", "Tree", "Pack", "(Buf iso, Int)", "Buf iso?")

    def use(self, v):
        """The variable as a value: an iso, or what holds one, moves."""
        if self.moves(v[1]):
            v[3] = True
        return v[0]

    # ---- expressions ----
    def expr(self, t, depth=0):
        self.fuel -= 1
        if t == "Int":
            return self.integer(depth)
        wild = self.chance(self.wild)
        if depth > 3 or self.fuel < 0:
            return self.simple(t)
        if isinstance(t, tuple):
            return self.object(t, depth, wild)
        return self.value(t, depth, wild)

    def integer(self, depth):
        bufs = self.shaped("Buf", ("iso", "val", "ref", "box"))
        rows = [(4, lambda: str(self.r.randrange(100))), (2, lambda: "r")]
        if bufs and depth < 3:
            rows += [(3, lambda: "%s.size()" % self.pick(bufs)[0]), (2, lambda: "peek(%s)" % self.pick(bufs)[0]),
                     (1, lambda: "poke(%s, %s)" % (self.pick(bufs)[0], self.integer(depth + 1))),
                     (1, lambda: "%s.n" % self.pick(bufs)[0])]
        keeps = self.shaped("Keep", READ)
        if keeps and depth < 3:
            rows += [(2, lambda: "%s.sum()" % self.pick(keeps)[0]), (2, lambda: "%s.size()" % self.path("Buf"))]
        jobs = self.of("Job")
        if jobs and depth < 3:
            rows.append((1, lambda: "%s.load()" % self.pick(jobs)[0]))
        trees = self.of("Tree")
        if trees and depth < 3:
            rows.append((1, lambda: "%s.deep()" % self.pick(trees)[0]))
        if not self.quiet and not self.sealed and depth < 2:
            rows += [(1, lambda: "(await %s.count())" % self.agent()),
                     (1, lambda: "(maybe(%s) else 7)" % self.integer(depth + 1)),
                     (1, lambda: "eat(%s)" % self.expr(("Buf", "iso"), depth + 1))]
        return self.weighted(rows)()

    def condition(self):
        return "%s %% %d < %d" % (self.integer(1), self.r.randrange(2, 5), self.r.randrange(1, 3))

    def agent(self):
        return self.pick(("a", "b"))

    def path(self, shape):
        """A part of a Keep, looked at where it is."""
        keeps = self.shaped("Keep", READ)
        if not keeps:
            return "made(1)"
        return "%s.%s" % (self.pick(keeps)[0], self.pick(("i", "r", "v", "r", "i", "p.0")))

    def simple(self, t):
        """Made anew of nothing."""
        k = self.r.randrange(50)
        if isinstance(t, tuple):
            shape, c = t
            made = {"Buf": "Buf(%d)" % k, "Keep": "Keep(iso Buf(%d), Buf(1), val Buf(2), val Buf(3), none, (iso Buf(4), 5))" % k,
                    "Node": "Node(Buf(%d), none)" % k, "Array[Buf]": "[Buf(%d), Buf(1)]" % k,
                    "Array[Buf iso]": "[iso Buf(%d), iso Buf(1)]" % k, "Box[Buf]": "Box[Buf](Buf(%d))" % k,
                    "Tree": "forest(2)"}[shape]
            if shape == "Tree":
                return made
            return made if c in ("ref", "box") else "%s %s" % ("val" if c == "tag" else c, made)
        return {"Job": "Job.Busy(iso Buf(%d))" % k, "Tree": "forest(%d)" % (k % 4), "Own": "Own.Mine(Buf(%d), 1)" % k,
                "Pack": "Pack(iso Buf(%d), 2)" % k, "Duo": "Duo(Buf(%d), val Buf(1))" % k,
                "(Buf iso, Int)": "(iso Buf(%d), 1)" % k, "Buf iso?": "iso Buf(%d)" % k, "Buf?": "Buf(%d)" % k,
                "(Buf, Int)": "(Buf(%d), 1)" % k, "Buf val?": "val Buf(%d)" % k, "Int": str(k)}[t]

    def object(self, t, depth, wild):
        shape, c = t
        give = {"iso": ("iso",), "val": ("iso", "val"), "ref": ("iso", "ref"), "box": ("iso", "val", "ref", "box"),
                "tag": CAPS}[c]
        found = self.shaped(shape, CAPS if wild else give)
        found = found if c == "tag" else self.movable(found)
        rows = [(3, lambda: self.simple(t))]
        if found:
            rows.append((8, lambda: self.use(self.pick(found)) if c != "tag" else self.pick(found)[0]))
        if shape == "Tree":
            rows.append((2, lambda: self.expr("Tree", depth + 1)))
            return self.weighted(rows)()
        if c in ("iso", "val") and not self.sealed:
            rows.append((2, lambda: self.recover(t)))
        if depth < 2:
            rows.append((1, lambda: "if %s { %s } else { %s }" % (self.condition(), self.expr(t, depth + 1), self.expr(t, depth + 1))))
            rows.append((1, lambda: "same_one(%s)" % self.expr(t, depth + 1)))
        if shape == "Buf":
            rows += self.buf_rows(c, depth)
        elif shape == "Keep" and depth < 2:
            rows.append((2, lambda: self.keep(c, depth)))
        elif shape == "Node" and depth < 2:
            rows.append((2, lambda: self.inside(c, lambda: "Node(%s, %s)" % (self.expr(("Buf", "ref"), depth + 1),
                                                                             self.expr(("Node", "ref"), depth + 1)))))
        elif shape == "Box[Buf]" and depth < 2:
            rows.append((2, lambda: self.inside(c, lambda: "Box[Buf](%s)" % self.expr(("Buf", "ref"), depth + 1))))
        elif depth < 2:
            item = ("Buf", "ref" if shape == "Array[Buf]" else "iso")
            rows.append((2, lambda: self.inside(c, lambda: "[%s, %s]" % (self.expr(item, depth + 1), self.expr(item, depth + 1)))))
            keeps = self.shaped("Keep", {"ref": ("ref",), "val": ("val",), "iso": ()}.get(c, ("ref", "box")))
            if keeps and shape == "Array[Buf]":
                rows.append((1, lambda: "%s.l" % self.pick(keeps)[0]))
        return self.weighted(rows)()

    def inside(self, c, make):
        """What stands behind `iso` or `val` sees only what can be sent."""
        sealed, loops = self.sealed, self.loops
        if c in ("iso", "val", "tag"):
            self.sealed, self.loops = len(self.scopes), 0
        made = make()
        self.sealed, self.loops = sealed, loops
        return self.prefix(c) + made

    def apart(self, v, make):
        """Without v itself."""
        was, v[3] = v[3], not self.chance(self.wild)
        made = make()
        v[3] = was
        return made

    def prefix(self, c):
        return {"iso": "iso ", "val": "val ", "tag": "val "}.get(c, "")

    def keep(self, c, depth):
        parts = ("iso", "ref", "val", "tag", "iso", "iso")
        return self.inside(c, lambda: "Keep(%s, %s, %s, %s, %s, (%s, 1))" % tuple(self.expr(("Buf", x), depth + 1) for x in parts))

    def buf_rows(self, c, depth):
        keeps, isos = self.shaped("Keep", WRITE), self.shaped("Array[Buf iso]", WRITE)
        through = {"ref": ("ref",), "val": ("val",), "box": ("ref", "val", "box"), "tag": READ, "iso": ()}[c]
        bufs, boxes = self.shaped("Array[Buf]", through if c != "tag" else ("ref",)), self.shaped("Box[Buf]", through)
        rows = []
        free = not self.quiet and not self.sealed
        k = lambda: self.pick(keeps)[0]
        new = lambda: self.expr(("Buf", "iso"), depth + 1)
        if c in ("iso", "val", "ref"):
            rows.append((1, lambda: "made(%s)" % self.integer(depth + 1)))
            if free:
                rows += [(2, lambda: "(await %s.give(%s))" % (self.agent(), new())),
                         (1, lambda: "(await %s.fresh(%s) else iso Buf(1))" % (self.agent(), self.integer(2))),
                         (1, lambda: "(await %s.stored(%s))" % (self.agent(), new())),
                         (1, lambda: "((await %s.give(%s)) within 5s else iso Buf(2))" % (self.agent(), new())),
                         (1, lambda: "(risky(%s, %s) else iso Buf(3))" % (new(), self.integer(2))),
                         (1, lambda: "(risky(%s, r) catch { Bad(k) => iso Buf(k) })" % new())]
            if keeps and not self.sealed:
                v = self.pick(keeps)
                rows += [(2, lambda: "swap(%s.i, %s)" % (v[0], self.apart(v, new))), (1, lambda: "(take %s.o else iso Buf(4))" % v[0]),
                         (1, lambda: "%s.change(%s)" % (v[0], self.apart(v, new)))]
            if isos:
                rows.append((2, lambda: "(%s.pop() else iso Buf(5))" % self.pick(isos)[0]))
            rows.append((1, lambda: "%s.give()" % new()))
        if c == "val" and free:
            rows.append((1, lambda: "(await %s.shared(%s))" % (self.agent(), self.integer(2))))
        seen = self.shaped("Keep", READ if c == "val" else through)
        if seen:
            v = self.pick(seen)
            parts = ["v"] if c in ("val", "box") else ["t", "i", "r", "v", "p.0"] if c == "tag" else ["r"]
            if c in ("val", "box") and v[1][1] == "val":
                parts += ["i", "r", "p.0"]
            elif c == "box":
                parts += ["r", "r"]
            if self.chance(self.wild):
                parts = ["i", "r", "v", "t", "o", "p.0"]
            rows.append((3, lambda: "%s.%s" % (v[0], self.pick(parts))))
            if c == "ref":
                rows.append((1, lambda: "%s.out()" % v[0]))
            if c == "box":
                rows.append((1, lambda: "%s.look()" % v[0]))
        if bufs and c in ("ref", "box", "tag", "val"):
            xs = lambda: self.pick(bufs)[0]
            rows.append((1, lambda: "(%s.first() else %sBuf(6))" % (xs(), "val " if c == "val" else "")))
            rows.append((1, lambda: "%s[0]" % xs()))
        if boxes and c in ("ref", "box", "tag"):
            rows.append((1, lambda: "%s.x" % self.pick(boxes)[0]))
        if c == "tag":
            rows.append((1, lambda: "%s.mark()" % self.expr(("Buf", self.pick(CAPS)), 3)))
        return rows

    def recover(self, t):
        sealed, before = self.sealed, self.loops
        self.sealed = len(self.scopes)
        self.scopes.append([])
        self.loops = 0
        inner = (t[0], "ref")
        lines = []
        for _ in range(self.r.randrange(1, 3)):
            lines += self.statement(3)
        v = self.fresh()
        lines.append("let %s: %s = %s" % (v, t[0], self.simple(inner) if self.chance(0.6) else self.expr(inner, 2)))
        self.scopes[-1].append([v, inner, False, False])
        lines += self.statement(3)
        self.loops, self.sealed = before, sealed
        self.scopes.pop()
        return "%s {\n%s\n%s\n}" % (t[1], "\n".join(flat(lines)), v)

    def value(self, t, depth, wild):
        found = self.of(t)
        rows = [(3, lambda: self.simple(t))]
        if found:
            rows.append((6, lambda: self.use(self.pick(found))))
        e = lambda c, s="Buf": self.expr((s, c), depth + 1)
        own = {"Job": lambda: self.pick(("Job.Busy(%s)" % e("iso"), "Job.Two(%s, %s, %s)" % (e("iso"), e("val"), self.integer(2)))),
               "Tree": lambda: "Tree.Fork(%s, %s)" % (e("iso"), self.expr("Tree", depth + 1)),
               "Own": lambda: "Own.Mine(%s, 1)" % e("ref"), "Pack": lambda: "Pack(%s, %s)" % (e("iso"), self.integer(2)),
               "Duo": lambda: "Duo(%s, %s)" % (e("ref"), e("val")), "(Buf iso, Int)": lambda: "(%s, 1)" % e("iso"),
               "Buf iso?": lambda: self.pick((e("iso"), "none")), "Buf?": lambda: self.pick((e("ref"), "none")),
               "(Buf, Int)": lambda: "(%s, 2)" % e("ref"), "Buf val?": lambda: e("val")}
        rows.append((4, own[t]))
        keeps = self.shaped("Keep", WRITE)
        if keeps and t == "Buf iso?" and not self.sealed:
            v = self.pick(keeps)
            k = v[0]
            rows += [(2, lambda: "take %s.o" % k), (1, lambda: "swap(%s.o, %s)" % (k, self.apart(v, lambda: self.expr(t, depth + 1))))]
        if keeps and t == "(Buf iso, Int)" and not self.sealed:
            v = self.pick(keeps)
            rows.append((2, lambda: "swap(%s.p, %s)" % (v[0], self.apart(v, lambda: self.expr(t, depth + 1)))))
        if t == "Job" and not self.quiet and not self.sealed:
            rows.append((1, lambda: "(await %s.job(%s))" % (self.agent(), self.integer(2))))
        return self.weighted(rows)()

    # ---- statements: lists of lines and nested lists ----
    def any_type(self):
        if self.chance(0.62):
            return (self.pick(("Buf", "Buf", "Buf", "Keep", "Keep", "Node", "Array[Buf]", "Array[Buf iso]", "Box[Buf]")),
                    self.pick(("iso", "iso", "val", "ref", "ref", "box", "tag")))
        return self.pick(PLAIN)

    def block(self, n, top=False):
        self.scopes.append([])
        lines = []
        if top:
            for t in (("Buf", "iso"), ("Keep", "ref"), ("Keep", "iso"), ("Array[Buf iso]", "ref")):
                if self.chance(0.7):
                    lines += self.let(t)
        for _ in range(n):
            lines += self.statement(0)
            if self.fuel < 0:
                break
        self.scopes.pop()
        return lines

    def let(self, t=None):
        t = t or self.any_type()
        is_var = self.chance(0.3)
        value = self.expr(t)
        bare = self.chance(0.4) and (isinstance(t, tuple) and t[1] == "iso" or t in VALUES)
        written = "" if bare else ": %s" % text(t)
        return ["%s %s%s = %s" % ("var" if is_var else "let", self.declare(t, is_var), written, value)]

    def statement(self, depth):
        self.fuel -= 1
        free = not self.quiet and not self.sealed
        nest = depth < 2 and self.fuel > 0
        rows = [(5, self.let), (5, self.touch), (3, self.assign), (1, self.swap_local)]
        if free:
            rows += [(9, self.send), (1, self.leave), (1, self.attempt), (1, self.asked)]
        if nest:
            rows += [(2, lambda: self.if_(depth)), (2, lambda: self.loop(depth)), (3, lambda: self.match(depth)),
                     (2, lambda: self.unwrap(depth))]
        if free and nest:
            rows += [(1, self.defer), (2, self.closure)]
        return self.weighted(rows + self.shared_rows(depth, free, nest))()

    def touch(self):
        bufs, keeps = self.shaped("Buf", WRITE), self.shaped("Keep", WRITE)
        isos, lists = self.shaped("Array[Buf iso]", WRITE), self.shaped("Array[Buf]", ("ref",))
        nodes, boxes = self.shaped("Node", WRITE), self.shaped("Box[Buf]", WRITE)
        n = self.integer(3)
        rows = []

        def given(v, c=None):  # what may go into it
            return self.apart(v, lambda: self.expr(("Buf", c or ("iso" if v[1][1] == "iso" else "ref")), 2))

        if bufs:
            b = self.pick(bufs)[0]
            rows += [(3, lambda: "%s.add(%s)" % (b, n)), (1, lambda: "%s.n = %s" % (b, n))]
            if len(bufs) > 1:
                rows.append((1, lambda: "let _ = both(%s, %s)" % (self.use(self.pick(self.movable(bufs) or bufs)), self.use(self.pick(self.movable(bufs) or bufs)))))
        if keeps:
            v = self.pick(keeps)
            k = v[0]
            rows += [(2, lambda: "%s.poke(%s)" % (k, n)), (2, lambda: "%s.%s.add(%s)" % (k, self.pick(("i", "r", "p.0")), n)),
                     (2, lambda: "%s.r = %s" % (k, given(v))), (1, lambda: "%s.set(%s)" % (k, given(v))),
                     (1, lambda: "%s.l.push(%s)" % (k, given(v))),
                     (1, lambda: "%s.i = %s" % (k, given(v, "iso"))),
                     (1, lambda: "%s.m.push(%s)" % (k, given(v, "iso"))),
                     (1, lambda: "%s.o = %s" % (k, self.apart(v, lambda: self.expr("Buf iso?", 2)))),
                     (1, lambda: "%s.t = %s" % (k, given(v, "tag")))]
        if isos:
            z = self.pick(isos)
            rows += [(2, lambda: "%s.push(%s)" % (z[0], self.apart(z, lambda: self.expr(("Buf", "iso"), 2)))),
                     (1, lambda: "if %s.size() > 0 { %s[0].add(1) }" % ((self.pick(isos)[0],) * 2))]
        if lists:
            rows += [(2, lambda: "%s.push(%s)" % (self.pick(lists)[0], self.expr(("Buf", "ref"), 2))),
                     (1, lambda: "for x in %s { x.add(1) }" % self.pick(lists)[0])]
        if nodes:
            x = self.pick(nodes)
            rows.append((2, lambda: "%s.push(%s)" % (x[0], self.apart(x, lambda: self.expr(("Node", x[1][1]), 2)))))
        if boxes:
            y = self.pick(boxes)
            rows.append((1, lambda: "%s.put(%s)" % (y[0], given(y))))
        return [self.weighted(rows)()] if rows else self.let()

    def assign(self):
        found = [v for scope in self.scopes[self.sealed:] for v in scope if v[2]]
        if not found:
            return self.let()
        v = self.pick(found)
        value = self.apart(v, lambda: self.expr(v[1]))
        v[3] = False
        return ["%s = %s" % (v[0], value)]

    def swap_local(self):
        found = [v for scope in self.scopes[self.sealed:] for v in scope if v[2] and isinstance(v[1], tuple) and not v[3]]
        if not found:
            return self.touch()
        v = self.pick(found)
        value = self.apart(v, lambda: self.expr(v[1], 1))
        return ["let %s = swap(%s, %s)" % (self.declare(v[1]), v[0], value)]

    def send(self):
        t = self.pick(list(SENDS))
        name = self.pick(SENDS[t])
        return ["signal %s.%s(%s)" % (self.agent(), name, self.expr(t[:2] if isinstance(t, tuple) else t))]

    def asked(self):
        f, v = self.fresh("f"), self.fresh()
        lines = ["let %s = %s.give(%s)" % (f, self.agent(), self.expr(("Buf", "iso"), 1))]
        lines += self.touch()
        lines.append("let %s = await %s" % (v, f))
        self.scopes[-1].append([v, ("Buf", "iso"), False, False])
        return lines

    def leave(self):
        if self.loops and self.chance(0.5):
            return ["if %s { %s }" % (self.condition(), self.pick(("break", "continue")))]
        what = self.pick(("return", "raise Bad(1)", "let _ = try maybe(r)"))
        return [what] if what.startswith("let") else ["if %s { %s }" % (self.condition(), what)]

    def attempt(self):
        v = self.fresh()
        inner = self.nested(2, lambda: None)
        kind = self.pick(("else", "catch"))
        value = self.expr(("Buf", "iso"), 1)
        if kind == "else":
            lines = ["let %s = risky(%s, r) else {" % (v, value), inner, "iso Buf(1)", "}"]
        else:
            lines = ["let %s = risky(%s, r) catch {" % (v, value), ["Bad(k) => {", inner, "made(k)", "}", "_ => iso Buf(2)"], "}"]
        self.scopes[-1].append([v, ("Buf", "iso"), False, False])
        return lines

    def nested(self, n, begin, depth=1):
        self.scopes.append([])
        begin()
        lines = []
        for _ in range(n):
            lines += self.statement(depth)
        self.scopes.pop()
        return lines

    def if_(self, depth):
        lines = ["if %s {" % self.condition(), self.nested(self.r.randrange(1, 4), lambda: None, depth + 1)]
        if self.chance(0.5):
            lines += ["} else {", self.nested(self.r.randrange(1, 4), lambda: None, depth + 1)]
        return lines + ["}"]

    def loop(self, depth):
        isos, lists = self.shaped("Array[Buf iso]", WRITE), self.shaped("Array[Buf]", ("ref",))
        keeps = self.shaped("Keep", ("ref",))
        self.loops += 1
        turning, self.turning = self.turning, len(self.scopes)
        n = self.r.randrange(1, 4)
        kinds = ["range", "while", "loop"] + ["items", "drain"] * bool(isos) + ["list"] * bool(lists) + ["parts"] * bool(keeps)
        kind = self.pick(kinds)
        x = self.fresh("x")
        over = {"items": isos, "drain": isos, "list": lists, "parts": keeps}.get(kind)
        over = self.pick(over) if over else [None, None, None, False]
        item = {"items": ("Buf", "tag"), "drain": ("Buf", "iso"), "list": ("Buf", "ref"), "parts": ("Buf", "ref")}.get(kind, "Int")
        head = {"range": lambda: "for %s in 0..%d {" % (x, self.r.randrange(1, 4)),
                "items": lambda: "for %s in %s {" % (x, over[0]), "drain": lambda: "for %s in %s.drain() {" % (x, over[0]),
                "list": lambda: "for %s in %s {" % (x, over[0]), "parts": lambda: "for %s in %s.l {" % (x, over[0])}
        was, over[3] = over[3], True  # who adds to what a loop goes through goes on for long
        if kind in head:
            lines, rounds = [head[kind]()], self.fresh("c")
            if kind in ("items", "list", "parts"):  # what it goes through may grow by another name
                lines = ["var %s = 0" % rounds] + lines + ["%s += 1" % rounds, "if %s > 20 { break }" % rounds]
            lines += [self.nested(n, lambda: self.declare(item, False, x), depth + 1), "}"]
        else:
            lines = ["var %s = 0" % x, ("while %s < %d {" % (x, self.r.randrange(1, 4))) if kind == "while" else "loop {"]
            lines += [["%s += 1" % x] + (["if %s > 2 { break }" % x] if kind == "loop" else [])
                      + self.nested(n, lambda: None, depth + 1), "}"]
        self.loops -= 1
        self.turning = turning
        over[3] = was
        return lines

    def match(self, depth):
        t = self.pick(("Job", "Tree", "Own", "(Buf iso, Int)", "Buf iso?", "Pack", "Duo"))
        subject = self.expr(t, 1)
        keeps = self.shaped("Keep", WRITE)
        if t == "Buf iso?":
            subject = "opt_iso(%s)" % subject
        seen = t in ("(Buf iso, Int)", "Buf iso?") and keeps and self.chance(0.3)  # where it is: its parts are tags
        if seen:
            subject = "%s.%s" % (self.pick(keeps)[0], "p" if t[0] == "(" else "o")
        guard = " if %s" % self.condition() if self.chance(0.2) else ""
        arm = lambda *vs: self.nested(self.r.randrange(1, 3), lambda: [self.declare(t, False, x) for x, t in vs], depth + 1)
        b, c = self.fresh(), self.fresh()
        iso, val, ref = ("Buf", "tag" if seen else "iso"), ("Buf", "val"), ("Buf", "ref")
        rows = {"Job": [("Busy(%s)%s" % (b, guard), [(b, iso)]), ("Two(%s, %s, _)" % (b, c), [(b, iso), (c, val)]), ("_", [])],
                "Tree": [("Fork(%s, %s)%s" % (b, c, guard), [(b, iso), (c, "Tree")]), ("_", [])],
                "Own": [("Mine(%s, _)%s" % (b, guard), [(b, ref)]), ("_", [])],
                "(Buf iso, Int)": [("(%s, _)" % b, [(b, iso)])], "Pack": [("Pack(%s, _)" % b, [(b, iso)])],
                "Duo": [("Duo(%s, %s)" % (b, c), [(b, ref), (c, val)])],
                "Buf iso?": [("none", []), (b, [(b, iso)])]}[t]
        lines = ["match %s {" % subject]
        for pattern, names in rows:
            lines += ["%s => {" % pattern, arm(*names), "}"]
        return lines + ["}"]

    def unwrap(self, depth):
        b = self.fresh()
        t = self.pick(("Buf iso?", "Buf?", "Buf val?", "Job", "Tree"))
        keeps = self.shaped("Keep", WRITE)
        subject = self.expr(t, 1)
        wrap = {"Buf iso?": "opt_iso(%s)", "Buf?": "opt_ref(%s)", "Buf val?": "opt_val(%s)"}.get(t, "%s")
        subject = wrap % subject
        where = None
        if t == "Buf iso?" and keeps and self.chance(0.4):
            where = self.pick(("take %s.o", "%s.o", "swap(%s.o, none)"))
            subject = where % self.pick(keeps)[0]
        item = {"Buf iso?": ("Buf", "iso"), "Buf?": ("Buf", "ref"), "Buf val?": ("Buf", "val")}.get(t, ("Buf", "iso"))
        if where == "%s.o":
            item = ("Buf", "tag")
        pattern = {"Job": "Job.Busy(%s)" % b, "Tree": "Tree.Fork(%s, _)" % b}.get(t, b)
        kind = self.pick(("if let", "if let", "if is", "while"))
        if kind == "while":
            subject = "take %s.o" % self.pick(keeps)[0] if keeps else "maybe_none(r)"
            pattern, item = b, ("Buf", "iso")
        head = {"if let": "if let %s = %s {" % (pattern, subject), "if is": "if %s is %s {" % (subject, pattern),
                "while": "while let %s = %s {" % (pattern, subject)}[kind]
        turning = self.turning
        self.turning = len(self.scopes) if kind == "while" else turning
        loops, self.loops = self.loops, 0 if kind == "while" else self.loops
        inner = self.nested(self.r.randrange(1, 3), lambda: self.declare(item, False, b), depth + 1)
        self.loops, self.turning = loops, turning
        lines = [head, inner + (["break"] if kind == "while" else [])]  # else it may never end
        if kind != "while" and self.chance(0.4):
            lines += ["} else {", self.nested(1, lambda: None, depth + 1)]
        return lines + ["}"]

    def defer(self):
        self.quiet += 1
        lines = self.touch()
        self.quiet -= 1
        if len(lines) != 1 or not isinstance(lines[0], str) or lines[0].startswith(("let", "var")):
            return lines
        for scope in self.scopes:  # what it uses stays
            for v in scope:
                v[3] = v[3] or v[0] + "." in lines[0]
        return ["defer { %s }" % lines[0]]

    def closure(self):
        f = self.fresh("f")
        val = self.chance(0.4)
        self.quiet += 1
        bufs = self.movable(self.shaped("Buf", ("val",) if val else WRITE))
        keeps = self.movable(self.shaped("Keep", ("val",) if val else READ))
        self.quiet -= 1
        if bufs and self.chance(0.7):
            v = self.pick(bufs)
            what = self.pick(("%s.size() +%% k", "peek(%s) +%% k") + (() if val else ("poke(%s, k)", "{ %s.add(k); k }"))) % v[0]
            v[3] = v[3] or v[1][1] == "iso"
        elif keeps:
            v = self.pick(keeps)
            what = "%s.%s +%% k" % (v[0], self.pick(("sum()", "r.size()", "i.size()", "v.size()")))
            v[3] = v[3] or v[1][1] == "iso"
        else:
            what = "k +% 1"
        lines = ["let %s = %s|k: Int| %s" % (f, "val " if val else "", what), "let _ = %s(%s)" % (f, self.integer(2))]
        if val or self.chance(self.wild):
            lines.append("signal %s.run_(%s)" % (self.agent(), f))
        return lines

    # ---- the text ----
    def lines(self):
        return ["fn piece_%s(a: Sink, b: Sink, t: Net, r: Int) ! {" % self.seed, self.body, "}"]

    def text(self):
        return "\n".join(indented(self.lines())) + "\n"


def flat(lines):
    for x in lines:
        if isinstance(x, list):
            yield from flat(x)
        else:
            yield x


def indented(lines, depth=0):
    for x in lines:
        if isinstance(x, list):
            yield from indented(x, depth + 1)
        else:
            for line in x.split("\n"):
                yield "  " * depth + line


def program(pieces, rounds=4):
    """One program that runs all pieces, in three agents at once, `rounds` times each. (text, the line each piece begins at)"""
    text = HEAD + generate_shared.HEAD + "fn maybe_none(k: Int) -> Buf iso? { if k % 2 == 0 { none } else { iso Buf(k) } }\n"
    begins = []
    for p in pieces:
        begins.append(text.count("\n") + 1)
        text += p if isinstance(p, str) else p.text()
    begins.append(text.count("\n") + 1)
    names = [p.split("(")[0].split()[1] if isinstance(p, str) else "piece_%s" % p.seed for p in pieces]
    calls = "; ".join("%s(a, b, t, r) else { }" % n for n in names)
    return text + MAIN % (calls or "let _ = r", rounds), begins


if __name__ == "__main__":
    import sys
    print(program([Piece(s) for s in sys.argv[1:]])[0], end="")
