#!/bin/sh
# explain.sh BUILD SOURCE: every example of an explanation does what it says. The words after ```agent:
#   wrong           gives the code that the page explains, and no other    wrong E0401   gives this one
#   (none)          gives no error                                         fragment      stands in `main`
#   file a.agent    is a file that the others use                          by hand       is not tried
# Each page of a code has a failing and a mended example, but for those that a small file cannot show.
exec python3 -B - "$1/bin/agentc" "$2/compiler/diag/explain" <<'PYTHON'
import os, re, subprocess, sys, tempfile

agentc, folder = sys.argv[1:]
NO_SMALL_FILE = {"E0221", "E0110", "E0111", "E0117", "E0701"}
failed = 0


def complain(*text):
    global failed
    failed += 1
    print(*text)


def example(temp, page, words, body):
    """Runs one example; True: it was a failing one, False: a mended one, None: neither."""
    if words[:1] == ["file"]:
        with open(os.path.join(temp, words[1]), "w", encoding="utf-8") as f:
            f.write(body)
        return None
    if words == ["by", "hand"]:
        return None
    program = os.path.join(temp, page[:-3] + ".agent")
    with open(program, "w", encoding="utf-8") as f:
        f.write("main(args) {\n%s}\n" % body if "fragment" in words else body)
    run = subprocess.run([agentc, "--check", program], capture_output=True, text=True)
    wrong = "wrong" in words
    codes = set(re.findall(r" (?:%s)\[(E\d{4})\]" % ("error|warning" if wrong else "error"), run.stderr))
    wanted = [w for w in words if re.match(r"E\d{4}$", w)] or [page[:-3]]
    if codes != (set(wanted) if wrong else set()) or run.returncode > 1:
        complain("%s: %s example gives %s, exit %d\n%s" % (page, " ".join(words) or "right", codes, run.returncode, run.stderr))
    return wrong


for page in sorted(os.listdir(folder)):
    with tempfile.TemporaryDirectory() as temp:
        with open(os.path.join(folder, page), encoding="utf-8") as f:
            text = f.read()
        examples = re.findall(r"^```agent([^\n]*)\n(.*?)^```", text, re.S | re.M)
        kinds = {example(temp, page, words.split(), body) for words, body in examples}
        if not {True, False} <= kinds and page[:-3] not in NO_SMALL_FILE:
            complain("%s has not both a failing and a mended example" % page)
sys.exit(1 if failed else 0)
PYTHON
