// ast_build_internal.h — shared by the two files of constructors. Owns: nothing.
#ifndef SYNTAX_AST_BUILD_INTERNAL_H
#define SYNTAX_AST_BUILD_INTERNAL_H

#include "syntax/ast_build.h"
#include "syntax/parser_state.h"

void ast_note_store(parser *p, const ast_expr *target, bool is_statement, span at); // ast_stores.c

// A grown list (or NULL) becomes the {items, count} of a node.
#define SET_LIST(field, vec) ((field).items = (vec) ? (vec)->items : NULL, (field).count = (vec) ? (vec)->count : 0)

static inline uint32_t depth_max(uint32_t a, uint32_t b) { return a > b ? a : b; }
static inline uint32_t expr_depth(const ast_expr *e) { return e ? e->depth : 0; }
static inline uint32_t type_depth(const ast_type *t) { return t ? t->depth : 0; }
static inline uint32_t pat_depth(const ast_pat *pat) { return pat ? pat->depth : 0; }
static inline uint32_t block_depth(const ast_block *b) { return b ? b->depth : 0; }

#endif
