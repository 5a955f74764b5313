#!/usr/bin/env python3
"""tidy.py BUILD: clang-tidy, with the rules of .clang-tidy, over every C file of compiler/ and runtime/ that the build compiles."""
import concurrent.futures
import json
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def tidy(build, path):
    p = subprocess.run(["clang-tidy", "--quiet", "-p", build, path], capture_output=True, text=True, check=False)
    return "" if p.returncode == 0 else p.stdout + p.stderr


def main():
    build = sys.argv[1]
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as f:
        files = sorted({os.path.join(c["directory"], c["file"]) for c in json.load(f)})
    ours = [f for f in files if f.startswith((ROOT + "/compiler/", ROOT + "/runtime/"))]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        reports = [r for r in pool.map(lambda f: tidy(build, f), ours) if r]
    print("\n".join(reports))
    print("%d files, %d with findings" % (len(ours), len(reports)))
    sys.exit(1 if reports else 0)


if __name__ == "__main__":
    main()
