#!/usr/bin/env python3
"""stdlib.py: the standard library's documentation is complete, listed, and true.

    stdlib.py --build DIR [--write] [NAME...]     NAME: only these modules

What it reads: the declarations of stdlib/*/*.agent with their doc comments (`///`). In a doc comment
  /// > CODE            is a line of an example
  /// > CODE   // TEXT  is one, too, an expression; printing it gives TEXT
  /// // TEXT           under such a line: the next line of what it prints
What it checks: every public declaration has a doc comment, every public function an example (of the number types, Int and F64
speak for the others); every example compiles, runs and prints what it says; stdlib/README.md lists them all (--write makes it).
"""
import argparse
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
STDLIB = os.path.join(ROOT, "stdlib")
DECLARATION = re.compile(r"^(  )?((?:@\w+(?:\([^)]*\))? )*)(?:export )?"
                         r"(fn|class|struct|enum|error|const|interface|agent|type)((?: (?:iso|val|ref|box|tag)\b)?) ?(\w+)(.*)$")
ALIKE = {t: "Int" for t in ("I8", "I16", "I32", "U8", "U16", "U32", "U64")} | {"F32": "F64"}
WITHOUT_EXAMPLE = {"Timer.cancel", "Callback.address", "Callback.user", "Callback.close"}  # need an agent, which no example has
VARIANT = re.compile(r"^  ([A-Z]\w*(?:\(.*\))?)$")
EXPECTED = re.compile(r"^(.*?\S)\s+// (.*)$")


class Declaration:
    """A public declaration: its kind, name, owner (of a member), signature, doc comment, and where it stands."""

    def __init__(self, path, line, kind, owner, name, signature, doc):
        self.path, self.line, self.kind, self.owner, self.name = path, line, kind, owner, name
        self.signature, self.doc = signature, doc
        self.of_interface = False
        self.variants = []
        self.example = [(n, text) for n, text in doc if text.startswith(("> ", "// "))]
        self.text = " ".join(text for _, text in doc if not text.startswith(("> ", "// "))).strip()

    def title(self):
        return "%s.%s" % (self.owner, self.name) if self.owner else self.name


def signature_of(kind, head):
    """The head of a declaration without its body and annotations."""
    depth = 0
    for i, c in enumerate(head):
        depth += (c in "([") - (c in ")]")
        if c == "{" and depth == 0:
            return head[:i].strip()
    return head.strip()


def declarations(path):
    """All declarations of a file that others can see, in order."""
    found, doc, owner, interface, enum = [], [], None, False, None
    with open(path, encoding="utf-8") as f:
        lines = f.read().split("\n")
    raw = False
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if raw or line.count('"""') % 2 and not text.startswith("///"):
            raw ^= line.count('"""') % 2 == 1
            continue
        if text.startswith("///"):
            doc.append((number, text[3:].strip()))
            continue
        m = DECLARATION.match(line)
        if m:
            member, _, kind, _, name, _ = m.groups()
            if not member:
                enum = None
                owner, interface = None, kind == "interface"
                private = name.startswith("_")
                if kind not in ("fn", "const"):
                    owner = None if private else name
                if private and kind not in ("fn", "const"):
                    owner = "_"
            if not name.startswith("_") and owner != "_" and (kind == "fn" or not member):
                head = signature_of(kind, text[len(m.group(2)):])
                found.append(Declaration(path, number, kind, owner if member else None, name, head, doc))
                found[-1].of_interface = bool(member) and interface
                if kind == "enum":
                    enum = found[-1]
        variant = VARIANT.match(line)
        if variant and enum:
            enum.variants.append(variant.group(1))
        if m or not text.startswith("@"):
            doc = []
    return found


def modules(names):
    found = []
    for name in sorted(os.listdir(STDLIB), key=lambda n: (n != "prelude", n)):
        path = os.path.join(STDLIB, name)
        if not os.path.isdir(path) or (names and name not in names):
            continue
        decls = []
        for file in sorted(os.listdir(path)):
            if file.endswith(".agent"):
                decls += declarations(os.path.join(path, file))
        found.append((name, decls))
    return found


def where(d):
    return "%s:%d: `%s`" % (os.path.relpath(d.path, ROOT), d.line, d.title())


def undocumented(decls):
    shown = {d.title() for d in decls if d.example}
    for d in decls:
        if d.of_interface:
            continue  # the interface's own doc comment says what it is
        if not d.text:
            yield "%s has no doc comment" % where(d)
        elif d.kind == "fn" and not d.example and "%s.%s" % (ALIKE.get(d.owner), d.name) not in shown \
                and d.title() not in WITHOUT_EXAMPLE:
            yield "%s has no example" % where(d)


# ---- examples ------------------------------------------------------------------------------------------------------

def program(name, decls):
    """A program of all examples, each in a block of its own; what it should print, by declaration; the line each came from."""
    lines, expected, origin = [], [], []

    def add(text, d=None, number=0):
        lines.append(text)
        origin.append((d, number))

    code = "\n".join(text for d in decls for _, text in d.example)
    for module in sorted(os.listdir(STDLIB)):
        if module == name != "prelude" or re.search(r"\b%s\.[a-zA-Z]" % module, code):
            add("use std.%s" % module)
    add("main(args) {")
    for d in decls:
        if not d.example:
            continue
        wanted = []
        add("  if true {")
        add('    print("@@ %s:%d")' % (os.path.basename(d.path), d.line))
        for at, (number, text) in enumerate(d.example):
            if text.startswith("// "):
                wanted.append(text[3:])
                continue
            code = text[2:]
            follows = at + 1 < len(d.example) and d.example[at + 1][1].startswith("// ")
            m = EXPECTED.match(code)
            if m:
                code = m.group(1)
                wanted.append(m.group(2))
            loop = code.startswith(("for ", "while "))
            add("    print(%s)" % code if (m or follows) and not loop else "    " + code, d, number)
        add("  }")
        expected.append((d, wanted))
    add("}")
    return "\n".join(lines) + "\n", expected, origin


def failures(build, name, decls):
    source, expected, origin = program(name, decls)
    if not expected:
        return
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "examples.agent")
        with open(path, "w", encoding="utf-8") as f:
            f.write(source)
        run = subprocess.run([os.path.join(build, "bin", "agentc"), "--run", path], cwd=folder, stdin=subprocess.DEVNULL,
                             capture_output=True, text=True, timeout=120, check=False)
    if run.returncode != 0:
        text = re.sub(re.escape(path) + r":(\d+)", lambda m: "%s:%d" % (
            os.path.relpath(origin[int(m.group(1)) - 1][0].path, ROOT), origin[int(m.group(1)) - 1][1])
            if origin[int(m.group(1)) - 1][0] else m.group(0), run.stderr)
        yield "std.%s: the examples end with status %d\n%s" % (name, run.returncode, text[:4000])
    blocks = run.stdout.split("@@ ")[1:]
    for (d, wanted), block in zip(expected, blocks):
        got = block.split("\n")[1:-1]
        if got != wanted:
            yield "%s: the example prints\n    %s\n  instead of\n    %s" % (where(d), "\n    ".join(got), "\n    ".join(wanted))


# ---- the list ------------------------------------------------------------------------------------------------------

def first_sentence(text):
    m = re.match(r"(.*?[.?:])(?:\s|$)", text)
    sentence = (m.group(1) if m else text).rstrip(".:")
    return sentence.replace("|", "\\|")


def listing(found):
    out = ["# The standard library", "",
           "Made by `tests/stdlib.py --write` from the doc comments, which say more and have examples.", ""]
    for name, decls in found:
        path = os.path.relpath(decls[0].path, STDLIB)
        out += ["## [%s](%s)" % ("Without a `use`" if name == "prelude" else "std.%s" % name, path), ""]
        similar, in_type = {}, False
        for d in decls:
            if d.owner in ALIKE and any(o.owner == ALIKE[d.owner] and o.name == d.name for o in decls):
                similar.setdefault(ALIKE[d.owner], []).append(d.owner)
                continue
            if d.kind != "fn" and not d.owner:
                also = [t for t, like in ALIKE.items() if like == d.name and name == "prelude"]
                out += ["", "**`%s`**%s %s" % (d.signature, ", and %s:" % " ".join(also) if also else "", d.text), ""]
                out += ["- `%s`" % v for v in d.variants]
                in_type = True
                continue
            if not d.owner and in_type:
                out += ["", "Functions that belong to no type:", ""]
            in_type = bool(d.owner)
            out.append("- `%s`: %s" % (d.signature, first_sentence(d.text)))
        out.append("")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(out)).rstrip() + "\n"


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--build", required=True)
    p.add_argument("--write", action="store_true")
    p.add_argument("names", nargs="*")
    a = p.parse_args()
    found = modules(a.names)
    problems = []
    for name, decls in found:
        problems += undocumented(decls)
        problems += failures(os.path.abspath(a.build), name, decls)
    if not a.names:
        path = os.path.join(STDLIB, "README.md")
        text = listing(found)
        if a.write:
            with open(path, "w", encoding="utf-8") as f:
                f.write(text)
        elif not os.path.exists(path) or open(path, encoding="utf-8").read() != text:
            problems.append("stdlib/README.md is not what the doc comments say: run tests/stdlib.py --build … --write")
    print("\n".join(problems))
    count = sum(len([d for d in decls if d.example]) for _, decls in found)
    print("%d declarations, %d with examples, %d problems" % (sum(len(d) for _, d in found), count, len(problems)))
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
