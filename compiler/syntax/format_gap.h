// format_gap.h — blanks between two pieces on one line. Owns: nothing. Promises: as format.h. Does not: know of lines.
#ifndef SYNTAX_FORMAT_GAP_H
#define SYNTAX_FORMAT_GAP_H

#include <stdbool.h>
#include <stdint.h>

#include "parser.h"

typedef struct format_piece {
  uint32_t begin, end; // in the source
  int kind;            // T_…; of a comment 0
  bool comment, to_the_end;
  bool separated;  // a line end that separates statements stands before it
  uint32_t lines;  // line ends before it
  uint32_t blanks; // before it on its line
} format_piece;

// How many blanks stand before piece i, which is not the first on its line.
uint32_t format_gap(const format_piece *all, uint32_t i);

#endif
