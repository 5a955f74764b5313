// effect.h — what a call may overwrite: the slots (fields, array elements, map values) of counted type whose old content it drops.
// Owns:     the numbering of slots and a set per function, in the arena it is given.
// Promises: covers all a call does, its own calls and natives included. Slots are told apart by declaration and type, not by object.
#ifndef PASS_EFFECT_H
#define PASS_EFFECT_H

#include "mir/mir.h"

typedef struct effects {
  mir_program *p;
  arena *a;
  map bases;                  // hir_decl * -> number of its first field + 1
  VEC(const type *) elements; // slots of containers, by type
  uint32_t fields;            // field slots; number 0 is any tuple element
  uint32_t words;
  uint64_t *scratch;
  map writes; // mir_fn * or mir_set * -> set
} effects;

#define EFFECT_MAX_ELEMENTS 256 // further element types share a slot

void effects_compute(effects *e, mir_program *p, arena *a);
// Adds to set what the instruction overwrites by itself or by what it calls; false: nothing.
bool effect_of(effects *e, const mir_fn *f, const mir_inst *i, uint64_t *set);
// Adds the slots a place leads through (those in which its content is held).
void effect_place(effects *e, const mir_fn *f, const mir_place *pl, uint64_t *set);
void effect_container(effects *e, const type *container, uint64_t *set); // its elements, keys and values

#endif
