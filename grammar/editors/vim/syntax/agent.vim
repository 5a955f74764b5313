" Syntax highlighting of .agent files. The words are compared with the compiler's by tests/house/editors.py.
if exists("b:current_syntax")
  finish
endif

syn case match
syn iskeyword @,48-57,_

" Words. After `.` and `on` every word is a name, after `fn` all but the capabilities.
syn keyword agentCapability iso val ref box tag
syn keyword agentBoolean true false
syn keyword agentConstant none
syn keyword agentSelf self
syn keyword agentOperatorWord and or not is
syn keyword agentDeclaration agent class const enum error export extern interface struct supervise test topology type use let var main channel
syn keyword agentDeclaration fn nextgroup=agentReceiver,agentFunction skipwhite
syn keyword agentDeclaration on nextgroup=agentHandler skipwhite
syn match agentReceiver "\<\%(iso\|val\|ref\|box\|tag\)\>" contained nextgroup=agentFunction skipwhite
syn match agentFunction "\<\%(\%(iso\|val\|ref\|box\|tag\)\>\)\@!\h\w*\>" contained
syn match agentHandler "\<\h\w*\>" contained
syn match agentMember "\%(\.\)\@1<!\.\s*\l\w*\>"
syn keyword agentStatement after any as await break broadcast catch continue defer else every fanout for if in lease loop match quorum raise return signal spawn stop take try where while within
syn match agentQuorumCount "\%(\<quorum\s\+\)\@<=\%(majority\|supermajority\|all\)\>"
syn match agentQuorumCount "\%(\<quorum\>.*\)\@<=\<of\>"
syn match agentTopologyWord "\%(^\|)\)\@<=\s*\zs\%(node\|group\|mesh\|ring\|star\|tree\)\ze\s\+\l\w*\s*\%(=\|\[\|->\|\<arity\>\|$\|//\)"
syn match agentTopologyWord "\%(^\s*tree\s\+\l\w*\s\+\)\@<=arity\>"
syn match agentSupervision "\%(\<supervise\s\+\h\w*\s\+\)\@<=\%(one_for_one\|one_for_all\|rest_for_one\)\>"
syn match agentSupervision "\%(\<supervise\s\+\h\w*\s\+\%(one_for_one\|one_for_all\|rest_for_one\)\s\+\)\@<=max\>"
syn match agentPriority "\%(@priority\s*(\s*\)\@<=\%(low\|normal\|high\|critical\)\>"
syn match agentMailbox "\%(@mailbox\s*([^)]*\)\@<=\<\%(capacity\|high\|low\|full\)\>\ze\s*:"
syn match agentMailbox "\%(@mailbox\s*([^)]*\<full\s*:\s*\)\@<=\%(suspend\|drop_oldest\|drop_newest\|raise\)\>"
syn match agentForC "\<blocking\ze\s\+fn\>"
syn match agentForC "\<callback\ze\s\+self\>"
syn match agentForC "\<link\ze\s*\""
syn match agentForC "\%(\<extern\s\+class\s\+\u\w*\s\+\)\@<=drop\>"

" Names that begin with a capital are types; small ones before `(` are called.
syn match agentType "\<_*\u\w*\>"
syn match agentCall "\<_*\l\w*\>\ze\s*(" contains=NONE
syn keyword agentBuiltinType Bool I8 I16 I32 I64 U8 U16 U32 U64 F32 F64 Int Float Never String Bytes Duration Instant Range
syn keyword agentBuiltinType Array Map Set Future Channel Lease
syn match agentAnnotation "@\l\w*"

" Numbers
syn match agentNumber "\<\d[0-9_]*\>"
syn match agentNumber "\<0[xX][0-9a-zA-Z_]*\>"
syn match agentNumber "\<0[bB][01_]*\>"
syn match agentNumber "\<\d[0-9_]*\%(ns\|us\|ms\|s\|m\|h\)\>"
syn match agentFloat "\<\d[0-9_]*\.\d[0-9_]*\%([eE][+-]\?\d[0-9_]*\)\?"
syn match agentFloat "\<\d[0-9_]*[eE][+-]\?\d[0-9_]*"

" Texts
syn match agentEscape "\\\%(u{[^}\"]*}\|.\)" contained
syn match agentEscape "{{\|}}" contained
syn region agentValue matchgroup=agentDelimiter start="{{\@!" end="}" contained contains=TOP
syn region agentBraces start="{" end="}" transparent contained containedin=agentValue contains=TOP
syn region agentString start=+"+ end=+"+ oneline contains=agentEscape,agentValue
syn region agentPlainString start=+\%(\<\%(test\|use\|extern\|link\)\s*\)\@<="+ end=+"+ oneline
syn region agentRawString start=+"""+ end=+"""+
syn match agentCharacter "'\%([^'\\]\|\\u{[^}']*}\|\\.\)\+'"

" Comments
syn keyword agentTodo TODO FIXME XXX contained
syn match agentComment "//.*$" contains=agentTodo,@Spell
syn match agentDocComment "///\%(/\)\@!.*$" contains=agentTodo,@Spell
syn region agentBlockComment start="/\*" end="\*/" contains=agentBlockComment,agentTodo,@Spell
syn match agentComment "\%^#!.*$"

hi def link agentCapability StorageClass
hi def link agentBoolean Boolean
hi def link agentConstant Constant
hi def link agentSelf Identifier
hi def link agentOperatorWord Operator
hi def link agentDeclaration Structure
hi def link agentStatement Statement
hi def link agentQuorumCount Statement
hi def link agentTopologyWord Statement
hi def link agentSupervision Statement
hi def link agentPriority Statement
hi def link agentMailbox Statement
hi def link agentForC Statement
hi def link agentType Type
hi def link agentBuiltinType Type
hi def link agentReceiver StorageClass
hi def link agentFunction Function
hi def link agentHandler Function
hi def link agentCall Function
hi def link agentAnnotation PreProc
hi def link agentNumber Number
hi def link agentFloat Float
hi def link agentEscape SpecialChar
hi def link agentDelimiter Delimiter
hi def link agentString String
hi def link agentPlainString String
hi def link agentRawString String
hi def link agentCharacter Character
hi def link agentTodo Todo
hi def link agentComment Comment
hi def link agentDocComment SpecialComment
hi def link agentBlockComment Comment

let b:current_syntax = "agent"
