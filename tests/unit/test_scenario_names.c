/* What agents may be called, how they may start, and weights with their notes. */
#include "support.h"

#define HEAD "trophic: 1\noutcomes: {family: gaussian}\n"
#define ROOM 4096

static void refuse(const char *text, const char *expected)
{
    tro_assert_refused(text, NULL, 0, expected);
}

#define CONTROL(role, code) \
    "the name of " role " holds the control character U+" code ": letters, digits and blanks " \
    "would be right\n"
#define EMPTY(role) "the name of " role " is empty: at least one character would be right\n"
#define WORD(word) \
    "an agent cannot be called '" word "': in 'judge' that word means the " word " of the edge"

START_TEST(test_names_errors)
{
    refuse(HEAD
           "agents:\n"
           "  - {name: '', reference: 0, shares: {real: 1}}\n"
           "  - {name: \"two\\nlines\", reference: 0, shares: {real: 1}}\n"
           "  - {name: \"bell\\a\", reference: 0, shares: {real: 1}}\n"
           "  - {name: \"\\x7f\", reference: 0, shares: {real: 1}}\n"
           "  - {name: \"next\\N\", reference: 0, shares: {real: 1}}\n"
           "  - {name: producer, reference: 0, shares: {real: 1}}\n"
           "  - {name: 'consumer', reference: 0, shares: {real: 1}}\n"
           "  - {group: '', count: 2, reference: 0, shares: {real: 1}}\n"
           "  - {group: \"a\\tb\", count: 2, reference: 0, shares: {real: 1}}\n"
           "  - {group: g, names: [x, '', consumer, \"\\e\"], reference: 0, shares: {real: 1}}\n"
           "  - {name: \"a\\nb\", group: h, reference: 0, shares: {real: 1}}\n",
           "4:12: " EMPTY("an agent")
           "5:12: " CONTROL("an agent", "000A")
           "6:12: " CONTROL("an agent", "0007")
           "7:12: " CONTROL("an agent", "007F")
           "8:12: " CONTROL("an agent", "0085")
           "9:12: " WORD("producer") "\n"
           "10:12: " WORD("consumer") "\n"
           "11:13: " EMPTY("a group")
           "12:13: " CONTROL("a group", "0009")
           "13:27: " EMPTY("an agent")
           "13:31: " WORD("consumer") "\n"
           "13:41: " CONTROL("an agent", "001B")
           "14:5: an agent needs a 'name', or a 'group' of agents its name, found both\n"
           "14:12: " CONTROL("an agent", "000A")
           "13:5: two agents are called '': the first stands in line 4\n"
           "13:5: two agents are called 'consumer': the first stands in line 10");
}
END_TEST

/* Everything else is a name; a group is no judge. */
START_TEST(test_names_read)
{
    static const char *const names[] = {" ", "a, b", "say \"hi\"", ("gr\xC3\xB6\xC3\x9F" "e"),
                                        "Producer", "consumers", "\xC2\xA0", "1e3", "producer-1",
                                        "producer-2"};
    tro_world w;
    tro_world_read(&w, HEAD
        "agents:\n"
        "  - {group: g, names: [' ', 'a, b', 'say \"hi\"', größe, Producer, consumers, \"\\_\", "
        "1e3], reference: 0, shares: {real: 1}}\n"
        "  - {group: producer, count: 2, reference: 0, shares: {real: 1}}\n");
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
        ck_assert_str_eq(w.scenario->agents[k].name, names[k]);
    tro_world_close(&w);
}
END_TEST

START_TEST(test_start_errors)
{
    refuse(HEAD
           "agents:\n"
           "  - name: a\n"
           "    reference: {mean: 0, covariance: 2}\n"
           "    start: {mean: 1, covariance: 2}\n"
           "    shares: {real: 1}\n"
           "  - {name: b, reference: 0, start: {covariance: 1, mean: [1, 2]}, shares: {real: 1}}\n",
           "6:22: a start has no 'covariance': in a location family training moves the mean alone; "
           "that of all outputs stands in 'outcomes', that of real data in 'reference'\n"
           "8:58: mean has 2 numbers, but the dimension is 1\n"
           "8:37: a start has no 'covariance': in a location family training moves the mean alone; "
           "that of all outputs stands in 'outcomes', that of real data in 'reference'");
}
END_TEST

/* --- weights and their notes ---------------------------------------------------- */

/* Weights of a row sum to one in each layer, whatever they were. */
START_TEST(test_weights_normalise)
{
    tro_world w;
    char buffer[256];
    tro_world_read(&w, HEAD
        "agents:\n"
        "  - {name: a, reference: 0, shares: {synthetic: 0.5, curated: 0.5}}\n"
        "  - {name: b, reference: 0, shares: {real: 1}}\n"
        "network:\n"
        "  edges:\n"
        "    - {from: a, to: a, synthetic: 3, curated: 1}\n"
        "    - {from: a, to: a, synthetic: 0, curated: 1}\n"
        "    - {from: b, to: a, synthetic: 5, curated: 2}\n"
        "    - {from: a, to: b, weight: 0}\n");
    ck_assert_str_eq(tro_listed(&w.messages, buffer, sizeof buffer),
                     "8:7: note: weights were scaled to sum to 1: those into 'a' summed to 8 "
                     "(synthetic) and 4 (curated)");
    ck_assert_double_eq(w.scenario->edges[0].synthetic, 0.375);
    ck_assert_double_eq(w.scenario->edges[0].curated, 0.25);
    ck_assert_double_eq(w.scenario->edges[1].synthetic, 0);
    ck_assert_double_eq(w.scenario->edges[2].synthetic, 0.625);
    ck_assert_double_eq(w.scenario->edges[2].curated, 0.5);
    ck_assert_double_eq(w.scenario->edges[3].curated, 0);
    tro_world_close(&w);
    tro_world_read(&w, HEAD
        "agents: [{name: a, reference: 0, shares: {synthetic: 1}}]\n"
        "network:\n  normalise: false\n"
        "  edges: [{from: a, to: a, weight: 0.3}, {from: a, to: a, weight: 0.7}]\n");
    ck_assert_uint_eq(w.messages.count, 0);
    ck_assert_int_eq(w.scenario->normalised, 0);
    tro_world_close(&w);
}
END_TEST

static void check_notes(const char *network, const char *expected)
{
    tro_world w;
    char buffer[ROOM];
    tro_world_open(&w, HEAD
        "agents: [{group: a, count: 7, reference: 0, shares: {real: 1}}]\n%s", network);
    ck_assert_str_eq(tro_listed(&w.messages, buffer, sizeof buffer), expected);
    tro_world_close(&w);
}

/* Up to five consumers have a note each, at the first of their edges. Edges
 * that state no weight have none: they mean equal parts. */
START_TEST(test_edges_notes)
{
    check_notes("network:\n"
                "  judge: consumer\n"
                "  edges:\n"
                "    - {from: a-1, to: a-2}\n"
                "    - {from: a-2, to: a-2}\n"
                "    - {from: a-1, to: a-3}\n"
                "    - {from: a-2, to: a-3, weight: 2}\n",
                "9:7: note: weights were scaled to sum to 1: those into 'a-3' summed to 3");
    check_notes("network:\n"
                "  judge: consumer\n"
                "  edges:\n"
                "    - {from: a-1, to: a-2}\n"
                "    - {from: a-1, to: a-3, weight: 0.1}\n"
                "    - {from: a-2, to: a-3, weight: 0.4}\n"
                "    - {from: a-1, to: a-4, synthetic: 0, curated: 3}\n"
                "    - {from: a-1, to: a-5, weight: 0}\n",
                "8:7: note: weights were scaled to sum to 1: those into 'a-3' summed to 0.5\n"
                "10:7: note: weights were scaled to sum to 1: those into 'a-4' summed to 0 "
                "(synthetic) and 3 (curated)");
    check_notes("network:\n"
                "  judge: consumer\n"
                "  edges:\n"
                "    - {from: a-1, to: a-7, weight: 6}\n"
                "    - {from: a-1, to: a-1, weight: 2}\n"
                "    - {from: a-1, to: a-2, weight: 2}\n"
                "    - {from: a-1, to: a-3, weight: 3}\n"
                "    - {from: a-1, to: a-4, weight: 2}\n"
                "    - {from: a-1, to: a-5, weight: 2}\n",
                "8:7: note: weights were scaled to sum to 1: those into 'a-1' summed to 2, into "
                "'a-2' to 2, into 'a-3' to 3, and so on for 3 more agents");
}
END_TEST

/* Of edges that are not written out: where they come from. */
START_TEST(test_generator_notes)
{
    check_notes("network: {judge: consumer, generator: {ring: {self: 0.5}}}\n",
                "4:40: note: weights were scaled to sum to 1: those into 'a-1' summed to 1.5, into "
                "'a-2' to 1.5, into 'a-3' to 1.5, and so on for 4 more agents");
    check_notes("network: {judge: consumer, generator: complete}\n", "");
}
END_TEST

/* The edge that an override changed, where there is one. */
START_TEST(test_override_notes)
{
    static const char text[] = HEAD
        "agents: [{group: a, count: 2, reference: 0, shares: {real: 1}}]\n"
        "network: {edges: [{from: a-1, to: a-2}, {from: a-2, to: a-2, weight: 0}]}\n";
    const tro_override override = {.path = "network.edges.1.weight", .number = 3,
                                   .origin = "--set"};
    tro_document *document;
    tro_cell *cell;
    tro_messages messages = {0};
    char buffer[ROOM];
    ck_assert_int_eq(tro_document_read_text("test.yaml", text, strlen(text), &document,
                                            &messages), TRO_OK);
    ck_assert_int_eq(tro_cell_new(document, tro_catalog_builtin(), &override, 1, &cell,
                                  &messages), TRO_OK);
    ck_assert_str_eq(tro_listed(&messages, buffer, sizeof buffer),
                     "--set:1:24: note: weights were scaled to sum to 1: those into 'a-2' summed "
                     "to 4");
    tro_cell_free(cell);
    tro_document_free(document);
    tro_messages_clear(&messages);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_names_errors, test_names_read, test_start_errors, test_weights_normalise,
        test_edges_notes, test_generator_notes, test_override_notes};
    return TRO_RUN_TESTS("scenario names", tests);
}
