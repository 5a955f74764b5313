// parser.y — the grammar of .agent, LALR(1) without conflicts and without precedence declarations.
// Owns:     the order of things. Every action calls one ast_build_… (compiler/syntax/ast_build.h) and nothing else.
// Promises: any token list gives a file; after an error the rest of the statement, member or bracket is skipped
//           (parser_report), so that each `error` below is followed by something that stands at the same level.
// Does not: check names, types, or which annotations exist.
// Reads:    top down: declarations, members, types, statements, expressions, patterns. A list is left-recursive; its
//           value grows in place. `x_closed` ends where something new may begin at once (after `}` or a separator),
//           `x_open` needs a separator first.

%require "3.8"
%define api.pure full
%define api.prefix {yy}
%define api.token.prefix {T_}
%define api.location.type {span}
%define parse.error custom
%define parse.lac full
%locations
%expect 0
%param {parser *p}

%code requires {
#include "syntax/ast_build.h"
#include "syntax/token.h"
}

%code {
#include "syntax/parser_state.h"

#define YYMAXDEPTH 20000
#define YYLLOC_DEFAULT(current, rhs, n) \
  ((current) = (n) ? span_join(YYRHSLOC(rhs, 1), YYRHSLOC(rhs, n)) : span_after(YYRHSLOC(rhs, 0)))
static void yyerror(span *at, parser *p, const char *message);
#define yylex parser_next
// After an error at the level of a list: go on where parser_report found the next thing to begin.
#define RECOVER                      \
  do {                               \
    if (parser_gave_up(p)) YYABORT;  \
    if (parser_resume(p)) yyclearin; \
    yyerrok;                         \
  } while (0)
}

%union {
  token_value token;
  bool flag;
  ast_ident ident;
  ast_cap cap;
  ast_binary binary;
  ast_assign assign;
  ast_quorum_n quorum;
  ast_prefix prefix;
  ast_result result;
  ast_arg arg;
  ast_annotation annotation;
  ast_arm arm;
  ast_pair pair;
  ast_part part;
  ast_closure_param closure_param;
  ast_param param;
  ast_tparam tparam;
  ast_bound bound;
  ast_shape shape;
  ast_variant variant;
  ast_item item;
  ast_decl *decl;
  ast_type *type;
  ast_stmt *stmt;
  ast_expr *expr;
  ast_pat *pat;
  ast_block *block;
  decls_vec *decls;
  types_vec *types;
  stmts_vec *stmts;
  exprs_vec *exprs;
  pats_vec *pats;
  idents_vec *idents;
  args_vec *args;
  annotations_vec *annotations;
  arms_vec *arms;
  pairs_vec *pairs;
  parts_vec *parts;
  closure_params_vec *closure_params;
  params_vec *params;
  tparams_vec *tparams;
  bounds_vec *bounds;
  shapes_vec *shapes;
  items_vec *items;
}

%token END 0 "the end of the file"
%token NEWLINE "the end of the line"
%token <token> NAME "a name" TYPE_NAME "a type's name"
%token UNDERSCORE "_"
%token <token> INT "a number" FLOAT "a float" DURATION "a duration" CHAR "a character" STRING "a text"
%token <token> TEXT_BEGIN "a text with values" TEXT_MID "more text" TEXT_END "} of a text" FORMAT "a format"
%token LPAREN "(" RPAREN ")" LBRACKET "[" RBRACKET "]" LBRACE "{" RBRACE "}"
%token ARROW "->" FAT_ARROW "=>" DOT "." QUESTION_DOT "?." DOTDOT ".." ELLIPSIS "..." COMMA "," COLON ":" SEMICOLON ";"
%token SET "=" PLUS_SET "+=" MINUS_SET "-=" STAR_SET "*=" SLASH_SET "/="
%token EQ "==" NE "!=" LT "<" LE "<=" GT ">" GE ">="
%token PLUS "+" MINUS "-" TIMES "*" SLASH "/" PERCENT "%" PLUS_WRAP "+%" MINUS_WRAP "-%" STAR_WRAP "*%"
%token AMPERSAND "&" BAR "|" BAR_BAR "||" CARET "^" TILDE "~" SHL "<<" SHR ">>" QUESTION "?" BANG "!" AT "@"
%token AFTER "after" AGENT "agent" AND "and" ANY "any" AS "as" AWAIT "await" BOX "box" BREAK "break"
%token BROADCAST "broadcast" CATCH "catch" CHANNEL "channel" CLASS "class" CONST "const" CONTINUE "continue"
%token DEFER "defer" ELSE "else" ENUM "enum" ERROR "error" EVERY "every" EXPORT "export" EXTERN "extern"
%token FALSE "false" FANOUT "fanout" FN "fn" FOR "for" IF "if" IN "in" INTERFACE "interface" IS "is" ISO "iso"
%token LEASE "lease" LET "let" LOOP "loop" MAIN "main" MATCH "match" NONE "none" NOT "not" ON "on" OR "or"
%token QUORUM "quorum" RAISE "raise" REF "ref" RETURN "return" SELF "self" SIGNAL "signal" SPAWN "spawn" STOP "stop"
%token STRUCT "struct" SUPERVISE "supervise" TAG "tag" TAKE "take" TEST "test" TOPOLOGY "topology" TRUE "true"
%token TRY "try" TYPE "type" USE "use" VAL "val" VAR "var" WHERE "where" WHILE "while" WITHIN "within"
// Words that are names everywhere but in one place; they carry their text like names.
%token <token> ALL "all" MAJORITY "majority" SUPERMAJORITY "supermajority" ARITY "arity" BLOCKING "blocking"
%token <token> CALLBACK "callback" GROUP "group" LINK "link" MAX "max" MESH "mesh" NODE "node" OF "of" RING "ring"
%token <token> STAR "star" TREE "tree"

%type <ident> name member name_opt main_args main_list as_opt
%type <token> word link_opt
%type <cap> cap cap_opt
%type <flag> bang_opt blocking_opt
%type <prefix> prefix
%type <result> result
%type <decl> braced_decl plain_decl braced plain agent_head class_head fn_head fn_sig on_sig use_target
%type <decl> member_braced member_plain member_b member_v extern_item
%type <decls> decls_closed decls_open body members_closed members_open extern_items externs_closed externs_open
%type <annotations> annotations annotations_opt
%type <annotation> annotation
%type <idents> use_path
%type <tparams> tparams tparams_opt where_bounds
%type <tparam> tparam
%type <bounds> bounds
%type <bound> bound
%type <params> params params_list params_ne params_opt
%type <param> param
%type <shapes> shapes shapes_opt
%type <shape> shape
%type <decl> variants variant_list
%type <items> items items_closed items_open
%type <item> item item_head
%type <types> types targs_opt
%type <type> type closed_type base_type fn_type fn_type_head type_path named_type type_opt
%type <stmts> stmts stmts_closed stmts_open
%type <stmt> stmt
%type <block> block
%type <assign> assign_op
%type <expr> init_opt expr jump tail_jump closure loop_form cond if_open if_full tailed head subject low where_opt
%type <expr> or_expr and_expr not_expr comparison range bit_or bit_xor bit_and shift sum product unary prefixed postfix
%type <expr> primary literal text array element type_expr type_suffix small_number
%type <binary> comparison_op shift_op sum_op product_op
%type <quorum> quorum_n
%type <closure_params> closure_head closure_params
%type <closure_param> closure_param
%type <exprs> elements exprs
%type <pairs> pairs
%type <args> args args_ne call_opt annotation_args annotation_args_ne
%type <arg> arg annotation_arg
%type <parts> parts
%type <part> value
%type <arms> arms arm_list
%type <arm> arm
%type <expr> guard_opt
%type <pats> patterns alternatives
%type <pat> pattern one_pattern tuple_pattern
%type <idents> pattern_path

%start file

%%

file: decls_closed[list]  { ast_build_file(p, $list); }
    | decls_open[list]    { ast_build_file(p, $list); }
    ;

// A declaration that ends with a block needs no separator after it; every other does.
decls_closed
  : %empty                          { $$ = NULL; }
  | decls_closed[list] sep          { $$ = $list; }
  | decls_closed[list] braced_decl  { $$ = ast_add_decls(p, $list, $braced_decl); }
  | decls_open[list] sep            { $$ = $list; }
  | decls_closed[list] error        { $$ = $list; RECOVER; }
  | decls_open[list] error          { $$ = $list; RECOVER; }
  ;
decls_open
  : decls_closed[list] plain_decl   { $$ = ast_add_decls(p, $list, $plain_decl); }
  ;
sep: NEWLINE | ";" ;
newline_opt: %empty | NEWLINE ;

// ---- names -------------------------------------------------------------------------------------------------------

name: word     { $$ = ast_build_ident(p, $word.text, @$); } ;
word: NAME | ARITY | BLOCKING | CALLBACK | GROUP | LINK | MAX | MESH | NODE | OF | RING | STAR | TREE ;
// After `.`, `on` and `fn` the lexer gives every word as a NAME.
member: NAME   { $$ = ast_build_ident(p, $NAME.text, @$); } ;
name_opt: %empty { $$ = (ast_ident){0}; } | name ;

// ---- declarations ------------------------------------------------------------------------------------------------

braced_decl: prefix braced  { $$ = ast_build_prefixed(p, $prefix, $braced); } ;
plain_decl:  prefix plain   { $$ = ast_build_prefixed(p, $prefix, $plain); } ;

prefix
  : %empty                { $$ = (ast_prefix){0}; }
  | annotations           { $$ = ast_build_prefix($annotations, @annotations, SPAN_NONE); }
  | "export"              { $$ = ast_build_prefix(NULL, SPAN_NONE, @1); }
  | annotations "export"  { $$ = ast_build_prefix($annotations, @annotations, @2); }
  ;
annotations
  : annotation                     { $$ = ast_add_annotations(p, NULL, $annotation); }
  | annotations[list] annotation   { $$ = ast_add_annotations(p, $list, $annotation); }
  ;
annotations_opt: %empty { $$ = NULL; } | annotations ;
annotation
  : "@" name newline_opt                   { $$ = ast_build_annotation($name, NULL, span_join(@1, @name)); }
  | "@" name "(" annotation_args[args] ")"[close] newline_opt  { $$ = ast_build_annotation($name, $args, span_join(@1, @close)); }
  ;

// As the arguments of calls, and `raise` as a word: @mailbox(full: raise).
annotation_args: %empty { $$ = NULL; } | annotation_args_ne | annotation_args_ne "," ;
annotation_args_ne
  : annotation_arg                                { $$ = ast_add_args(p, NULL, $annotation_arg); }
  | annotation_args_ne[list] "," annotation_arg   { $$ = ast_add_args(p, $list, $annotation_arg); }
  ;
annotation_arg
  : arg
  | "raise"           { $$ = (ast_arg){.value = ast_build_word(p, @1, "raise")}; }
  | name ":" "raise"  { $$ = (ast_arg){.name = $name, .value = ast_build_word(p, @3, "raise")}; }
  ;

braced
  : agent_head body                           { $$ = ast_build_body(p, $agent_head, $body, @body); }
  | class_head body                           { $$ = ast_build_body(p, $class_head, $body, @body); }
  | "interface" cap_opt TYPE_NAME[id] tparams_opt body
      { $$ = ast_build_nominal(p, AST_DECL_INTERFACE, @$, ast_build_ident(p, $id.text, @id));
        ast_build_nominal_head($$, $cap_opt, @cap_opt, $tparams_opt, NULL, false);
        ast_build_body(p, $$, $body, @body); }
  | "enum" TYPE_NAME[id] tparams_opt "{" variants "}"
      { $$ = ast_build_enum(p, $variants, @$, ast_build_ident(p, $id.text, @id), $tparams_opt, span_join(@4, @6)); }
  | "topology" TYPE_NAME[id] tparams_opt params_opt "{" items "}"
      { $$ = ast_build_topology(p, @$, ast_build_ident(p, $id.text, @id), $tparams_opt, $params_opt, $items); }
  | fn_sig block                              { $$ = ast_build_fn_body(p, $fn_sig, $block); }
  | "extern" STRING[abi] link_opt "{" extern_items "}"
      { $$ = ast_build_extern(p, @$, $abi.text, @abi, $link_opt.text, $extern_items); }
  | "test" STRING[title] block                { $$ = ast_build_test(p, @$, $title.text, @title, $block); }
  | "main" main_list block                    { $$ = ast_build_main(p, @$, $main_list, $block); }
  ;
main_list
  : "(" main_args ")"  { $$ = $main_args; }
  | "(" error ")"      { $$ = (ast_ident){0}; yyerrok; }
  ;
plain
  : fn_sig
  | class_head
  | "error" TYPE_NAME[id] params_opt
      { $$ = ast_build_nominal(p, AST_DECL_ERROR, @$, ast_build_ident(p, $id.text, @id));
        ast_build_nominal_head($$, AST_CAP_NONE, SPAN_NONE, NULL, $params_opt, ast_is_given(@params_opt)); }
  | "type" TYPE_NAME[id] tparams_opt "=" type
      { $$ = ast_build_alias(p, @$, ast_build_ident(p, $id.text, @id), $tparams_opt, $type); }
  | "const" name type_opt "=" expr            { $$ = ast_build_field(p, AST_DECL_CONST, @$, $name, $type_opt, $expr); }
  | "extern" "class" TYPE_NAME[id] word[drop] word[c]
      { $$ = ast_build_handle(p, @$, ast_build_ident(p, $id.text, @id), $drop.text, @drop, $c.text, @c); }
  | "use" use_target as_opt                   { $$ = ast_build_use(p, @$, $use_target, $as_opt); }
  ;
agent_head
  : "agent" TYPE_NAME[id] tparams_opt params_opt shapes_opt
      { $$ = ast_build_nominal(p, AST_DECL_AGENT, @$, ast_build_ident(p, $id.text, @id));
        ast_build_nominal_head($$, AST_CAP_NONE, SPAN_NONE, $tparams_opt, $params_opt, ast_is_given(@params_opt));
        ast_build_shapes($$, $shapes_opt); }
  ;
class_head
  : "class" cap_opt TYPE_NAME[id] tparams_opt params_opt
      { $$ = ast_build_nominal(p, AST_DECL_CLASS, @$, ast_build_ident(p, $id.text, @id));
        ast_build_nominal_head($$, $cap_opt, @cap_opt, $tparams_opt, $params_opt, ast_is_given(@params_opt)); }
  | "struct" cap_opt TYPE_NAME[id] tparams_opt params_opt
      { $$ = ast_build_nominal(p, AST_DECL_STRUCT, @$, ast_build_ident(p, $id.text, @id));
        ast_build_nominal_head($$, $cap_opt, @cap_opt, $tparams_opt, $params_opt, ast_is_given(@params_opt)); }
  ;

use_target
  : use_path   { $$ = ast_build_use_path(p, $use_path, @$); }
  | STRING     { $$ = ast_build_use_file(p, $STRING.text, @$); }
  ;
use_path
  : name                           { $$ = ast_add_idents(p, NULL, $name); }
  | use_path[list] "." member      { $$ = ast_add_idents(p, $list, $member); }
  ;
as_opt: %empty { $$ = (ast_ident){0}; } | "as" name { $$ = $name; } ;
main_args: name_opt ;
link_opt: %empty { $$ = (token_value){0}; } | "link" STRING { $$ = $STRING; } ;

shapes_opt: %empty { $$ = NULL; } | "in" shapes { $$ = $shapes; } ;
shapes
  : shape                   { $$ = ast_add_shapes(p, NULL, $shape); }
  | shapes[list] "," shape  { $$ = ast_add_shapes(p, $list, $shape); }
  ;
shape
  : "mesh"                        { $$ = (ast_shape){.span = @$, .kind = AST_MESH}; }
  | "ring"                        { $$ = (ast_shape){.span = @$, .kind = AST_RING}; }
  | "tree"                        { $$ = (ast_shape){.span = @$, .kind = AST_TREE}; }
  | "star"                        { $$ = (ast_shape){.span = @$, .kind = AST_STAR}; }
  | "star" "(" name ":" type ")"  { $$ = (ast_shape){.span = @$, .kind = AST_STAR, .role = $name, .type = $type}; }
  ;

cap: "iso" { $$ = AST_CAP_ISO; }
   | "val" { $$ = AST_CAP_VAL; }
   | "ref" { $$ = AST_CAP_REF; }
   | "box" { $$ = AST_CAP_BOX; }
   | "tag" { $$ = AST_CAP_TAG; }
   ;
cap_opt: %empty { $$ = AST_CAP_NONE; } | cap ;

tparams_opt: %empty { $$ = NULL; } | "[" tparams "]" { $$ = $tparams; } | "[" error "]" { $$ = NULL; yyerrok; } ;
tparams
  : tparam                    { $$ = ast_add_tparams(p, NULL, $tparam); }
  | tparams[list] "," tparam  { $$ = ast_add_tparams(p, $list, $tparam); }
  ;
tparam
  : TYPE_NAME[id]             { $$ = ast_build_tparam(p, @$, ast_build_ident(p, $id.text, @id), NULL); }
  | TYPE_NAME[id] ":" bounds  { $$ = ast_build_tparam(p, @$, ast_build_ident(p, $id.text, @id), $bounds); }
  ;
bounds
  : bound                     { $$ = ast_add_bounds(p, NULL, $bound); }
  | bounds[list] "and" bound  { $$ = ast_add_bounds(p, $list, $bound); }
  ;
bound
  : named_type  { $$ = (ast_bound){.span = @$, .type = $named_type}; }
  | name        { $$ = (ast_bound){.span = @$, .word = $name}; }
  | cap         { $$ = (ast_bound){.span = @$, .cap = $cap}; }
  ;

// A symbol of its own: an error behind the `)` must not find its way back to the one between the parentheses.
params_list
  : "(" params ")"  { $$ = $params; }
  | "(" error ")"   { $$ = NULL; yyerrok; }
  ;
params_opt: %empty { $$ = NULL; } | params_list ;
params: %empty { $$ = NULL; } | params_ne | params_ne "," ;
params_ne
  : param                      { $$ = ast_add_params(p, NULL, $param); }
  | params_ne[list] "," param  { $$ = ast_add_params(p, $list, $param); }
  ;
param
  : name ":" type init_opt        { $$ = (ast_param){.span = @$, .doc = ast_doc(p, @$), .name = $name, .type = $type, .init = $init_opt}; }
  | "var" name ":" type init_opt
      { $$ = (ast_param){.span = @$, .doc = ast_doc(p, @$), .is_var = true, .name = $name, .type = $type,
                        .init = $init_opt}; }
  ;
init_opt: %empty { $$ = NULL; } | "=" expr { $$ = $expr; } ;
type_opt: %empty { $$ = NULL; } | ":" type { $$ = $type; } ;

fn_head
  : "fn" cap_opt member tparams_opt  { $$ = ast_build_fn(p, AST_DECL_FN, @$, $member, $cap_opt, @cap_opt, $tparams_opt); }
  ;
fn_sig
  : fn_head params_list result where_bounds  { $$ = ast_build_fn_sig($fn_head, $params_list, $result, $where_bounds, @$); }
  ;
result
  : bang_opt                   { $$ = ast_build_result(NULL, $bang_opt, @bang_opt); }
  | "->" closed_type bang_opt  { $$ = ast_build_result($closed_type, $bang_opt, @bang_opt); }
  | "->" fn_type               { $$ = ast_build_result($fn_type, false, SPAN_NONE); }
  | ":" closed_type bang_opt   { ast_build_colon_result(p, @1); $$ = ast_build_result($closed_type, $bang_opt, @bang_opt); }
  | "=>" closed_type bang_opt  { ast_build_wrong_arrow(p, @1, "->"); $$ = ast_build_result($closed_type, $bang_opt, @bang_opt); }
  ;
bang_opt: %empty { $$ = false; } | "!" { $$ = true; } ;
where_bounds: %empty { $$ = NULL; } | "where" tparams { $$ = $tparams; } ;

// ---- members -----------------------------------------------------------------------------------------------------

body
  : "{" members_closed "}"  { $$ = $members_closed; }
  | "{" members_open "}"    { $$ = $members_open; }
  ;
members_closed
  : %empty                               { $$ = NULL; }
  | members_closed[list] sep             { $$ = $list; }
  | members_closed[list] member_braced   { $$ = ast_add_decls(p, $list, $member_braced); }
  | members_open[list] sep               { $$ = $list; }
  | members_closed[list] error           { $$ = $list; RECOVER; }
  | members_open[list] error             { $$ = $list; RECOVER; }
  ;
members_open
  : members_closed[list] member_plain    { $$ = ast_add_decls(p, $list, $member_plain); }
  ;
member_braced: annotations_opt member_b
    { $$ = ast_build_prefixed(p, ast_build_prefix($annotations_opt, @annotations_opt, SPAN_NONE), $member_b); } ;
member_plain: annotations_opt member_v
    { $$ = ast_build_prefixed(p, ast_build_prefix($annotations_opt, @annotations_opt, SPAN_NONE), $member_v); } ;
member_b
  : fn_sig block  { $$ = ast_build_fn_body(p, $fn_sig, $block); }
  | on_sig block  { $$ = ast_build_fn_body(p, $on_sig, $block); }
  ;
member_v
  : "var" name type_opt init_opt
      { $$ = ast_build_field(p, AST_DECL_FIELD, @$, $name, $type_opt, $init_opt); ast_build_var($$); }
  | "let" name type_opt "=" expr  { $$ = ast_build_field(p, AST_DECL_FIELD, @$, $name, $type_opt, $expr); }
  | fn_sig
  | on_sig
  ;
on_sig
  : "on" member params_list result  { $$ = ast_build_behaviour(p, @$, $member, $params_list, $result); }
  ;

// In the bodies of `enum`, `match` and `catch` newlines and commas separate alike.
commas_opt: %empty | commas_opt sep | commas_opt "," ;
commas: sep | "," | commas sep | commas "," ;

variants
  : commas_opt           { $$ = ast_build_variants(p); }
  | variant_list
  | variant_list commas  { $$ = $1; }
  ;
variant_list
  : commas_opt TYPE_NAME[id] params_opt
      { $$ = ast_add_variant(p, ast_build_variants(p), span_join(@id, @params_opt), ast_build_ident(p, $id.text, @id), $params_opt); }
  | commas_opt member_braced                    { $$ = ast_add_member(p, ast_build_variants(p), $member_braced); }
  | commas_opt error                            { $$ = ast_build_variants(p); RECOVER; }
  | variant_list[list] commas TYPE_NAME[id] params_opt
      { $$ = ast_add_variant(p, $list, span_join(@id, @params_opt), ast_build_ident(p, $id.text, @id), $params_opt); }
  | variant_list[list] commas member_braced     { $$ = ast_add_member(p, $list, $member_braced); }
  | variant_list[list] commas error             { $$ = $list; RECOVER; }
  ;

extern_items: externs_closed | externs_open ;
externs_closed
  : %empty                      { $$ = NULL; }
  | externs_closed[list] sep    { $$ = $list; }
  | externs_open[list] sep      { $$ = $list; }
  | externs_closed[list] error  { $$ = $list; RECOVER; }
  | externs_open[list] error    { $$ = $list; RECOVER; }
  ;
externs_open
  : externs_closed[list] extern_item  { $$ = ast_add_decls(p, $list, $extern_item); }
  ;
extern_item
  : annotations_opt blocking_opt fn_sig
      { $$ = ast_build_prefixed(p, ast_build_prefix($annotations_opt, @annotations_opt, SPAN_NONE), $fn_sig);
        ast_build_blocking($$, $blocking_opt); }
  | annotations_opt blocking_opt fn_head "(" params_ne "," "..." ")" result where_bounds
      { $$ = ast_build_fn_sig($fn_head, $params_ne, $result, $where_bounds, @$);
        $$ = ast_build_prefixed(p, ast_build_prefix($annotations_opt, @annotations_opt, SPAN_NONE), $$);
        ast_build_blocking($$, $blocking_opt);
        ast_build_variadic($$); }
  ;
blocking_opt: %empty { $$ = false; } | "blocking" { $$ = true; } ;

items: items_closed | items_open ;
items_closed
  : %empty                    { $$ = NULL; }
  | items_closed[list] sep    { $$ = $list; }
  | items_open[list] sep      { $$ = $list; }
  | items_closed[list] error  { $$ = $list; RECOVER; }
  | items_open[list] error    { $$ = $list; RECOVER; }
  ;
items_open
  : items_closed[list] item   { $$ = ast_add_items(p, $list, ast_build_item(p, $item)); }
  ;
item
  : annotations_opt item_head "=" type_path call_opt
      { $$ = ast_build_place($item_head, span_join(@item_head, @call_opt), $annotations_opt, $type_path, $call_opt); }
  | "mesh" name  { $$ = (ast_item){.kind = AST_ITEM_MESH, .span = @$, .name = $name}; }
  | "ring" name  { $$ = (ast_item){.kind = AST_ITEM_RING, .span = @$, .name = $name}; }
  | "star" name[hub] "->" name[spokes]
      { $$ = (ast_item){.kind = AST_ITEM_STAR, .span = @$, .name = $hub, .other = $spokes}; }
  | "tree" name "arity" expr
      { $$ = (ast_item){.kind = AST_ITEM_TREE, .span = @$, .name = $name, .number = $expr}; }
  | "supervise" name[what] name[policy]
      { $$ = (ast_item){.kind = AST_ITEM_SUPERVISE, .span = @$, .name = $what, .policy = $policy}; }
  | "supervise" name[what] name[policy] "max" small_number "in" expr
      { $$ = (ast_item){.kind = AST_ITEM_SUPERVISE, .span = @$, .name = $what, .policy = $policy,
                        .number = $small_number, .period = $expr}; }
  ;
item_head
  : "node" name  { $$ = (ast_item){.kind = AST_ITEM_NODE, .span = @$, .name = $name}; }
  | "group" name "[" name[index] "in" expr "]"
      { $$ = (ast_item){.kind = AST_ITEM_GROUP, .span = @$, .name = $2, .index = $index, .range = $expr}; }
  ;
small_number
  : INT           { $$ = ast_build_int(p, @$, $INT); }
  | name          { $$ = ast_build_name(p, @$, $name.name); }
  | "(" expr ")"  { $$ = ast_build_parens(p, @$, $expr); }
  ;
call_opt: %empty { $$ = NULL; } | "(" args ")" { $$ = $args; } | "(" error ")" { $$ = NULL; yyerrok; } ;

// ---- types -------------------------------------------------------------------------------------------------------

types
  : type                   { $$ = ast_add_types(p, NULL, $type); }
  | types[list] "," type   { $$ = ast_add_types(p, $list, $type); }
  ;
type: closed_type | fn_type ;
// A type that does not end in an open result, so that `?` and `!` may follow it.
closed_type
  : base_type
  | base_type cap           { $$ = ast_build_type_cap(p, $base_type, $cap, @cap); }
  | closed_type[inner] "?"  { $$ = ast_build_type_inner(p, AST_TYPE_OPTIONAL, @$, $inner); }
  | "self" "->" type_path   { $$ = ast_build_type_inner(p, AST_TYPE_VIEW, @$, $type_path); }
  ;
base_type
  : type_path
  | "(" ")"         { $$ = ast_build_type_tuple(p, @$, NULL); }
  | "(" types ")"   { $$ = ast_build_type_tuple(p, @$, $types); }
  | "(" error ")"   { $$ = ast_build_type_error(p, @$); yyerrok; }
  ;
type_path: named_type ;
named_type
  : TYPE_NAME[id] targs_opt
      { $$ = ast_build_type_path(p, @$, (ast_ident){0}, ast_build_ident(p, $id.text, @id), $targs_opt); }
  | name "." TYPE_NAME[id] targs_opt
      { $$ = ast_build_type_path(p, @$, $name, ast_build_ident(p, $id.text, @id), $targs_opt); }
  ;
targs_opt: %empty { $$ = NULL; } | "[" types "]" { $$ = $types; } | "[" error "]" { $$ = NULL; yyerrok; } ;
fn_type
  : fn_type_head                             { $$ = ast_build_type_fn(p, @$, $fn_type_head, NULL, false); }
  | fn_type_head "!"                         { $$ = ast_build_type_fn(p, @$, $fn_type_head, NULL, true); }
  | fn_type_head "->" closed_type[r]         { $$ = ast_build_type_fn(p, @$, $fn_type_head, $r, false); }
  | fn_type_head "->" closed_type[r] "!"     { $$ = ast_build_type_fn(p, @$, $fn_type_head, $r, true); }
  | fn_type_head "->" fn_type[r]             { $$ = ast_build_type_fn(p, @$, $fn_type_head, $r, false); }
  ;
fn_type_head
  : "fn" cap_opt "(" ")"        { $$ = ast_build_type_fn_head(p, @$, $cap_opt, NULL); }
  | "fn" cap_opt "(" types ")"  { $$ = ast_build_type_fn_head(p, @$, $cap_opt, $types); }
  ;

// ---- statements --------------------------------------------------------------------------------------------------

block: "{" stmts "}"  { $$ = ast_build_block(p, @$, $stmts); } ;
stmts: stmts_closed | stmts_open ;
stmts_closed
  : %empty                    { $$ = NULL; }
  | stmts_closed[list] sep    { $$ = $list; }
  | stmts_open[list] sep      { $$ = $list; }
  | stmts_closed[list] error  { $$ = ast_add_stmts(p, $list, ast_build_stmt_error(p, @2)); RECOVER; }
  | stmts_open[list] error    { $$ = ast_add_stmts(p, $list, ast_build_stmt_error(p, @2)); RECOVER; }
  ;
stmts_open
  : stmts_closed[list] stmt   { $$ = ast_add_stmts(p, $list, $stmt); }
  ;
stmt
  : "let" pattern type_opt init_opt   { $$ = ast_build_let(p, @$, $pattern, $type_opt, $init_opt); }
  | "var" name type_opt init_opt      { $$ = ast_build_stmt_var(p, AST_STMT_VAR, @$, $name, $type_opt, $init_opt); }
  | "var" tuple_pattern type_opt init_opt
      { $$ = ast_build_let(p, @$, $tuple_pattern, $type_opt, $init_opt); ast_build_let_var($$); }
  | "const" name type_opt "=" expr    { $$ = ast_build_stmt_var(p, AST_STMT_CONST, @$, $name, $type_opt, $expr); }
  | postfix assign_op expr            { $$ = ast_build_assign(p, @$, $assign_op, $postfix, $expr); }
  | "defer" stmt[inner]               { $$ = ast_build_defer(p, @$, $inner); }
  | expr                              { $$ = ast_build_stmt_expr(p, @$, $expr); }
  ;
assign_op
  : "="   { $$ = AST_SET; }
  | "+="  { $$ = AST_SET_ADD; }
  | "-="  { $$ = AST_SET_SUB; }
  | "*="  { $$ = AST_SET_MUL; }
  | "/="  { $$ = AST_SET_DIV; }
  ;

// ---- expressions, loosest first ----------------------------------------------------------------------------------

expr: tailed | closure | if_open | loop_form | jump
    | "try" expr[inner]  { $$ = ast_build_inner(p, AST_EXPR_TRY, @$, $inner); }
    ;
jump
  : "return"             { $$ = ast_build_inner(p, AST_EXPR_RETURN, @$, NULL); }
  | "return" expr[e]     { $$ = ast_build_inner(p, AST_EXPR_RETURN, @$, $e); }
  | "raise" expr[e]      { $$ = ast_build_inner(p, AST_EXPR_RAISE, @$, $e); }
  | "break"              { $$ = ast_build_leaf(p, AST_EXPR_BREAK, @$); }
  | "continue"           { $$ = ast_build_leaf(p, AST_EXPR_CONTINUE, @$); }
  | "stop"               { $$ = ast_build_leaf(p, AST_EXPR_STOP, @$); }
  ;
// A jump after `else`: its value ends where that of `else` does.
tail_jump
  : "return"             { $$ = ast_build_inner(p, AST_EXPR_RETURN, @$, NULL); }
  | "return" or_expr[e]  { $$ = ast_build_inner(p, AST_EXPR_RETURN, @$, $e); }
  | "raise" or_expr[e]   { $$ = ast_build_inner(p, AST_EXPR_RAISE, @$, $e); }
  | "break"              { $$ = ast_build_leaf(p, AST_EXPR_BREAK, @$); }
  | "continue"           { $$ = ast_build_leaf(p, AST_EXPR_CONTINUE, @$); }
  | "stop"               { $$ = ast_build_leaf(p, AST_EXPR_STOP, @$); }
  ;
closure
  : closure_head expr[body]               { $$ = ast_build_closure(p, @$, AST_CAP_NONE, $closure_head, NULL, $body); }
  | closure_head "->" type block          { $$ = ast_build_closure_block(p, @$, AST_CAP_NONE, $closure_head, $type, $block); }
  | "val" closure_head expr[body]         { $$ = ast_build_closure(p, @$, AST_CAP_VAL, $closure_head, NULL, $body); }
  | "val" closure_head "->" type block    { $$ = ast_build_closure_block(p, @$, AST_CAP_VAL, $closure_head, $type, $block); }
  | "iso" closure_head expr[body]         { $$ = ast_build_closure(p, @$, AST_CAP_ISO, $closure_head, NULL, $body); }
  | "iso" closure_head "->" type block    { $$ = ast_build_closure_block(p, @$, AST_CAP_ISO, $closure_head, $type, $block); }
  ;
closure_head
  : "||"                     { $$ = NULL; }
  | "|" closure_params "|"   { $$ = $closure_params; }
  ;
closure_params
  : closure_param                           { $$ = ast_add_closure_params(p, NULL, $closure_param); }
  | closure_params[list] "," closure_param  { $$ = ast_add_closure_params(p, $list, $closure_param); }
  ;
closure_param
  : name                  { $$ = (ast_closure_param){.span = @$, .name = $name}; }
  | "_"                   { $$ = (ast_closure_param){.span = @$, .name = ast_build_wild(p, @$)}; }
  | name ":" closed_type  { $$ = (ast_closure_param){.span = @$, .name = $name, .type = $closed_type}; }
  ;
loop_form
  : "while" cond block             { $$ = ast_build_loop(p, AST_EXPR_WHILE, @$, $cond, $block); }
  | "loop" block                   { $$ = ast_build_loop(p, AST_EXPR_LOOP, @$, NULL, $block); }
  | "for" pattern "in" subject block  { $$ = ast_build_for(p, @$, $pattern, $subject, $block); }
  ;
cond
  : subject
  | "let" pattern "=" subject  { $$ = ast_build_is(p, AST_EXPR_LET_COND, @$, $subject, $pattern); }
  | head[left] "=" head        { $$ = ast_build_assign_in_cond(p, @$, @2, $left); }
  ;
// What `if`, `while`, `for` and `match` look at: its `{` would be that of the body.
subject
  : head
  | "try" subject[inner]  { $$ = ast_build_inner(p, AST_EXPR_TRY, @$, $inner); }
  ;
if_open
  : "if" cond block                        { $$ = ast_build_if(p, @$, $cond, $block, NULL); }
  | "if" cond block "else" if_open[other]  { $$ = ast_build_if(p, @$, $cond, $block, $other); }
  ;
if_full
  : "if" cond block "else" block[other]
      { $$ = ast_build_if(p, @$, $cond, $3, ast_build_block_expr(p, @other, $other)); }
  | "if" cond block "else" if_full[other]  { $$ = ast_build_if(p, @$, $cond, $block, $other); }
  ;

tailed
  : head
  | head "else" tail_jump   { $$ = ast_build_tail(p, AST_EXPR_ELSE, @$, $head, $tail_jump); }
  ;
// What may stand before the `{` of `if`, `while`, `for` and `match`.
head
  : low
  | head[left] "within" or_expr          { $$ = ast_build_tail(p, AST_EXPR_WITHIN, @$, $left, $or_expr); }
  | head[left] "else" or_expr            { $$ = ast_build_tail(p, AST_EXPR_ELSE, @$, $left, $or_expr); }
  | head[left] "catch" "{" arms "}"      { $$ = ast_build_catch(p, @$, $left, $arms); }
  ;
low
  : or_expr
  | "await" "quorum" quorum_n "of" postfix where_opt  { $$ = ast_build_quorum(p, @$, $quorum_n, $postfix, $where_opt); }
  | "await" "lease" or_expr[what] "for" or_expr[time] { $$ = ast_build_lease(p, @$, $what, $time); }
  | "signal" postfix                                  { $$ = ast_build_inner(p, AST_EXPR_SIGNAL, @$, $postfix); }
  | "broadcast" postfix                               { $$ = ast_build_broadcast(p, @$, $postfix, NULL); }
  | "broadcast" postfix "fanout" or_expr              { $$ = ast_build_broadcast(p, @$, $postfix, $or_expr); }
  | "after" or_expr "signal" postfix                  { $$ = ast_build_timer(p, AST_EXPR_AFTER, @$, $or_expr, $postfix); }
  | "every" or_expr "signal" postfix                  { $$ = ast_build_timer(p, AST_EXPR_EVERY, @$, $or_expr, $postfix); }
  ;
quorum_n
  : "majority"       { $$ = (ast_quorum_n){AST_QUORUM_MAJORITY, NULL}; }
  | "supermajority"  { $$ = (ast_quorum_n){AST_QUORUM_SUPERMAJORITY, NULL}; }
  | "all"            { $$ = (ast_quorum_n){AST_QUORUM_ALL, NULL}; }
  | or_expr          { $$ = (ast_quorum_n){AST_QUORUM_N, $or_expr}; }
  ;
where_opt
  : %empty                         { $$ = NULL; }
  | "where" or_expr                { $$ = $or_expr; }
  | "where" closure_head or_expr   { $$ = ast_build_closure(p, span_join(@2, @3), AST_CAP_NONE, $closure_head, NULL, $or_expr); }
  ;

or_expr
  : and_expr
  | or_expr[l] "or" and_expr[r]     { $$ = ast_build_binary(p, @$, AST_OR, @2, $l, $r); }
  ;
and_expr
  : not_expr
  | and_expr[l] "and" not_expr[r]   { $$ = ast_build_binary(p, @$, AST_AND, @2, $l, $r); }
  ;
not_expr
  : comparison
  | "not" not_expr[e]               { $$ = ast_build_unary(p, @$, AST_NOT, $e); }
  ;
comparison
  : range
  | range[l] comparison_op range[r] { $$ = ast_build_binary(p, @$, $comparison_op, @2, $l, $r); }
  | range "is" pattern              { $$ = ast_build_is(p, AST_EXPR_IS, @$, $range, $pattern); }
  ;
comparison_op
  : "==" { $$ = AST_EQ; } | "!=" { $$ = AST_NE; } | "<" { $$ = AST_LT; }
  | "<=" { $$ = AST_LE; } | ">" { $$ = AST_GT; } | ">=" { $$ = AST_GE; }
  ;
range
  : bit_or
  | bit_or[l] ".." bit_or[r]        { $$ = ast_build_binary(p, @$, AST_RANGE, @2, $l, $r); }
  ;
bit_or
  : bit_xor
  | bit_or[l] "|" bit_xor[r]        { $$ = ast_build_binary(p, @$, AST_BITOR, @2, $l, $r); }
  ;
bit_xor
  : bit_and
  | bit_xor[l] "^" bit_and[r]       { $$ = ast_build_binary(p, @$, AST_BITXOR, @2, $l, $r); }
  ;
bit_and
  : shift
  | bit_and[l] "&" shift[r]         { $$ = ast_build_binary(p, @$, AST_BITAND, @2, $l, $r); }
  ;
shift
  : sum
  | shift[l] shift_op sum[r]        { $$ = ast_build_binary(p, @$, $shift_op, @2, $l, $r); }
  ;
shift_op: "<<" { $$ = AST_SHL; } | ">>" { $$ = AST_SHR; } ;
sum
  : product
  | sum[l] sum_op product[r]        { $$ = ast_build_binary(p, @$, $sum_op, @2, $l, $r); }
  ;
sum_op
  : "+" { $$ = AST_ADD; } | "-" { $$ = AST_SUB; } | "+%" { $$ = AST_ADD_WRAP; } | "-%" { $$ = AST_SUB_WRAP; }
  ;
product
  : unary
  | product[l] product_op unary[r]  { $$ = ast_build_binary(p, @$, $product_op, @2, $l, $r); }
  ;
product_op
  : "*" { $$ = AST_MUL; } | "/" { $$ = AST_DIV; } | "%" { $$ = AST_MOD; } | "*%" { $$ = AST_MUL_WRAP; }
  ;
unary
  : prefixed
  | "-" unary[e]                    { $$ = ast_build_unary(p, @$, AST_NEG, $e); }
  | "~" unary[e]                    { $$ = ast_build_unary(p, @$, AST_BITNOT, $e); }
  ;
prefixed
  : postfix
  | "await" prefixed[e]             { $$ = ast_build_inner(p, AST_EXPR_AWAIT, @$, $e); }
  | "take" prefixed[e]              { $$ = ast_build_inner(p, AST_EXPR_TAKE, @$, $e); }
  | annotations_opt "spawn" type_path
      { $$ = ast_build_spawn(p, span_join(@2, @3), $annotations_opt, $type_path, NULL, false, NULL); }
  | annotations_opt "spawn" type_path "in" postfix[place]
      { $$ = ast_build_spawn(p, span_join(@2, @place), $annotations_opt, $type_path, NULL, false, $place); }
  | annotations_opt "spawn" type_path "(" args ")" "in" postfix[place]
      { $$ = ast_build_spawn(p, span_join(@2, @place), $annotations_opt, $type_path, $args, true, $place); }
  | "callback" "self" "." member    { $$ = ast_build_callback(p, @$, $member); }
  ;
postfix
  : primary
  | postfix[o] "." member             { $$ = ast_build_field_of(p, @$, $o, $member, false); }
  | postfix[o] "." TYPE_NAME[id]      { $$ = ast_build_field_of(p, @$, $o, ast_build_ident(p, $id.text, @id), false); }
  | postfix[o] "?." member            { $$ = ast_build_field_of(p, @$, $o, $member, true); }
  | postfix[o] "." INT                { $$ = ast_build_elem(p, @$, $o, $INT, @INT); }
  | postfix[o] "(" args ")"           { $$ = ast_build_call(p, @$, $o, $args, span_join(@2, @4)); }
  | postfix[o] "(" error ")"          { $$ = ast_build_error(p, @$); yyerrok; }
  | postfix[o] "[" elements "]"       { $$ = ast_build_index(p, @$, $o, $elements); }
  | postfix[o] "[" error "]"          { $$ = ast_build_error(p, @$); yyerrok; }
  ;
primary
  : name                            { $$ = ast_build_name(p, @$, $name.name); }
  | TYPE_NAME[id]                   { $$ = ast_build_type_name(p, @$, $id.text); }
  | "self"                          { $$ = ast_build_leaf(p, AST_EXPR_SELF, @$); }
  | literal
  | block                           { $$ = ast_build_block_expr(p, @$, $block); }
  | if_full
  | "match" subject "{" arms "}"    { $$ = ast_build_match(p, @$, $subject, $arms); }
  | "(" ")"                         { $$ = ast_build_list(p, AST_EXPR_TUPLE, @$, NULL); }
  | "(" element ")"                 { $$ = ast_build_parens(p, @$, $element); }
  | "(" element "," elements ")"    { $$ = ast_build_tuple(p, @$, $element, $elements); }
  | "(" error ")"                   { $$ = ast_build_error(p, @$); yyerrok; }
  | array
  | "iso" block                     { $$ = ast_build_build(p, @$, AST_CAP_ISO, @1, ast_build_block_expr(p, @block, $block)); }
  | "val" block                     { $$ = ast_build_build(p, @$, AST_CAP_VAL, @1, ast_build_block_expr(p, @block, $block)); }
  | "iso" array                     { $$ = ast_build_build(p, @$, AST_CAP_ISO, @1, $array); }
  | "val" array                     { $$ = ast_build_build(p, @$, AST_CAP_VAL, @1, $array); }
  | "iso" type_path "(" args ")"
      { $$ = ast_build_build(p, @$, AST_CAP_ISO, @1, ast_build_construct(p, span_join(@2, @5), $type_path, $args, span_join(@3, @5))); }
  | "val" type_path "(" args ")"
      { $$ = ast_build_build(p, @$, AST_CAP_VAL, @1, ast_build_construct(p, span_join(@2, @5), $type_path, $args, span_join(@3, @5))); }
  | "val" TYPE_NAME[id] "." TYPE_NAME[variant] "(" args ")"
      { $$ = ast_build_build(p, @$, AST_CAP_VAL, @1, ast_build_made_variant(p, ast_build_ident(p, $id.text, @id), ast_build_ident(p, $variant.text, @variant), $args, span_join(@5, @7))); }
  | annotations_opt "spawn" type_path "(" args ")"
      { $$ = ast_build_spawn(p, span_join(@2, @6), $annotations_opt, $type_path, $args, true, NULL); }
  | "channel" "[" types "]" "(" args ")"  { $$ = ast_build_channel(p, @$, $types, $args); }
  ;
array
  : "[" "]"             { $$ = ast_build_list(p, AST_EXPR_ARRAY, @$, NULL); }
  | "[" exprs "]"       { $$ = ast_build_list(p, AST_EXPR_ARRAY, @$, $exprs); }
  | "[" exprs "," "]"   { $$ = ast_build_list(p, AST_EXPR_ARRAY, @$, $exprs); }
  | "[" ":" "]"         { $$ = ast_build_map(p, @$, NULL); }
  | "[" pairs "]"       { $$ = ast_build_map(p, @$, $pairs); }
  | "[" pairs "," "]"   { $$ = ast_build_map(p, @$, $pairs); }
  | "[" error "]"       { $$ = ast_build_error(p, @$); yyerrok; }
  ;
exprs
  : expr                   { $$ = ast_add_exprs(p, NULL, $expr); }
  | exprs[list] "," expr   { $$ = ast_add_exprs(p, $list, $expr); }
  ;
pairs
  : expr[k] ":" expr[v]                  { $$ = ast_add_pairs(p, NULL, (ast_pair){$k, $v}); }
  | pairs[list] "," expr[k] ":" expr[v]  { $$ = ast_add_pairs(p, $list, (ast_pair){$k, $v}); }
  ;
args: %empty { $$ = NULL; } | args_ne | args_ne "," ;
args_ne
  : arg                    { $$ = ast_add_args(p, NULL, $arg); }
  | args_ne[list] "," arg  { $$ = ast_add_args(p, $list, $arg); }
  ;
arg
  : expr           { $$ = (ast_arg){.value = $expr}; }
  | name ":" expr  { $$ = (ast_arg){.name = $name, .value = $expr}; }
  ;
// Inside [ ] after a value, and inside ( ): an expression, or a type that is no expression.
elements
  : element                      { $$ = ast_add_exprs(p, NULL, $element); }
  | elements[list] "," element   { $$ = ast_add_exprs(p, $list, $element); }
  ;
element: expr | type_expr ;
type_expr
  : type_suffix
  | fn_type          { $$ = ast_build_type_expr(p, @$, $fn_type); }
  ;
type_suffix
  : postfix cap           { $$ = ast_build_suffix_cap(p, @$, $postfix, $cap, @cap); }
  | postfix "?"           { $$ = ast_build_suffix_optional(p, @$, $postfix); }
  | type_suffix[t] "?"    { $$ = ast_build_suffix_optional(p, @$, $t); }
  ;

arms
  : commas_opt        { $$ = NULL; }
  | arm_list
  | arm_list commas   { $$ = $1; }
  ;
arm_list
  : commas_opt arm               { $$ = ast_add_arms(p, NULL, $arm); }
  | commas_opt error             { $$ = NULL; RECOVER; }
  | arm_list[list] commas arm    { $$ = ast_add_arms(p, $list, $arm); }
  | arm_list[list] commas error  { $$ = $list; RECOVER; }
  ;
arm
  : pattern guard_opt "=>" expr   { $$ = (ast_arm){@$, $pattern, $guard_opt, $expr}; }
  | pattern guard_opt "->" expr   { ast_build_wrong_arrow(p, @3, "=>"); $$ = (ast_arm){@$, $pattern, $guard_opt, $expr}; }
  ;
guard_opt: %empty { $$ = NULL; } | "if" expr { $$ = $expr; } ;

literal
  : INT       { $$ = ast_build_int(p, @$, $INT); }
  | FLOAT     { $$ = ast_build_float(p, @$, $FLOAT); }
  | DURATION  { $$ = ast_build_duration(p, @$, $DURATION); }
  | CHAR      { $$ = ast_build_char(p, @$, $CHAR); }
  | "true"    { $$ = ast_build_bool(p, @$, true); }
  | "false"   { $$ = ast_build_bool(p, @$, false); }
  | "none"    { $$ = ast_build_leaf(p, AST_EXPR_NONE, @$); }
  | text
  ;
text
  : STRING                     { $$ = ast_build_string(p, @$, $STRING); }
  | TEXT_BEGIN parts TEXT_END  { $$ = ast_build_interp(p, @$, $TEXT_BEGIN, $parts, $TEXT_END); }
  ;
parts
  : value                        { $$ = ast_add_parts(p, NULL, $value); }
  | parts[list] TEXT_MID value   { $$ = ast_add_parts(p, ast_add_text(p, $list, $TEXT_MID), $value); }
  ;
value
  : expr         { $$ = ast_build_part(p, $expr, (ast_format){.precision = -1}); }
  | expr FORMAT  { $$ = ast_build_part(p, $expr, $FORMAT.format); }
  | error        { $$ = ast_build_part(p, ast_build_error(p, @$), (ast_format){.precision = -1}); RECOVER; }
  ;

// ---- patterns ----------------------------------------------------------------------------------------------------

pattern
  : one_pattern
  | alternatives  { $$ = ast_build_pat_list(p, AST_PAT_OR, @$, $alternatives); }
  ;
alternatives
  : one_pattern[a] "|" one_pattern[b]   { $$ = ast_add_pats(p, ast_add_pats(p, NULL, $a), $b); }
  | alternatives[list] "|" one_pattern  { $$ = ast_add_pats(p, $list, $one_pattern); }
  ;
one_pattern
  : "_"                { $$ = ast_build_pat_leaf(p, AST_PAT_WILD, @$); }
  | name               { $$ = ast_build_pat_name(p, @$, $name.name); }
  | INT                { $$ = ast_build_pat_literal(p, @$, ast_build_int(p, @$, $INT)); }
  | "-" INT            { $$ = ast_build_pat_literal(p, @$, ast_build_unary(p, @$, AST_NEG, ast_build_int(p, @2, $INT))); }
  | FLOAT              { $$ = ast_build_pat_literal(p, @$, ast_build_float(p, @$, $FLOAT)); }
  | "-" FLOAT          { $$ = ast_build_pat_literal(p, @$, ast_build_unary(p, @$, AST_NEG, ast_build_float(p, @2, $FLOAT))); }
  | CHAR               { $$ = ast_build_pat_literal(p, @$, ast_build_char(p, @$, $CHAR)); }
  | DURATION           { $$ = ast_build_pat_literal(p, @$, ast_build_duration(p, @$, $DURATION)); }
  | "true"             { $$ = ast_build_pat_literal(p, @$, ast_build_bool(p, @$, true)); }
  | "false"            { $$ = ast_build_pat_literal(p, @$, ast_build_bool(p, @$, false)); }
  | STRING             { $$ = ast_build_pat_literal(p, @$, ast_build_string(p, @$, $STRING)); }
  | "none"             { $$ = ast_build_pat_leaf(p, AST_PAT_NONE, @$); }
  | pattern_path                   { $$ = ast_build_pat_path(p, @$, $pattern_path, NULL, false); }
  | pattern_path "(" ")"           { $$ = ast_build_pat_path(p, @$, $pattern_path, NULL, true); }
  | pattern_path "(" patterns ")"  { $$ = ast_build_pat_path(p, @$, $pattern_path, $patterns, true); }
  | pattern_path "(" error ")"     { $$ = ast_build_pat_leaf(p, AST_PAT_ERROR, @$); yyerrok; }
  | tuple_pattern
  ;
tuple_pattern
  : "(" ")"           { $$ = ast_build_pat_list(p, AST_PAT_TUPLE, @$, NULL); }
  | "(" patterns ")"  { $$ = ast_build_pat_list(p, AST_PAT_TUPLE, @$, $patterns); }
  | "(" error ")"     { $$ = ast_build_pat_leaf(p, AST_PAT_ERROR, @$); yyerrok; }
  ;
pattern_path
  : TYPE_NAME[a]                              { $$ = ast_build_path1(p, ast_build_ident(p, $a.text, @a)); }
  | TYPE_NAME[a] "." TYPE_NAME[b]             { $$ = ast_build_path2(p, ast_build_ident(p, $a.text, @a), ast_build_ident(p, $b.text, @b)); }
  | name "." TYPE_NAME[b]                     { $$ = ast_build_path2(p, $name, ast_build_ident(p, $b.text, @b)); }
  | name "." TYPE_NAME[b] "." TYPE_NAME[c]
      { $$ = ast_add_idents(p, ast_build_path2(p, $name, ast_build_ident(p, $b.text, @b)), ast_build_ident(p, $c.text, @c)); }
  ;
patterns
  : pattern                      { $$ = ast_add_pats(p, NULL, $pattern); }
  | patterns[list] "," pattern   { $$ = ast_add_pats(p, $list, $pattern); }
  ;

%%

// The names of what was found and of what could have stood there go to parser_report, which words the message.
static int yyreport_syntax_error(const yypcontext_t *context, parser *p) {
  yysymbol_kind_t expected[YYNTOKENS];
  const char *names[YYNTOKENS];
  int count = parser_is_silent(p) ? 0 : yypcontext_expected_tokens(context, expected, YYNTOKENS);
  for (int i = 0; i < count; i++) names[i] = yysymbol_name(expected[i]);
  parser_report(p, yysymbol_name(yypcontext_token(context)), names, count);
  return 0;
}

static void yyerror(span *at, parser *p, const char *message) {
  (void)message;  // only "memory exhausted" comes here
  parser_too_deep(p, *at);
}
