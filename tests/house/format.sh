#!/bin/sh
# Every C file is as clang-format with our rules writes it.
git ls-files '*.c' '*.h' | xargs clang-format --dry-run --Werror
