#!/bin/sh
# fmt.sh BUILD SOURCE: `agentc fmt`: what it makes of a file; that every program of the tree stays the same program, and stays as it is
# the second time; what it leaves alone, and says.
exec python3 -B - "$1" "$2" <<'PY'
import os, re, subprocess, sys, tempfile

build, root = sys.argv[1:]
agentc = os.path.join(build, "bin", "agentc")
problems = []

BEFORE = '''

use std.time
agent   A( n:Int ,m :String="x" ){
var count=0
    on go( x : Int )->Int{
    if x==3{return -x}
      else {count+=1}


      let y=[1,2 , 3].map( |a| a*2 ).filter(|b| b>1)
        .sorted()
      let z = ask()
              within 100ms
            catch { Timeout => { return 0 } }
      // a comment
   match x{ 1=>"a"
      2 | 3 => { "b" }   // trailing
      _=>"c"             // other
      }
      foo(1,
          2)
      let s = """raw
  keep   this """
      bar(|x| {
      x+1
      })
      let t = a -b - -1 + f (x)   // in
                                  // one column
      - x

   }
   }
@mailbox(capacity:10)
agent B(){ }
class C(
  a: Int,
    b: Int) {
  fn  show()->self->T?{ "a" }
}
const c: Map[String,Int]=["a":1,"b":2]
topology T() {
   group g[ i in 0 .. 3]=A(i)
  ring  g
}
main( ){ let r=0 .. 3; print("{ a +b } x") ; /* c */ take a . b}
'''
AFTER = '''use std.time
agent A(n: Int, m: String = "x") {
  var count = 0
  on go(x: Int) -> Int {
    if x == 3 { return -x }
      else { count += 1 }

    let y = [1, 2, 3].map(|a| a * 2).filter(|b| b > 1)
      .sorted()
    let z = ask()
            within 100ms
          catch { Timeout => { return 0 } }
    // a comment
    match x { 1 => "a"
      2 | 3 => { "b" }   // trailing
      _ => "c"           // other
    }
    foo(1,
        2)
    let s = """raw
  keep   this """
    bar(|x| {
      x + 1
    })
    let t = a - b - -1 + f(x)   // in
                                // one column
    -x
  }
}
@mailbox(capacity: 10)
agent B() { }
class C(
  a: Int,
    b: Int) {
  fn show() -> self->T? { "a" }
}
const c: Map[String, Int] = ["a": 1, "b": 2]
topology T() {
  group g[i in 0..3] = A(i)
  ring  g
}
main() { let r = 0..3; print("{ a +b } x"); /* c */ take a.b }
'''


def run(status, says, *args, stdin=""):
    p = subprocess.run([agentc, "fmt", *args], input=stdin, capture_output=True, text=True, timeout=120, cwd=where)
    if p.returncode != status or says not in p.stdout + p.stderr:
        problems.append("fmt %s: status %d, not %d with %r\n%s%s" % (" ".join(args), p.returncode, status, says, p.stdout, p.stderr))
    return p.stdout


def read(name):
    with open(os.path.join(where, name), "rb") as f:
        return f.read()


def write(name, text):
    os.makedirs(os.path.dirname(os.path.join(where, name)), exist_ok=True)
    with open(os.path.join(where, name), "wb") as f:
        f.write(text)


with tempfile.TemporaryDirectory() as where:
    made = run(0, "use std", "-", stdin=BEFORE)
    if made != AFTER:
        problems.append("laid out it is\n" + made)
    if run(0, "use std", "-", stdin=made) != made:
        problems.append("the second time it is something else")
    write("a.agent", BEFORE.encode())
    run(1, "a.agent", "--check", "a.agent")
    if read("a.agent") != BEFORE.encode():
        problems.append("--check has changed the file")
    write("d/bad.agent", b"main() { let = 3 }\n")
    write("d/good.agent", b"main( ) { }\n")
    run(1, "E0101")
    if read("d/good.agent") != b"main() { }\n" or read("a.agent") != AFTER.encode() or read("d/bad.agent") != b"main() { let = 3 }\n":
        problems.append("not all files of the folder, and only those without errors, are laid out")
    run(0, "", "--check", "d/good.agent")
    run(2, "cannot read", "none.agent")
    run(2, "exclude", "a.agent", "-o", "b")
    run(2, "takes --check", "--list", "a.agent")
    write("dos.agent", b"main() {\r\n\tprint(1)\r\n}")
    run(0, "", "dos.agent")
    if read("dos.agent") != b"main() {\n  print(1)\n}\n":
        problems.append("line ends: %r" % read("dos.agent"))
    os.remove(os.path.join(where, "d/bad.agent"))

    # All programs of the tree, once as they are and once with other blanks at the beginning of lines.
    count = 0
    for top in ("stdlib", "examples", "tests", "bench"):
        for folder, _, names in os.walk(os.path.join(root, top)):
            for name in names:
                if name.endswith(".agent") and not os.path.islink(os.path.join(folder, name)):
                    with open(os.path.join(folder, name), "rb") as f:
                        text = f.read()
                    write("tree/%d.agent" % count, text)
                    write("bare/%d.agent" % count, re.sub(rb"(?m)^ +", b"", text))
                    count += 1
    for folder in ("tree", "bare"):
        p = subprocess.run([agentc, "fmt", folder], capture_output=True, timeout=300, cwd=where)
        if b"internal error" in p.stderr or p.returncode not in (0, 1):
            problems.append("%s: status %d: %s" % (folder, p.returncode, [l for l in p.stderr.splitlines() if b"internal" in l][:5]))
        p = subprocess.run([agentc, "fmt", "--check", folder], capture_output=True, timeout=300, cwd=where)
        if p.stdout:
            problems.append("%s: the second time these would change: %s" % (folder, p.stdout[:500]))
    p = subprocess.run([agentc, "fmt", "--check", os.path.join(root, "stdlib"), os.path.join(root, "examples")], capture_output=True, timeout=300)
    if p.returncode or p.stdout:
        problems.append("the library and the examples are not laid out so: %s" % p.stdout.decode())
    if count < 1000:
        problems.append("only %d files" % count)
print("\n".join(problems) or "%d files" % count)
sys.exit(1 if problems else 0)
PY
