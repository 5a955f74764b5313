// sb.c — the string builder, and how values look as text (numbers: sb_num.c, format specifications: sb_fmt.c).
// Owns:     a builder's heap block, which becomes the finished string without a copy.
// Promises: short texts stay in the builder itself until they are taken.
#include "data/data.h"
#include "data/output.h"
#include "data/utf8.h"
#include "mem/heap.h"

void ag_sb_grow(ag_sb *sb, int64_t more) {
  int64_t cap = agi_grown(sb->cap, sb->size, more, 1);
  ag_str *block = agi_realloc(sb->heap, (int64_t)sizeof(ag_str) + cap + 1);
  if (!sb->heap) memcpy(block->bytes, sb->local, (size_t)sb->size);
  sb->heap = block;
  sb->data = block->bytes;
  sb->cap = cap;
}

void ag_sb_drop(ag_sb *sb) {
  if (sb->heap) agi_free(sb->heap);
  sb->heap = NULL;
}

ag_str *ag_sb_take(ag_cx *cx, ag_sb *sb) {
  ag_str *s = sb->heap;
  if (!s) return ag_str_new(cx, sb->local, sb->size);
  if (sb->cap - sb->size > sb->size / 2) s = agi_realloc(s, (int64_t)sizeof *s + sb->size + 1);
  sb->heap = NULL;
  s->h = (ag_obj){.cls = &ag_class_str, .rc = -1};
  s->size = sb->size;
  s->hash = 0;
  s->bytes[s->size] = 0;
  return s;
}

void ag_sb_print(ag_cx *cx, ag_sb *sb) {
  (void)cx;
  ag_sb_char(sb, '\n');
  agi_output_write(sb->data, sb->size);
  ag_sb_drop(sb);
}

void ag_print(ag_cx *cx, ag_str *line) {
  ag_sb sb;
  ag_sb_begin(&sb);
  ag_sb_str(&sb, line);
  ag_sb_print(cx, &sb);
}

// ---- text ------------------------------------------------------------------------------------------------------
static const char *escape_of(unsigned char c) {
  switch (c) {
  case '"': return "\\\"";
  case '\\': return "\\\\";
  case '\n': return "\\n";
  case '\t': return "\\t";
  case '\r': return "\\r";
  case 0: return "\\0";
  default: return NULL;
  }
}

void ag_sb_quoted(ag_sb *sb, const ag_str *s) {
  ag_sb_char(sb, '"');
  int64_t done = 0;
  for (int64_t i = 0; i < s->size; i++) {
    unsigned char c = (unsigned char)s->bytes[i];
    if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7F) continue;
    ag_sb_bytes(sb, s->bytes + done, i - done);
    done = i + 1;
    const char *escape = escape_of(c);
    if (escape) {
      ag_sb_bytes(sb, escape, 2);
    } else {
      const char *hex = "0123456789abcdef";
      char code[6] = {'\\', 'u', '{', hex[c >> 4], hex[c & 15], '}'};
      ag_sb_bytes(sb, code, 6);
    }
  }
  ag_sb_bytes(sb, s->bytes + done, s->size - done);
  ag_sb_char(sb, '"');
}

void ag_sb_bool(ag_sb *sb, bool x) {
  if (x) AG_SB_TEXT(sb, "true");
  else AG_SB_TEXT(sb, "false");
}

void ag_sb_unit(ag_sb *sb, ag_unit x) {
  (void)x;
  AG_SB_TEXT(sb, "()");
}

void ag_sb_range(ag_sb *sb, ag_range r) {
  ag_sb_i64(sb, r.from);
  AG_SB_TEXT(sb, "..");
  ag_sb_i64(sb, r.to);
}

void ag_sb_value(ag_cx *cx, ag_sb *sb, const ag_type *type, const void *slot) {
  if (type == &ag_type_str) ag_sb_str(sb, *(ag_str *const *)slot);
  else if (type->show) type->show(cx, sb, slot);
  else ag_sb_bytes(sb, type->name, (int64_t)strlen(type->name));
}

// ---- time ------------------------------------------------------------------------------------------------------
void ag_sb_duration(ag_sb *sb, int64_t ns) {
  static const struct {
    const char *name;
    int64_t ns;
  } units[] = {{"h", 3600000000000}, {"m", 60000000000}, {"s", 1000000000}, {"ms", 1000000}, {"us", 1000}, {"ns", 1}};
  if (ns == 0) {
    AG_SB_TEXT(sb, "0s");
    return;
  }
  size_t u = 0;
  while (ns % units[u].ns != 0) u++;
  ag_sb_i64(sb, ns / units[u].ns);
  ag_sb_bytes(sb, units[u].name, (int64_t)strlen(units[u].name));
}

static void put_padded(ag_sb *sb, int64_t x, int digits) {
  char text[20];
  for (int i = digits - 1; i >= 0; i--, x /= 10) text[i] = (char)('0' + x % 10);
  ag_sb_bytes(sb, text, digits);
}

// The date of a day counted from 1970-01-01, in the Gregorian calendar (eras of 400 years that begin on March 1st).
static void put_date(ag_sb *sb, int64_t days) {
  int64_t shifted = days + 719468;
  int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
  int64_t day_of_era = shifted - era * 146097;
  int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int64_t month_from_march = (5 * day_of_year + 2) / 153;
  int64_t day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
  int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  put_padded(sb, year_of_era + era * 400 + (month <= 2), 4);
  ag_sb_char(sb, '-');
  put_padded(sb, month, 2);
  ag_sb_char(sb, '-');
  put_padded(sb, day, 2);
}

void ag_sb_instant(ag_sb *sb, int64_t unix_ns) {
  int64_t second = unix_ns / 1000000000, fraction = unix_ns % 1000000000;
  if (fraction < 0) {
    fraction += 1000000000;
    second--;
  }
  int64_t day = second / 86400, of_day = second % 86400;
  if (of_day < 0) {
    of_day += 86400;
    day--;
  }
  put_date(sb, day);
  ag_sb_char(sb, 'T');
  put_padded(sb, of_day / 3600, 2);
  ag_sb_char(sb, ':');
  put_padded(sb, of_day / 60 % 60, 2);
  ag_sb_char(sb, ':');
  put_padded(sb, of_day % 60, 2);
  if (fraction) {
    int digits = 9;
    for (; fraction % 10 == 0; fraction /= 10) digits--;
    ag_sb_char(sb, '.');
    put_padded(sb, fraction, digits);
  }
  ag_sb_char(sb, 'Z');
}
