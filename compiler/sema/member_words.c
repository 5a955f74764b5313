// member_words.c — methods as other languages call them, for help with a member that is not there.
// Owns:     the table of their names.
// Promises: a name is offered only if the type has it; camelCase is tried as snake_case.
// Does not: guess by likeness (suggest.c).
#include <ctype.h>
#include <string.h>

#include "sema/check.h"

// As the library calls it; the first of several that the type has.
static const char *const words[][2] = {
    {"length", "size"},
    {"len", "size"},
    {"count", "size"},
    {"append", "push"},
    {"append", "append_all"},
    {"add", "push"},
    {"add", "insert"},
    {"push", "add"},
    {"push", "push_back"},
    {"push_back", "push"},
    {"prepend", "push_front"},
    {"add_all", "extend"},
    {"concat", "extend"},
    {"has", "contains"},
    {"includes", "contains"},
    {"contains_key", "contains"},
    {"has_key", "contains"},
    {"put", "insert"},
    {"set", "insert"},
    {"delete", "remove"},
    {"erase", "remove"},
    {"discard", "remove"},
    {"remove_at", "remove"},
    {"substring", "slice"},
    {"substr", "slice"},
    {"slice", "get"},
    {"to_str", "show"},
    {"to_string", "show"},
    {"to_text", "show"},
    {"strip", "trim"},
    {"lstrip", "trim_start"},
    {"rstrip", "trim_end"},
    {"trim_left", "trim_start"},
    {"trim_right", "trim_end"},
    {"to_upper", "upper"},
    {"to_lower", "lower"},
    {"uppercase", "upper"},
    {"lowercase", "lower"},
    {"to_upper_case", "upper"},
    {"to_lower_case", "lower"},
    {"title", "capitalize"},
    {"char_count", "count_chars"},
    {"splitlines", "lines"},
    {"split_lines", "lines"},
    {"split_whitespace", "words"},
    {"fields", "words"},
    {"clone", "copy"},
    {"dup", "copy"},
    {"to_owned", "copy"},
    {"position", "find_index"},
    {"position", "find"},
    {"index", "index_of"},
    {"index", "find"},
    {"index_of", "find"},
    {"last_index_of", "rfind"},
    {"some", "any"},
    {"every", "all"},
    {"exists", "any"},
    {"for_each", "each"},
    {"inject", "fold"},
    {"aggregate", "fold"},
    {"foldl", "fold"},
    {"collect", "to_array"},
    {"to_list", "to_array"},
    {"to_vec", "to_array"},
    {"to_array", "values"},
    {"items", "entries"},
    {"setdefault", "get_or_insert"},
    {"set_default", "get_or_insert"},
    {"entry", "get_or_insert"},
    {"get_or_default", "get_or"},
    {"get_or_else", "or_else"},
    {"unwrap", "expect"},
    {"unwrap_or_else", "or_else"},
    {"and_then", "flat_map"},
    {"bind", "flat_map"},
    {"is_present", "is_some"},
    {"min_by_key", "min_by"},
    {"max_by_key", "max_by"},
    {"sort_by_key", "sort_by"},
    {"sort_unstable", "sort"},
    {"distinct", "unique"},
    {"uniq", "unique"},
    {"frequencies", "counts"},
    {"with_index", "enumerate"},
    {"rev", "reversed"},
    {"step_by", "step"},
    {"skip", "drop"},
    {"limit", "take"},
    {"pop_back", "pop"},
    {"empty", "is_empty"},
    {"union_with", "union"},
    {"intersect", "intersection"},
};

// Where there is no such method, how it is written.
static const struct {
  const char *of, *name, *help; // of: the name of the type; NULL: of any number
} forms[] = {
    {"Array", "flatten", "write `.flat_map(|x| x)`"},
    {"Array", "pop_front", "write `.remove(0)`; `collections.Deque` does it quickly"},
    {"Array", "shift", "write `.remove(0)`; `collections.Deque` does it quickly"},
    {"Array", "unshift", "write `.insert(0, x)`; `collections.Deque` does it quickly"},
    {"Array", "prepend", "write `.insert(0, x)`; `collections.Deque` does it quickly"},
    {"Array", "push_front", "write `.insert(0, x)`; `collections.Deque` does it quickly"},
    {"Array", "iter", "`for x in xs` goes through it; `map`, `filter` and so on are its own; `std.iter` has lazy ones"},
    {"Array", "shuffle", "write `random.shuffle(xs, seed)`, with `use std.random`"},
    {"Map", "iter", "`for (key, value) in m` goes through it"},
    {"Set", "iter", "`for x in s` goes through it"},
    {"String", "parse",
     "write `.to_int()` or `.to_float()`, which are `none` if it is no number, or `.parse_int()`, which raises"},
    {"String", "format", "values stand in texts: `\"{name}: {x:.2}\"`"},
    {"String", "iter", "write `for c in s.chars()`, or `s.split(\"\")` for texts of one character each"},
    {"String", "bytes", "write `.to_bytes()`, or `.byte(i)` for one"},
    {"String", "slice", "write `s[a..b]`, in bytes; `take` and `drop` count characters"},
    {"String", "substring", "write `s[a..b]`, in bytes; `take` and `drop` count characters"},
    {"String", "substr", "write `s[a..b]`, in bytes; `take` and `drop` count characters"},
    {"String", "push", "a String never changes: join texts with `+`, or use a `TextBuilder`"},
    {"String", "append", "a String never changes: join texts with `+`, or use a `TextBuilder`"},
    {"String", "concat", "write `a + b`"},
    {"String", "length", "write `.size()` for bytes, `.count_chars()` for characters"},
    {"String", "len", "write `.size()` for bytes, `.count_chars()` for characters"},
    {"Optional", "unwrap_or", "write `x else other`"},
    {"Optional", "get", "write `x else other`, or `if let y = x { … }`"},
    {NULL, "to_float", "numbers are converted by calling their type: `F64(x)`, `Int(x)`"},
    {NULL, "to_int", "numbers are converted by calling their type: `F64(x)`, `Int(x)`"},
    {NULL, "to_string", "write `\"{x}\"`; `\"{x:.2}\"` shows two digits, `\"{n:x}\"` is hexadecimal"},
    {NULL, "sin", "write `math.sin(x)`, with `use std.math`"},
    {NULL, "cos", "write `math.cos(x)`, with `use std.math`"},
    {NULL, "exp", "write `math.exp(x)`, with `use std.math`"},
    {NULL, "log", "write `math.log(x)`, with `use std.math`"},
};

static const str *snake_case(sema *s, const str *name) {
  char text[64];
  size_t n = 0;
  for (const char *c = name->text; *c && n + 2 < sizeof text; c++) {
    if (isupper((unsigned char)*c)) text[n++] = '_';
    text[n++] = (char)tolower((unsigned char)*c);
  }
  text[n] = '\0';
  return str_intern_cstr(s->names, text);
}

// `to_f64`, `to_u8` and the like.
static bool asks_for_number(const char *name) {
  bool is_kind = strncmp(name, "to_", 3) == 0 && (name[3] == 'f' || name[3] == 'i' || name[3] == 'u');
  return is_kind && isdigit((unsigned char)name[4]);
}

const char *member_form(sema *s, const type *t, const decl_info *d, const str *name) {
  bool number = type_is_int(t) || type_is_float(t);
  name = snake_case(s, name);
  if (number && asks_for_number(name->text)) return "numbers are converted by calling their type: `F64(x)`, `Int(x)`";
  for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
    if (str_is(name, forms[i].name) && (forms[i].of ? str_is(d->name, forms[i].of) && d->mod->in->is_prelude : number))
      return forms[i].help;
  return NULL;
}

const char *member_word(sema *s, const decl_info *d, const str *name) {
  const str *snake = snake_case(s, name);
  if (snake != name && member_find(d, snake)) return snake->text;
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
    if (str_is(snake, words[i][0]) && member_find(d, str_intern_cstr(s->names, words[i][1]))) return words[i][1];
  return NULL;
}
