// options.c — reads the command line by the table of options.def.
// Owns:     the grammar of the command: options anywhere before the program's own arguments, `--name=value` or
//           `--name value`, `-oNAME` or `-o NAME`, `--` ends options.
// Promises: as options.h. Does not: print.
#include "driver/options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "base/suggest.h"

typedef enum option_id {
#define OPTION(id, long_name, short_name, argument, help) id,
#include "driver/options.def"
#undef OPTION
  OPTION_COUNT
} option_id;

typedef struct option_row {
  const char *name;
  char letter;
  const char *argument;
  const char *help;
} option_row;

static const option_row rows[OPTION_COUNT] = {
#define OPTION(id, long_name, short_name, argument, help) {long_name, short_name, argument, help},
#include "driver/options.def"
#undef OPTION
};

typedef struct subcommand {
  const char *name;
  command command;
} subcommand;

static const subcommand subcommands[] = {
    {"explain", CMD_EXPLAIN}, {"help", CMD_HELP}, {"test", CMD_TEST}, {"fmt", CMD_FMT}, {"graph", CMD_GRAPH},
};

// What other tools' users write first, and what they mean by it.
static const char *const habits[][2] = {
    {"run", "agentc --run FILE.agent"}, {"check", "agentc --check FILES"}, {"tests", "agentc test [FILES|DIRS]"},
    {"build", "agentc FILE.agent"},     {"compile", "agentc FILE.agent"},
};

static const char *const stage_names[] = {"tokens", "ast", "ir", "c", "lib", NULL};
static const char *const colour_names[] = {"auto", "always", "never", NULL};
static const char *const format_names[] = {"text", "json", NULL};

typedef struct reader {
  arena *arena;
  options *out;
  int argc;
  char **argv;
  int at;
  int command_option; // the option that chose the command, or -1
  VEC(const char *) files;
} reader;

static const char *unknown_option(reader *r, const char *text, size_t size) {
  const char *names[OPTION_COUNT];
  for (int i = 0; i < OPTION_COUNT; i++) names[i] = rows[i].name;
  const char *near = suggest(arena_strndup(r->arena, text + 2, size - 2), names, OPTION_COUNT);
  if (near) return arena_printf(r->arena, "unknown option '%.*s': did you mean '--%s'?", (int)size, text, near);
  return arena_printf(r->arena, "unknown option '%.*s' (agentc --help lists them)", (int)size, text);
}

static const char *whole_number(reader *r, option_id id, const char *value, int *out) {
  char *end = NULL;
  errno = 0;
  long n = strtol(value, &end, 10);
  if (errno || *end || end == value || n < 1 || n > 1000000)
    return arena_printf(r->arena, "--%s takes a number from 1 up, not '%s'", rows[id].name, value);
  *out = (int)n;
  return NULL;
}

// The index of `value` in `names`, or an error.
static const char *choose(reader *r, option_id id, const char *value, const char *const *names, int *index) {
  size_t count = 0;
  buf all = {0};
  for (; names[count]; count++) {
    if (strcmp(names[count], value) == 0) {
      *index = (int)count;
      buf_fini(&all);
      return NULL;
    }
    buf_printf(&all, "%s%s", count == 0 ? "" : names[count + 1] ? ", " : " or ", names[count]);
  }
  const char *text = arena_printf(r->arena, "--%s takes %s, not '%s'", rows[id].name, buf_text(&all), value);
  buf_fini(&all);
  return text;
}

static const char *set_command(reader *r, option_id id, command c) {
  if (r->command_option >= 0 && r->command_option != (int)id)
    return arena_printf(r->arena, "--%s and --%s exclude each other", rows[r->command_option].name, rows[id].name);
  if (r->out->command == CMD_FMT && id == OPT_CHECK) {
    r->out->check = true;
    return NULL;
  }
  if (r->out->command == CMD_TEST || r->out->command == CMD_FMT)
    return arena_printf(r->arena, "--%s and %s exclude each other", rows[id].name, r->out->name);
  r->command_option = (int)id;
  r->out->command = c;
  return NULL;
}

static const char *apply(reader *r, option_id id, const char *value) {
  options *o = r->out;
  const char *error = NULL;
  int index = 0;
  switch (id) {
  case OPT_OUTPUT:
    if (!*value) return "-o needs a file name";
    if (o->output) return "-o is given twice";
    o->output = value;
    return NULL;
  case OPT_RUN: return set_command(r, id, CMD_RUN);
  case OPT_CHECK: return set_command(r, id, CMD_CHECK);
  case OPT_EMIT:
    error = choose(r, id, value, stage_names, &index);
    o->stage = (emit_stage)index;
    return error ? error : set_command(r, id, o->stage == EMIT_LIB ? CMD_LIBRARY : CMD_EMIT);
  case OPT_DEPFILE:
    if (!*value) return "--depfile needs a file name";
    o->depfile = value;
    return NULL;
  case OPT_DIAGNOSTICS:
    error = choose(r, id, value, format_names, &index);
    o->json = index == 1;
    return error;
  case OPT_COLOR:
    error = choose(r, id, value, colour_names, &index);
    o->colour = (colour_when)index;
    return error;
  case OPT_FILTER: o->filter = value; return NULL;
  case OPT_JOBS: return whole_number(r, id, value, &o->jobs);
  case OPT_TIMEOUT: return whole_number(r, id, value, &o->timeout);
  case OPT_LIST: o->list = true; return NULL;
  case OPT_STATS: o->stats = true; return NULL;
  case OPT_LTO: o->lto = true; return NULL;
  case OPT_HELP:
    r->command_option = (int)id;
    o->command = CMD_HELP;
    return NULL;
  case OPT_VERSION:
    r->command_option = (int)id;
    o->command = CMD_VERSION;
    return NULL;
  case OPTION_COUNT: break;
  }
  return NULL;
}

// The argument of an option: what is attached to it, else the next word.
static const char *take_value(reader *r, option_id id, const char *attached, const char **value) {
  *value = attached;
  if (attached) return NULL;
  if (r->at < r->argc) {
    *value = r->argv[r->at++];
    return NULL;
  }
  if (rows[id].letter)
    return arena_printf(r->arena, "-%c needs an argument: -%c %s", rows[id].letter, rows[id].letter, rows[id].argument);
  return arena_printf(r->arena, "--%s needs an argument: --%s=%s", rows[id].name, rows[id].name, rows[id].argument);
}

static const char *read_long(reader *r, const char *word) {
  const char *equals = strchr(word, '=');
  size_t size = equals ? (size_t)(equals - word) : strlen(word);
  for (int i = 0; i < OPTION_COUNT; i++) {
    if (strlen(rows[i].name) != size - 2 || strncmp(rows[i].name, word + 2, size - 2) != 0) continue;
    const char *value = "";
    if (rows[i].argument) {
      const char *error = take_value(r, (option_id)i, equals ? equals + 1 : NULL, &value);
      if (error) return error;
    } else if (equals) {
      return arena_printf(r->arena, "--%s takes no argument", rows[i].name);
    }
    return apply(r, (option_id)i, value);
  }
  return unknown_option(r, word, size);
}

static const char *read_short(reader *r, const char *word) {
  for (int i = 0; i < OPTION_COUNT; i++) {
    if (rows[i].letter == 0 || rows[i].letter != word[1]) continue;
    const char *value = "";
    if (rows[i].argument) {
      const char *error = take_value(r, (option_id)i, word[2] ? word + 2 : NULL, &value);
      if (error) return error;
    } else if (word[2]) {
      break;
    }
    return apply(r, (option_id)i, value);
  }
  return arena_printf(r->arena, "unknown option '%s' (agentc --help lists them)", word);
}

// A word that is no option: a subcommand, if it is the first, or a file.
static void read_word(reader *r, const char *word) {
  options *o = r->out;
  if (r->files.count == 0 && r->command_option < 0 && o->command == CMD_BUILD) {
    for (size_t i = 0; i < sizeof subcommands / sizeof *subcommands; i++) {
      if (strcmp(word, subcommands[i].name) != 0) continue;
      o->command = subcommands[i].command;
      o->name = word;
      return;
    }
  }
  VEC_PUSH(r->arena, &r->files, word);
}

static const char *read_all(reader *r) {
  bool options_end = false;
  while (r->at < r->argc) {
    if (r->out->command == CMD_RUN && r->files.count > 0) return NULL; // the rest is the program's
    const char *word = r->argv[r->at++];
    const char *error = NULL;
    if (options_end || word[0] != '-' || word[1] == 0) read_word(r, word);
    else if (strcmp(word, "--") == 0) options_end = true;
    else error = word[1] == '-' ? read_long(r, word) : read_short(r, word);
    if (error) return error;
  }
  return NULL;
}

static const char *settle_test(reader *r) {
  options *o = r->out;
  static const char *const here[] = {"."};
  if (o->output) return "-o and test exclude each other";
  if (o->stats) return "--stats needs --run (of an executable: AGENT_STATS=1 ./app)";
  if (o->lto) return "--lto and test exclude each other";
  if (o->timeout == 0) o->timeout = 60;
  if (o->file_count > 0) return NULL;
  o->files = here;
  o->file_count = 1;
  return NULL;
}

static const char *settle_fmt(reader *r) {
  options *o = r->out;
  static const char *const here[] = {"."};
  if (o->output) return "-o and fmt exclude each other: files are laid out in their places";
  if (o->filter || o->jobs || o->timeout || o->list || o->stats || o->lto || o->depfile)
    return "fmt takes --check and nothing else";
  if (o->file_count > 0) return NULL;
  o->files = here;
  o->file_count = 1;
  return NULL;
}

// What the words together mean.
static const char *settle(reader *r) {
  options *o = r->out;
  o->files = r->files.items;
  o->file_count = (int)r->files.count;
  if (o->command == CMD_HELP || o->command == CMD_VERSION) return NULL;
  if (o->command == CMD_FMT) return settle_fmt(r);
  if (o->command == CMD_TEST) return settle_test(r);
  if (o->filter || o->jobs || o->timeout || o->list)
    return arena_printf(r->arena, "--%s is for `agentc test`",
                        o->filter    ? "filter"
                        : o->jobs    ? "jobs"
                        : o->timeout ? "timeout"
                                     : "list");
  if (o->command == CMD_EXPLAIN) {
    if (o->file_count > 1) return "explain takes one code, as in: agentc explain E0401";
    o->name = o->file_count ? o->files[0] : NULL;
    return NULL;
  }
  if (o->file_count == 0) {
    if (r->argc <= 1)
      return "no file given; usage: agentc FILE.agent, or agentc --run FILE.agent (agentc --help says more)";
    return "no file given";
  }
  for (size_t i = 0; i < sizeof habits / sizeof *habits; i++)
    if (strcmp(o->files[0], habits[i][0]) == 0)
      return arena_printf(r->arena, "there is no command '%s': this is written %s", habits[i][0], habits[i][1]);
  if (o->file_count > 1 && o->command != CMD_CHECK)
    return arena_printf(r->arena, "one file at a time: '%s' is one too many (only --check takes several)", o->files[1]);
  if (o->output && o->command == CMD_GRAPH)
    return "-o and graph exclude each other; write: agentc graph FILE.agent > FILE.dot";
  bool makes = o->command == CMD_BUILD || o->command == CMD_LIBRARY;
  if (o->output && !makes)
    return arena_printf(r->arena, "-o and --%s exclude each other", rows[r->command_option].name);
  if (o->depfile && !makes) return "--depfile is for what makes a file: agentc FILE.agent -o NAME --depfile=NAME.d";
  if (o->lto && o->command != CMD_BUILD) return "--lto is for executables: agentc --lto FILE.agent";
  if (o->stats && o->command != CMD_RUN) return "--stats needs --run (of an executable: AGENT_STATS=1 ./app)";
  return NULL;
}

const char *options_parse(options *out, arena *a, int argc, char **argv) {
  *out = (options){.command = CMD_BUILD};
  reader r = {.arena = a, .out = out, .argc = argc, .argv = argv, .at = 1, .command_option = -1};
  const char *error = read_all(&r);
  if (!error) error = settle(&r);
  if (error) return error;
  if (out->command == CMD_RUN) {
    // argv[at - 1] is the file, unless it came before --run
    char **args = ARENA_ARRAY(a, char *, argc - r.at + 2);
    args[0] = arena_strdup(a, out->files[0]);
    for (int i = r.at; i < argc; i++) args[i - r.at + 1] = argv[i];
    out->program_argv = args;
    out->program_argc = argc - r.at + 1;
  }
  return NULL;
}

void options_help(buf *out) {
  buf_adds(
      out,
      "usage: agentc FILE.agent [-o NAME]        compile to an executable (or C99: -o NAME.c)\n"
      "       agentc --run FILE.agent [ARGS]     compile in memory and run at once\n"
      "       agentc --check FILES               report errors only\n"
      "       agentc --emit=STAGE FILE.agent     print tokens, ast, ir or c\n"
      "       agentc --emit=lib FILE.agent       make a C library of what it exports: static, shared, with header\n"
      "       agentc test [FILES|DIRS]           run the test blocks of these files (default: of this folder)\n"
      "       agentc fmt [FILES|DIRS]            lay files out, in their places (--check: only name those it would "
      "change)\n"
      "       agentc graph FILE.agent            print how its topologies are wired, for Graphviz\n"
      "       agentc explain [CODE]              explain an error, as in: agentc explain E0401; without: list all\n"
      "\noptions:\n");
  for (int i = 0; i < OPTION_COUNT; i++) {
    char left[64];
    buf name = {0};
    if (rows[i].letter)
      buf_printf(&name, "-%c%s%s, ", rows[i].letter, rows[i].argument ? " " : "",
                 rows[i].argument ? rows[i].argument : "");
    buf_printf(&name, "--%s%s%s", rows[i].name, rows[i].argument ? "=" : "", rows[i].argument ? rows[i].argument : "");
    strncpy(left, buf_text(&name), sizeof left - 1);
    left[sizeof left - 1] = 0;
    buf_printf(out, "  %-26s %s\n", left, rows[i].help);
    buf_fini(&name);
  }
  buf_adds(
      out,
      "\nCC names the C compiler (default: cc, gcc or clang). AGENT_WORKERS=n sets a program's worker threads,\n"
      "AGENT_STATS=1 prints its statistics, AGENT_PROFILE=0 does not measure its agents, AGENT_SEED=n runs it in an\n"
      "order that n decides, each time the same, with a clock that does not wait.\n"
      "Exit status: that of the program with --run; else 0, 1 if there are errors in the program,\n"
      "2 if the call is wrong or a file cannot be read or written.\n");
}
