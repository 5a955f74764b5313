#!/usr/bin/env python3
"""editors.py AGENTC [--all]: the highlighting of editors agrees with the compiler's lexer.

The TextMate grammar in grammar/editors/vscode is run, as an editor does it, over the .agent files of the tree; the
scope of each token must be of the category that `agentc --emit=tokens` gives it. The words of the Vim syntax are compared with
syntax/keywords.def. What is a word in one place only (`one_for_one`, `drop_oldest`, `arity`, …) is read from the compiler's tables,
and must be shown as one there (PLACED, in both editors where there is a vim to ask) and as a name elsewhere.
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
EDITORS = os.path.join(ROOT, "grammar", "editors")
WORDS = os.path.join(ROOT, "compiler", "syntax", "keywords.def")


# Where words are words that are names elsewhere. `%s` stands for each of what the compiler's table lists.
PLACED = (
    ("compiler/sema/check_wiring.c", "words", "  supervise parts %s max 5 in 10s", ("supervise", "max")),
    ("compiler/sema/check_annotation.c", "policies", "@mailbox(capacity: 9, high: 8, low: 2, full: %s)", ("capacity", "high", "low", "full")),
    ("compiler/sema/check_annotation.c", "levels", "@priority(%s) agent A()", ("agent",)),
    ("compiler/sema/check_annotation.c", "options", "@mailbox(%s: 5) node part = Log()", ("node",)),
    (None, ("arity",), "  tree parts %s 3", ("tree",)),
    (None, ("blocking",), "  %s fn f()", ("fn",)),
    (None, ("callback",), "let c = %s self.key", ("self",)),
    (None, ("link",), 'extern "C" %s "m" {', ("extern",)),
    (None, ("drop",), "extern class Db %s sqlite3_close", ("extern", "class")),
    (None, ("majority", "supermajority", "all"), "await quorum %s of parts.ask()", ("await", "quorum", "of")),
    (None, ("node",), "  %s log = Log()", ()),
    (None, ("group",), "  %s logs[i in 0..3] = Log()", ("in",)),
    (None, ("mesh", "ring", "tree"), "  %s parts", ()),
    (None, ("star",), "  %s log -> parts", ()),
)
NAMES = "%s = %s + m.%s"  # nowhere a word


class Rule:
    def __init__(self, grammar, raw):
        self.grammar, self.raw = grammar, raw
        self.name = raw.get("name")
        self.match = re.compile(raw["match"]) if "match" in raw else None
        self.begin = re.compile(raw["begin"]) if "begin" in raw else None
        self.end = re.compile(raw["end"]) if "end" in raw else None
        self.flat = None

    def captures(self, key):
        return {int(n): c["name"] for n, c in (self.raw.get(key) or self.raw.get("captures") or {}).items()}

    def inner(self):
        if self.flat is None:
            self.flat = self.grammar.flatten(self.raw.get("patterns", []))
        return self.flat


class Grammar:
    """What an editor does with a TextMate grammar, without injections and `while`."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as f:
            self.raw = json.load(f)
        self.rules = {}
        self.top = self.flatten(self.raw["patterns"])

    def rule(self, raw):
        return self.rules.setdefault(id(raw), Rule(self, raw))

    def flatten(self, patterns):
        out = []
        for raw in patterns:
            if "include" in raw:
                target = self.raw["repository"][raw["include"][1:]]
                out += [self.rule(target)] if "match" in target or "begin" in target else self.flatten(target["patterns"])
            else:
                out.append(self.rule(raw))
        return out

    def scopes(self, text):
        """For each line, the innermost scope of each character, or None."""
        stack, result = [], []
        for number, line in enumerate(text.split("\n")):
            marks = [None] * len(line)
            self.line(line, number, marks, stack)
            result.append(marks)
        return result

    def line(self, line, number, marks, stack):
        at, cache, still = 0, {}, 0

        def find(regex):
            found = cache.get(regex, 0)
            if found == 0 or (found and found.start() < at):
                found = cache[regex] = regex.search(line, at)
            return found

        def paint(begin, end, names, match):
            for i in range(begin, end):
                marks[i] = names.get(0, marks[i])
            for group, name in sorted(names.items()):
                if group and match.start(group) >= 0:
                    for i in range(match.start(group), match.end(group)):
                        marks[i] = name

        while at <= len(line):
            rule = stack[-1] if stack else None
            best, chosen = None, None
            if rule:
                best = find(rule.end)
            for candidate in rule.inner() if rule else self.top:
                if candidate.raw.get("match", "").startswith("\\A") and number:
                    continue
                found = find(candidate.match or candidate.begin)
                if found and (best is None or found.start() < best.start()):
                    best, chosen = found, candidate
            filler = rule.name if rule else None
            stop = best.start() if best else len(line)
            for i in range(at, stop):
                marks[i] = filler
            if best is None:
                return
            for i in range(best.start(), best.end()):
                marks[i] = filler
            if chosen is None:
                paint(best.start(), best.end(), rule.captures("endCaptures"), best)
                stack.pop()
            elif chosen.match:
                names = chosen.captures("captures")
                if chosen.name:
                    names.setdefault(0, chosen.name)
                paint(best.start(), best.end(), names, best)
            else:
                names = chosen.captures("beginCaptures")
                if chosen.name:
                    names.setdefault(0, chosen.name)
                paint(best.start(), best.end(), names, best)
                stack.append(chosen)
            still = still + 1 if best.end() == at else 0
            at = best.end()
            if still > 20:
                at, still = at + 1, 0
            if at == len(line) and best.end() == best.start() and chosen is None and not stack:
                return


def category(scope):
    """Of a scope, in the lexer's terms."""
    for prefix, name in (("comment", "comment"), ("constant.numeric", "number"), ("constant.character.agent", "character"),
                         ("string", "text"), ("constant.character.escape", "text"), ("constant.other.format", "format"),
                         ("entity.name.type", "type"), ("support.type", "type"), ("entity.name.function", "name"),
                         ("variable.language.self", "word"), ("variable.language.anything", "anything"), ("variable", "name"),
                         ("constant.language", "word"), ("keyword.operator.word", "word"), ("storage.modifier", "word"),
                         ("keyword.operator", "sign"), ("keyword", "word"), ("punctuation", "sign")):
        if scope and scope.startswith(prefix):
            return name
    return None


KINDS = {"name": "name", "Name": "type", "int": "number", "integer": "number", "float": "number", "duration": "number", "sign": "sign",
         "char": "character", "format": "format", "_": "anything"}


def keywords():
    with open(WORDS, encoding="utf-8") as f:
        text = f.read()
    return set(re.findall(r'^RESERVED\("(\w+)"', text, re.M)), set(re.findall(r'^CONTEXTUAL\("(\w+)"', text, re.M))


def tokens(agentc, path, reserved, contextual):
    """(line, column, written, allowed categories) of each token that is one piece of text on one line."""
    here = {word for _, _, word in placed()}
    run = subprocess.run([agentc, "--emit=tokens", path], capture_output=True, timeout=60)
    if run.returncode:
        return None
    for row in run.stdout.decode("utf-8", "replace").splitlines():
        m = re.match(r'(\d+):(\d+) (\S+) "((?:[^"\\]|\\.)*)"', row)
        if not m or "\\n" in m.group(4) or "…" in m.group(4):
            continue
        kind = m.group(3)
        written = json.loads('"%s"' % m.group(4)) if "\\u" not in m.group(4) else None
        if written is None:
            continue
        if kind in reserved:
            allowed = {"word"}
        elif kind in contextual:
            allowed = {"word", "name"}
        elif kind in KINDS:
            allowed = {KINDS[kind]} | ({"word"} if written in here else set())
        elif kind.startswith("text"):
            allowed = {"text"}
            written = written[:1] if kind != "text" else written
            if written == "}":
                allowed = {"sign"}
        else:
            raise SystemExit("editors.py: a kind of token it does not know: " + row)
        yield int(m.group(1)), int(m.group(2)), written, allowed


def check(agentc, grammar, path, words, problems, counted):
    with open(path, encoding="utf-8", errors="replace", newline="") as f:
        text = f.read()
    listed = tokens(agentc, path, *words)
    marks, lines = grammar.scopes(text), text.split("\n")
    for line, column, written, allowed in listed or ():
        here = lines[line - 1][column - 1:column - 1 + len(written)]
        if here != written:
            continue
        counted[0] += 1
        for at in {column - 1, column + len(written) - 2}:
            scope = marks[line - 1][at]
            if category(scope) not in allowed:
                problems.append("%s:%d:%d: `%s` is %s for the lexer and %s in the grammar"
                                % (os.path.relpath(path, ROOT), line, column, written, "/".join(sorted(allowed)), scope))
                break


def sources():
    seen = 0
    for top in ("tests", "examples", "stdlib", "bench", "grammar"):
        for where, folders, names in os.walk(os.path.join(ROOT, top)):
            folders.sort()  # the same sample on each machine
            # What cannot be read is shown somehow; and old files of nothing but mistakes say little.
            if os.sep + os.path.join("parse", "errors") in where:
                continue
            for name in sorted(names):
                if name.endswith(".agent") and not name.startswith(("E01", "broken", ".", "bytes")):
                    seen += 1
                    # Of the many small programs for the checker every fourth will do.
                    if "tests/c" not in where or seen % 4 == 0 or "--all" in sys.argv:
                        yield os.path.join(where, name)


def check_vim(reserved, problems):
    with open(os.path.join(EDITORS, "vim", "syntax", "agent.vim"), encoding="utf-8") as f:
        known = {w for row in re.findall(r"^syn keyword agent(?!Builtin|Todo)\w+ (.*)$", f.read(), re.M)
                 for w in row.split(" nextgroup")[0].split()}
    for word in sorted(known ^ reserved):
        problems.append("vim/syntax/agent.vim: `%s` is a word for only one of Vim and the lexer" % word)


def placed():
    """(line, words in it that must be shown as words, word that must be a name where nothing makes it one)"""
    for path, words, line, others in PLACED:
        if path:
            with open(os.path.join(ROOT, path), encoding="utf-8") as f:
                words = re.findall(r'"(\w+)"', re.search(r"\b%s\[\] = {(.*?)}" % words, f.read(), re.S).group(1))
        for word in words:
            yield line % word, (word,) + others, word


def check_placed(grammar, reserved, problems):
    for line, words, word in placed():
        marks = grammar.scopes(line)[0]
        for w in words:
            at = re.search(r"\b%s\b" % w, line).start()
            if category(marks[at]) != "word":
                problems.append("`%s` in `%s` is %s in the grammar, and no word" % (w, line, marks[at]))
        if word in reserved:
            continue
        line = NAMES % (word, word, word)
        marks = grammar.scopes(line)[0]
        for m in re.finditer(r"\b%s\b" % word, line):
            if category(marks[m.start()]) != "name":
                problems.append("`%s` in `%s` is %s in the grammar, and no name" % (word, line, marks[m.start()]))


def check_placed_in_vim(reserved, problems):
    """Asks a vim, if there is one, for the group of each of these words."""
    vim = shutil.which("vim")
    if not vim:
        return
    rows = []
    for line, words, word in placed():
        rows += [(line, re.search(r"\b%s\b" % w, line).start(), True) for w in words]
        if word not in reserved:
            rows += [(NAMES % (word, word, word), 0, False)]
    with tempfile.TemporaryDirectory() as where:
        with open(os.path.join(where, "a.agent"), "w", encoding="utf-8") as f:
            f.write("".join(line + "\n" for line, _, _ in rows))
        with open(os.path.join(where, "ask.vim"), "w", encoding="utf-8") as f:
            f.write("set nocompatible\nsyntax on\nsource %s/vim/syntax/agent.vim\nlet said = []\n" % EDITORS)
            for number, (_, at, _) in enumerate(rows):
                f.write('call add(said, synIDattr(synID(%d, %d, 1), "name"))\n' % (number + 1, at + 1))
            f.write("call writefile(said, '%s/said')\nqall!\n" % where)
        subprocess.run([vim, "-u", "NONE", "-i", "NONE", "-es", "-S", where + "/ask.vim", where + "/a.agent"], timeout=60,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        if not os.path.exists(where + "/said"):
            print("this vim shows no syntax: not asked")
            return
        with open(where + "/said", encoding="utf-8") as f:
            said = f.read().splitlines()
    for (line, at, is_word), group in zip(rows, said):
        if is_word != bool(group and not group.startswith(("agentCall", "agentMember"))):
            problems.append("vim: in `%s` what stands at %d is %s" % (line, at + 1, group or "nothing"))


def main():
    problems, counted = [], [0]
    grammar = Grammar(os.path.join(EDITORS, "vscode", "syntaxes", "agent.tmLanguage.json"))
    words = keywords()
    check_vim(words[0], problems)
    check_placed(grammar, words[0], problems)
    check_placed_in_vim(words[0], problems)
    for name in ("package.json", "language-configuration.json"):
        with open(os.path.join(EDITORS, "vscode", name), encoding="utf-8") as f:
            json.load(f)
    for path in sources():
        check(sys.argv[1], grammar, path, words, problems, counted)
    print("\n".join(problems[:60]))
    if counted[0] < 10000:
        problems.append("only %d tokens were compared" % counted[0])
    print("%d tokens compared, %d problems" % (counted[0], len(problems)))
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
