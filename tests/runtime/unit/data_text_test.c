// data_text_test.c — String, and how values look as text.
#include "data_kit.h"

#define SHOWN(expected, call)          \
  do {                                 \
    ag_sb sb;                          \
    ag_sb_begin(&sb);                  \
    call;                              \
    is(ag_sb_take(cx, &sb), expected); \
  } while (0)

START_TEST(durations_show_in_the_largest_exact_unit) {
  SHOWN("250ms", ag_sb_duration(&sb, 250000000));
  SHOWN("1500ms", ag_sb_duration(&sb, 1500000000));
  SHOWN("5s", ag_sb_duration(&sb, 5000000000));
  SHOWN("90s", ag_sb_duration(&sb, 90000000000));
  SHOWN("2m", ag_sb_duration(&sb, 120000000000));
  SHOWN("1h", ag_sb_duration(&sb, 3600000000000));
  SHOWN("0s", ag_sb_duration(&sb, 0));
  SHOWN("-1us", ag_sb_duration(&sb, -1000));
  SHOWN("-9223372036854775808ns", ag_sb_duration(&sb, AG_I64_MIN));
}
END_TEST

START_TEST(instants_show_as_utc) {
  SHOWN("1970-01-01T00:00:00Z", ag_sb_instant(&sb, 0));
  SHOWN("2026-11-23T04:41:04.5Z", ag_sb_instant(&sb, 1795408864500000000));
  SHOWN("1969-12-31T23:59:59.999999999Z", ag_sb_instant(&sb, -1));
  SHOWN("2000-02-29T12:00:00Z", ag_sb_instant(&sb, 951825600000000000));
}
END_TEST

START_TEST(format_specifications) {
  SHOWN("3.14", ag_sb_fmt_f64(&sb, 3.14159, ".2"));
  SHOWN("-0.50", ag_sb_fmt_f64(&sb, -0.5, ".2"));
  SHOWN("    3.1", ag_sb_fmt_f64(&sb, 3.14159, "7.1"));
  SHOWN("-003.1", ag_sb_fmt_f64(&sb, -3.14159, "06.1"));
  SHOWN("2", ag_sb_fmt_f64(&sb, 2.0, ".0"));
  SHOWN("1.50e3", ag_sb_fmt_f64(&sb, 1500, ".2e"));
  SHOWN("1.5e3", ag_sb_fmt_f64(&sb, 1500, "e"));
  SHOWN("  nan", ag_sb_fmt_f64(&sb, 0.0 / 0.0 < 0 ? 0 : __builtin_nan(""), "05.1"));
  SHOWN("0.1", ag_sb_fmt_f32(&sb, 0.1F, ""));
  SHOWN("0042", ag_sb_fmt_i64(&sb, 42, "04"));
  SHOWN("-042", ag_sb_fmt_i64(&sb, -42, "04"));
  SHOWN("  42", ag_sb_fmt_i64(&sb, 42, "4"));
  SHOWN("42  ", ag_sb_fmt_i64(&sb, 42, "<4"));
  SHOWN(" 42 ", ag_sb_fmt_i64(&sb, 42, "^4"));
  SHOWN("+42", ag_sb_fmt_i64(&sb, 42, "+"));
  SHOWN("ff", ag_sb_fmt_i64(&sb, 255, "x"));
  SHOWN("-00FF", ag_sb_fmt_i64(&sb, -255, "05X"));
  SHOWN("101", ag_sb_fmt_u64(&sb, 5, "b"));
  SHOWN("-9223372036854775808", ag_sb_fmt_i64(&sb, AG_I64_MIN, ""));
  SHOWN("-8000000000000000", ag_sb_fmt_i64(&sb, AG_I64_MIN, "x"));
  ag_str *s = text("h\xC3\xA9llo");
  SHOWN("h\xC3\xA9llo  ", ag_sb_fmt_str(&sb, s, "7"));
  SHOWN("  h\xC3\xA9llo", ag_sb_fmt_str(&sb, s, ">7"));
  SHOWN("h\xC3\xA9", ag_sb_fmt_str(&sb, s, ".2"));
  SHOWN("h\xC3\xA9llo", ag_sb_fmt_str(&sb, s, "2"));
  ag_release(cx, s);
  bool yes = true;
  SHOWN("true  ", ag_sb_fmt_value(cx, &sb, &ag_type_bool, &yes, "6"));
}
END_TEST

START_TEST(strings_are_quoted_inside_containers) {
  ag_str *s = ag_str_new(cx, "a\"\\\n\0\x1b\xC3\xA9", 8);
  SHOWN("\"a\\\"\\\\\\n\\0\\u{1b}\xC3\xA9\"", ag_sb_quoted(&sb, s));
  ck_assert_int_eq(s->size, 8);
  ag_release(cx, s);
}
END_TEST

START_TEST(long_texts_are_built) {
  ag_sb sb;
  ag_sb_begin(&sb);
  for (int64_t i = 0; i < 100000; i++) ag_sb_i64(&sb, i % 10);
  ag_str *s = ag_sb_take(cx, &sb);
  ck_assert_int_eq(s->size, 100000);
  ck_assert_int_eq(s->bytes[99999], '9');
  ck_assert_int_eq(s->bytes[100000], 0);
  ag_release(cx, s);
}
END_TEST

// ---- String ----------------------------------------------------------------------------------------------------
static void sliced(const char *of, int64_t from, int64_t to, const char *expected) {
  ag_str *s = text(of);
  ag_str *part = ag_str_slice(cx, s, from, to);
  if (expected) is(part, expected);
  ag_release(cx, s);
}

START_TEST(slices_lie_on_character_boundaries) {
  sliced("h\xC3\xA9llo", 0, 3, "h\xC3\xA9");
  sliced("h\xC3\xA9llo", 6, 6, "");
  sliced("h\xC3\xA9llo", 0, 6, "h\xC3\xA9llo");
  sliced("h\xC3\xA9llo", 0, 2, NULL);
  raised(&ag_error_IndexOutOfRange, "index out of range: 0..2 cuts a character");
  sliced("abc", 2, 4, NULL);
  raised(&ag_error_IndexOutOfRange, "index out of range: 2..4 of 3");
  sliced("abc", 2, 1, NULL);
  raised(&ag_error_IndexOutOfRange, "index out of range: 2..1 of 3");
  sliced("abc", -1, 1, NULL);
  raised(&ag_error_IndexOutOfRange, "index out of range: -1..1 of 3");
}
END_TEST

static void joined(ag_array *parts, const char *expected) {
  ag_str *bar = text("|");
  is(ag_array_join(cx, parts, bar), expected);
  ag_release(cx, bar);
  ag_release(cx, parts);
}

static void split(const char *of, const char *separator, const char *expected) {
  ag_str *s = text(of), *sep = text(separator);
  joined(ag_str_split(cx, s, sep), expected);
  ag_release(cx, s);
  ag_release(cx, sep);
}

static void lines(const char *of, const char *expected) {
  ag_str *s = text(of);
  joined(ag_str_lines(cx, s), expected);
  ag_release(cx, s);
}

START_TEST(splitting) {
  split("a,b,,c", ",", "a|b||c");
  split("", ",", "");
  split("abc", ",", "abc");
  split(",", ",", "|");
  split("a--b-c", "--", "a|b-c");
  split("a\xC3\xA9z", "", "a|\xC3\xA9|z");
  lines("a\nb\r\n\nc", "a|b||c");
  lines("a\n", "a");
  lines("", "");
  lines("\n\n", "|");
}
END_TEST

static void mapped(ag_str *(*f)(ag_cx *, ag_str *), const char *of, const char *expected) {
  ag_str *s = text(of);
  is(f(cx, s), expected);
  ag_release(cx, s);
}

START_TEST(changing_text) {
  mapped(ag_str_trim, "  a b\t\n", "a b");
  mapped(ag_str_trim_start, "  a ", "a ");
  mapped(ag_str_trim_end, "  a ", "  a");
  mapped(ag_str_trim, " \n", "");
  mapped(ag_str_upper,
         "stra\xC3\x9F"
         "e \xC3\xA9\xC3\xBF \xD0\xB6 \xCF\x83\xCF\x82",
         "STRA\xC3\x9F"
         "E \xC3\x89\xC5\xB8 \xD0\x96 \xCE\xA3\xCE\xA3");
  mapped(ag_str_lower, "ABC \xC3\x89\xC3\x97 \xD0\x96\xD0\x81 \xCE\xA9 \xC4\x80",
         "abc \xC3\xA9\xC3\x97 \xD0\xB6\xD1\x91 \xCF\x89 \xC4\x81");
  ag_str *s = text("aXbXX"), *x = text("X"), *yz = text("yz"), *none = text("");
  is(ag_str_replace(cx, s, x, yz), "ayzbyzyz");
  is(ag_str_replace(cx, s, none, yz), "aXbXX");
  is(ag_str_replace(cx, s, x, none), "ab");
  is(ag_str_repeat(cx, yz, 3), "yzyzyz");
  is(ag_str_repeat(cx, yz, -3), "");
  is(ag_str_concat(cx, yz, x), "yzX");
  is(ag_str_concat(cx, yz, none), "yz");
  ag_str_repeat(cx, yz, AG_I64_MAX);
  raised(&ag_error_OutOfMemory, "out of memory");
  ag_release(cx, s);
  ag_release(cx, x);
  ag_release(cx, yz);
}
END_TEST

START_TEST(searching) {
  ag_str *s = text("abcabc"), *bc = text("bc"), *d = text("d"), *none = text(""), *ab = text("ab");
  int64_t at;
  ck_assert(ag_str_find(cx, s, bc, 0, &at) && at == 1);
  ck_assert(ag_str_rfind(cx, s, bc, &at) && at == 4);
  ck_assert(!ag_str_find(cx, s, d, 0, &at) && !ag_str_rfind(cx, s, d, &at));
  ck_assert(ag_str_find(cx, s, none, 0, &at) && at == 0);
  ck_assert(ag_str_rfind(cx, s, none, &at) && at == 6);
  ck_assert(!ag_str_find(cx, bc, s, 0, &at) && !ag_str_rfind(cx, bc, s, &at));
  ck_assert(ag_str_starts_with(cx, s, ab) && !ag_str_starts_with(cx, s, bc) && !ag_str_starts_with(cx, ab, s));
  ck_assert(ag_str_ends_with(cx, s, bc) && !ag_str_ends_with(cx, s, ab));
  ck_assert(ag_str_contains(cx, s, none) && !ag_str_contains(cx, s, d));
  ck_assert_int_eq(ag_str_byte(cx, s, 5), 'c');
  ag_str_byte(cx, s, 6);
  raised(&ag_error_IndexOutOfRange, "index out of range: 6 of 6");
  ck_assert_int_lt(ag_str_cmp(ab, s), 0);
  ck_assert_int_gt(ag_str_cmp(d, s), 0);
  ck_assert_int_eq(ag_str_cmp(s, s), 0);
  ag_release(cx, s);
  ag_release(cx, bc);
  ag_release(cx, d);
  ag_release(cx, ab);
}
END_TEST

START_TEST(reading_numbers) {
  static const struct {
    const char *s;
    bool ok;
    int64_t n;
  } ints[] = {{"42", true, 42},
              {"-42", true, -42},
              {"+7", true, 7},
              {"9223372036854775807", true, AG_I64_MAX},
              {"-9223372036854775808", true, AG_I64_MIN},
              {"9223372036854775808", false, 0},
              {"", false, 0},
              {"-", false, 0},
              {" 1", false, 0},
              {"1 ", false, 0},
              {"1.0", false, 0},
              {"0x1", false, 0},
              {"--1", false, 0}};
  for (size_t i = 0; i < sizeof ints / sizeof *ints; i++) {
    ag_str *s = text(ints[i].s);
    int64_t n;
    ck_assert_int_eq(ag_str_to_int(cx, s, 10, &n), ints[i].ok);
    ck_assert_int_eq(n, ints[i].n);
    ag_release(cx, s);
  }
  static const struct {
    const char *s;
    bool ok;
    double x;
  } floats[] = {{"2.5", true, 2.5}, {"-1e9", true, -1e9}, {"7", true, 7},      {"1E-2", true, 0.01},
                {"nan", false, 0},  {"inf", false, 0},    {".5", false, 0},    {"5.", false, 0},
                {"1e", false, 0},   {"0x10", false, 0},   {"1e999", false, 0}, {"1,5", false, 0}};
  for (size_t i = 0; i < sizeof floats / sizeof *floats; i++) {
    ag_str *s = text(floats[i].s);
    double x;
    ck_assert_int_eq(ag_str_to_float(cx, s, &x), floats[i].ok);
    ck_assert(x == floats[i].x);
    ag_release(cx, s);
  }
}
END_TEST

START_TEST(only_utf8_becomes_text) {
  static const struct {
    const char *bytes;
    int64_t n;
    bool ok;
  } cases[] = {{"abc", 3, true},
               {"\xC3\xA9", 2, true},
               {"\xF0\x9F\x98\x80", 4, true},
               {"\xC3", 1, false},
               {"\x80", 1, false},
               {"\xC0\x80", 2, false},
               {"\xED\xA0\x80", 3, false},
               {"\xF4\x90\x80\x80", 4, false},
               {"\xE0\x80\x80", 3, false},
               {"abcdefgh\xFF", 9, false},
               {"", 0, true},
               {"\0", 1, true}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    ag_bytes *b = ag_bytes_from(cx, cases[i].bytes, cases[i].n);
    ag_str *s = ag_bytes_to_string(cx, b);
    ck_assert_int_eq(s != NULL, cases[i].ok);
    ag_release(cx, b);
    ag_release_opt(cx, s);
  }
  ag_str *s = text("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
  ag_array *chars = ag_str_chars(cx, s);
  static const uint32_t expected[] = {'a', 0xE9, 0x20AC, 0x1F600};
  ck_assert_int_eq(chars->size, 4);
  ck_assert_int_eq(memcmp(chars->data, expected, sizeof expected), 0);
  ag_release(cx, chars);
  ag_release(cx, s);
}
END_TEST

TESTS("text", durations_show_in_the_largest_exact_unit, instants_show_as_utc, format_specifications,
      strings_are_quoted_inside_containers, long_texts_are_built, slices_lie_on_character_boundaries, splitting,
      changing_text, searching, reading_numbers, only_utf8_becomes_text)
