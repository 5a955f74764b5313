#!/bin/sh
# explain.sh BUILD SOURCE: every example of an explanation does what it says: those marked `agent wrong` give the code that
# is explained and no other, those marked `agent` give no error.
exec python3 -B - "$1/bin/agentc" "$2/compiler/diag/explain" <<'PYTHON'
import os, re, subprocess, sys, tempfile

agentc, folder = sys.argv[1:]
failed = 0
with tempfile.TemporaryDirectory() as temp:
    for page in sorted(os.listdir(folder)):
        code = page[:-3]
        text = open(os.path.join(folder, page), encoding="utf-8").read()
        program = os.path.join(temp, code + ".agent")
        for wrong, body in re.findall(r"^```agent( wrong)?\n(.*?)^```", text, re.S | re.M):
            with open(program, "w", encoding="utf-8") as f:
                f.write(body)
            run = subprocess.run([agentc, "--check", program], capture_output=True, text=True)
            kinds = "error|warning" if wrong else "error"
            codes = set(re.findall(r" (?:%s)\[(E\d{4})\]" % kinds, run.stderr))
            if codes != ({code} if wrong else set()) or run.returncode > 1:
                failed += 1
                print("%s:%s gives %s, exit %d\n%s" % (page, wrong or " right", codes, run.returncode, run.stderr))
sys.exit(1 if failed else 0)
PYTHON
