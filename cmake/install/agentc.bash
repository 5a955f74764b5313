# Completion of agentc for bash. A test compares the options with those of `agentc --help`.
_agentc() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} first=${COMP_WORDS[1]}
  if [ "$word" = "=" ]; then word=; elif [ "$before" = "=" ]; then before=${COMP_WORDS[COMP_CWORD - 2]}; fi
  COMPREPLY=()
  case $before in
    --emit) COMPREPLY=($(compgen -W "tokens ast ir c lib" -- "$word")); return ;;
    --diagnostics) COMPREPLY=($(compgen -W "text json" -- "$word")); return ;;
    --color) COMPREPLY=($(compgen -W "auto always never" -- "$word")); return ;;
    --filter | --jobs | -j | --timeout | explain) return ;;
    -o | --output | --depfile) compopt -o default 2>/dev/null; return ;;
  esac
  case $word in
    -*) COMPREPLY=($(compgen -W "-o -j -h --output --run --check --emit --depfile --lto --diagnostics --color --filter --jobs --timeout --list --stats --help --version" -- "$word")) ;;
    *)
      compopt -o filenames 2>/dev/null
      COMPREPLY=($(compgen -f -X '!*.agent' -- "$word") $(compgen -d -- "$word"))
      [ "$COMP_CWORD" = 1 ] && COMPREPLY+=($(compgen -W "test fmt graph explain help" -- "$word"))
      ;;
  esac
}
complete -F _agentc agentc
