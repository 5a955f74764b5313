" Indentation of .agent files: by brackets; a line that goes on (`.f()`, `else` …) stands one step further in.
if exists("b:did_indent")
  finish
endif
let b:did_indent = 1
setlocal indentexpr=AgentIndent() indentkeys=0{,0},0),0],!^F,o,O,e
let b:undo_indent = "setlocal indentexpr< indentkeys<"
if exists("*AgentIndent")
  finish
endif

function! AgentIndent() abort
  let l:before = prevnonblank(v:lnum - 1)
  if l:before == 0
    return 0
  endif
  let l:text = substitute(getline(l:before), '//.*$', '', '')
  let l:indent = indent(l:before)
  if l:text =~# '[{(\[]\s*$' || l:text =~# '{\s*|[^|]*|\s*$'
    let l:indent += shiftwidth()
  endif
  if getline(v:lnum) =~# '^\s*[})\]]'
    let l:indent -= shiftwidth()
  elseif getline(v:lnum) =~# '^\s*\%(\.\|?\.\|within\>\|catch\>\|where\>\)' && l:text !~# '^\s*\%(\.\|?\.\|within\>\|catch\>\|where\>\)'
    let l:indent += shiftwidth()
  endif
  return l:indent
endfunction
