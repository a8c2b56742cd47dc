/* Paths that mean one place, and where values stand that came from elsewhere. */
#include <stdint.h>

#include "document/path.h"
#include "document_support.h"

static const char ecosystem[] =
    "seed: 7\n"
    "agents:\n"
    "  - name: theta\n"
    "    shares: {real: 0.5, curated: 0.5}\n"
    "    public: warm\n"
    "  - {name: gpt-4.1, shares: {real: 1}}\n"
    "  - {group: club, count: 20}\n"
    "  - {name: 7, shares: {real: 0}}\n"
    "network:\n"
    "  edges:\n"
    "    - {from: theta, to: theta, weight: 0.3}\n"
    "    - {from: gpt-4.1, to: theta, channel: {rotations: {scale: 1}}}\n"
    "    - {from: theta, to: theta, weight: 9}\n"
    "events:\n"
    "\"a.b=c\": {\"\": [x, y], '\"': z, '\\': w}\n";

#define assert_at(document, path, expected) \
    ck_assert_str_eq(tro_node_at((document)->root, path)->text, expected)

/* --- one place, many paths ---------------------------------------------------- */

START_TEST(test_paths_meet)
{
    static const struct {
        const char *one, *other;
        int meet, within;
    } pairs[] = {
        {"seed", "seed", 1, 1},
        {"seed", "\"seed\"", 1, 1},
        {"agents.theta.reward", "agents.0.reward", 1, 1},
        {"agents.\"theta\".\"reward\"", "\"agents\".0.reward", 1, 1},
        {"agents.\"gpt-4.1\".shares.real", "agents.1.shares.\"real\"", 1, 1},
        {"agents.7", "agents.\"7\"", 1, 1},
        {"network.edges.\"gpt-4.1->theta\".weight", "network.edges.1.weight", 1, 1},
        {"network.edges.theta->theta", "network.edges.2", 0, 0},
        {"\"a.b=c\".\"\\\"\"", "\"a.b=c\".\"", 0, 0},
        {"\"a.b=c\".\"\\\\\"", "\"a.b=c\".\\", 1, 1},
        {"agents.theta.shares.curated", "agents.0.shares", 0, 1},
        {"agents.theta.shares", "agents.0.shares.curated", 0, 0},
        {"agents.theta.shared", "agents.0.shares", 0, 0},
        {"agents.theta.reward", "agents.1.reward", 0, 0},
        /* what is not there is compared by its texts */
        {"a.b.c", "a.\"b\".c", 1, 1},
        {"agents.0.at.x", "agents.theta.at.\"x\"", 1, 1},
        {"agents.phi.at", "agents.\"phi\".at", 1, 1},
        {"agents.phi.at", "agents.chi.at", 0, 0},
        {"agents.phi", "agents.0", 0, 0},
        {"seed.x", "seed", 0, 1},
        /* the root holds everything, and nothing leads to what is no path */
        {"seed", "", 0, 1},
        {"", "", 1, 1},
        {"seed.", "seed", 0, 0},
        {"seed", "seed.", 0, 0},
        {"a..b", "a..b", 0, 0},
        {"\"seed", "\"seed", 0, 0},
    };
    tro_document *d = read_text(ecosystem);
    for (size_t k = 0; k < sizeof pairs / sizeof *pairs; k++) {
        const char *one = pairs[k].one, *other = pairs[k].other;
        ck_assert_msg(tro_paths_meet(d->root, one, other) == pairs[k].meet, "%s %s", one, other);
        ck_assert_msg(tro_paths_meet(d->root, other, one) == pairs[k].meet, "%s %s", other, one);
        ck_assert_msg(tro_path_within(d->root, one, other) == pairs[k].within, "%s in %s", one,
                      other);
    }
    tro_document_free(d);
}
END_TEST

START_TEST(test_path_stem)
{
    static const struct {
        const char *path, *key;
        size_t stem;
    } stems[] = {
        {"agents.p.shares", "shares", 8}, {"agents.p.\"shares\"", "shares", 8},
        {"shares", "shares", 0},          {"agents.p.shares", "share", SIZE_MAX},
        {"\"a.shares\"", "shares", SIZE_MAX}, {"", "shares", SIZE_MAX},
        {"a..shares", "shares", SIZE_MAX}, {"a.shares.", "shares", SIZE_MAX},
        {"\"a.b\".\"s\\\"\"", "s\"", 5},
    };
    for (size_t k = 0; k < sizeof stems / sizeof *stems; k++)
        ck_assert_msg(tro_path_stem(stems[k].path, strlen(stems[k].path), stems[k].key) ==
                          stems[k].stem, "%s", stems[k].path);
    ck_assert_uint_eq(tro_path_end("a.\"b=c\".d=e=f"), 9);
    ck_assert_uint_eq(tro_path_end("a\"=b"), 2);
    ck_assert_uint_eq(tro_path_end("\"a=b"), 2);
    ck_assert_uint_eq(tro_path_end("ab"), 2);
}
END_TEST

/* --- values that came from another file --------------------------------------- */

START_TEST(test_places_adopted)
{
    tro_document *d = read_text(ecosystem), *clone;
    tro_document *study = read_text("set:\n  x: {real: 0.5,\n      curated: 2}\n  y: [1, 2]\n");
    const tro_node *x = tro_node_at(study->root, "set.x"), *y = tro_node_at(study->root, "set.y");
    ck_assert_int_eq(tro_document_set(d, "agents.theta.shares", "{real: 0.5, curated: 2}", "set",
                                      NULL), TRO_OK);
    tro_node *shares = tro_node_at(d->root, "agents.theta.shares");
    tro_node_adopt_places(shares, x);
    ck_assert_ptr_eq(shares->place.source, &study->source);
    ck_assert_int_eq(shares->items[1]->place.line, 3);
    ck_assert_int_eq(shares->items[1]->place.column, 16);
    ck_assert_int_eq(shares->items[1]->key_place.column, 7);
    ck_assert_int_eq(shares->key_place.line, 4);   /* its key stands in the scenario */
    /* where the two are not alike everything stands at the whole */
    tro_node_adopt_places(tro_node_at(d->root, "network"), y);
    ck_assert_int_eq(tro_node_at(d->root, "network.edges.0.weight")->place.line, 4);
    ck_assert_int_eq(tro_node_at(d->root, "network.edges.0.weight")->key_place.column, 6);
    /* a clone points there, too, and copies what is the document's own */
    ck_assert_int_eq(tro_document_set(d, "seed", "8", "--set", NULL), TRO_OK);
    ck_assert_int_eq(tro_document_clone(d, &clone, NULL), TRO_OK);
    tro_document_free(d);
    ck_assert_ptr_eq(tro_node_at(clone->root, "agents.theta.shares.curated")->place.source,
                     &study->source);
    ck_assert_str_eq(tro_node_at(clone->root, "seed")->place.source->text, "seed=8");
    ck_assert_int_eq(tro_node_at(clone->root, "seed")->place.source->argument, 1);
    tro_document_free(clone);
    tro_document_free(study);
}
END_TEST

/* An override of one document is a foreign place in another: numbers alone
 * must not make it an own one. */
START_TEST(test_places_adopted_from_override)
{
    tro_document *d = read_text("a: 1\n"), *study = read_text("b: 2\n"), *clone, *again;
    ck_assert_int_eq(tro_document_set(study, "b", "3", "--set", NULL), TRO_OK);
    ck_assert_int_eq(tro_document_set(d, "a", "3", "set", NULL), TRO_OK);
    tro_node_adopt_places(tro_node_at(d->root, "a"), tro_node_at(study->root, "b"));
    ck_assert_int_eq(tro_document_clone(d, &clone, NULL), TRO_OK);
    tro_document_free(d);
    ck_assert_str_eq(tro_node_at(clone->root, "a")->place.source->text, "b=3");
    ck_assert_ptr_eq(tro_node_at(clone->root, "a")->place.source,
                     tro_node_at(study->root, "b")->place.source);
    ck_assert_int_eq(tro_document_set(clone, "c", "4", "set", NULL), TRO_OK);
    ck_assert_int_eq(tro_document_clone(clone, &again, NULL), TRO_OK);
    tro_document_free(clone);
    ck_assert_str_eq(tro_node_at(again->root, "c")->place.source->text, "c=4");
    tro_document_free(again);
    tro_document_free(study);
}
END_TEST

START_TEST(test_place_of_change)
{
    static const char *const keys[] = {"real", "synthetic", "curated"};
    tro_document *d = read_text(ecosystem);
    const tro_node *shares = tro_node_at(d->root, "agents.theta.shares");
    ck_assert_ptr_null(tro_place_of_change(shares, keys, 3, NULL));
    ck_assert_int_eq(tro_document_set_real(d, "agents.0.shares.synthetic", 0.5, "vary", NULL),
                     TRO_OK);
    ck_assert_int_eq(tro_place_of_change(shares, keys, 3, &shares->place)->column, 27);
    ck_assert_ptr_eq(tro_place_of_change(shares, keys, 1, &shares->place), &shares->place);
    /* a map that is an override's as a whole is not changed by it */
    ck_assert_int_eq(tro_document_set(d, "agents.0.shares", "{real: 1}", "x", NULL), TRO_OK);
    ck_assert_ptr_null(tro_place_of_change(shares, keys, 3, NULL));
    tro_document_free(d);
}
END_TEST

START_TEST(test_node_wrap)
{
    tro_document *d = read_text("a: 1\nb: [1, {c: 2}]\n");
    ck_assert_int_eq(tro_node_wrap(d, tro_node_at(d->root, "a"), "by"), TRO_OK);
    ck_assert_int_eq(tro_node_wrap(d, tro_node_at(d->root, "b"), "list"), TRO_OK);
    assert_at(d, "a.by", "1");
    assert_at(d, "b.list.1.c", "2");
    ck_assert_int_eq(tro_node_at(d->root, "a.by")->place.column, 4);
    ck_assert_int_eq(tro_document_set(d, "a.more", "3", "x", NULL), TRO_OK);
    assert_at(d, "a.more", "3");
    ck_assert_ptr_eq(tro_node_at(d->root, "b.list.1")->parent, tro_node_at(d->root, "b.list"));
    tro_document_free(d);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("path");
    tcase_add_test(tests, test_paths_meet);
    tcase_add_test(tests, test_path_stem);
    tcase_add_test(tests, test_places_adopted);
    tcase_add_test(tests, test_places_adopted_from_override);
    tcase_add_test(tests, test_place_of_change);
    tcase_add_test(tests, test_node_wrap);
    return run_suite(suite_create("path"), tests);
}
