/* GraphML: what is read from it, what is refused, and that what is written
 * reads back the same. */
#include "graphml_support.h"

START_TEST(test_directed_read)
{
    outcome o;

    read_data(&o, "network-directed.graphml");
    ck_assert_uint_eq(o.messages.count, 0);
    ck_assert_uint_eq(o.graph.nodes, 3);
    ck_assert_str_eq(o.graph.names[0], "theta");
    ck_assert_str_eq(o.graph.names[1], "phi");
    ck_assert_str_eq(o.graph.names[2], "psi");
    ck_assert_uint_eq(o.graph.count, 4);
    check_link(&o.graph.links[0], 0, 0, 0.3, 0.3, NAN);
    check_link(&o.graph.links[1], 1, 0, 0.7, 0.7, NAN);
    check_link(&o.graph.links[2], 1, 2, 2, 2, NAN);
    check_link(&o.graph.links[3], 0, 1, 0, 0, NAN);
    outcome_clear(&o);
}
END_TEST

START_TEST(test_undirected_read)
{
    outcome o;

    read_data(&o, "network-undirected.graphml");
    ck_assert_uint_eq(o.messages.count, 0);
    ck_assert_uint_eq(o.graph.nodes, 3);
    ck_assert_str_eq(o.graph.names[0], "7");
    ck_assert_str_eq(o.graph.names[1], "20");
    ck_assert_str_eq(o.graph.names[2], "-1");
    ck_assert_uint_eq(o.graph.count, 5);
    check_link(&o.graph.links[0], 0, 1, 1, 1, NAN);
    check_link(&o.graph.links[1], 1, 0, 1, 1, NAN);
    check_link(&o.graph.links[2], 1, 1, 1, 1, NAN);
    check_link(&o.graph.links[3], 1, 2, 1, 1, NAN);
    check_link(&o.graph.links[4], 2, 1, 1, 1, NAN);
    outcome_clear(&o);
}
END_TEST

START_TEST(test_layers_read)
{
    outcome o;

    read_data(&o, "network-layers.graphml");
    ck_assert_str_eq(o.graph.names[0], "open & \"free\"");
    ck_assert_str_eq(o.graph.names[1], "クローズド");
    ck_assert_uint_eq(o.graph.count, 3);
    check_link(&o.graph.links[0], 0, 1, 1e-3, 4, 3);
    check_link(&o.graph.links[1], 1, 0, 0.5, 0.25, NAN);
    check_link(&o.graph.links[2], 1, 0, 0.5, 2, NAN);
    ck_assert_uint_eq(o.messages.count, 0);
    outcome_clear(&o);
}
END_TEST

/* Partly stated weights are legal but said. */
START_TEST(test_weights_missing)
{
    outcome o;

    read_parts(&o, "<key id='w' for='edge' attr.name='weight' attr.type='double'/>",
               "<node id='a'/><node id='b'/><edge source='a' target='b'/>"
               "<edge source='b' target='a'><data key='w'>3</data></edge>"
               "<edge source='b' target='b'><data key='w'>nan</data></edge>");
    ck_assert_int_eq(o.status, TRO_OK);
    check_link(&o.graph.links[0], 0, 1, 1, 1, NAN);
    check_link(&o.graph.links[1], 1, 0, 3, 3, NAN);
    check_link(&o.graph.links[2], 1, 1, 1, 1, NAN);
    ck_assert_uint_eq(o.messages.count, 2);
    ck_assert_int_eq(o.messages.items[0].severity, TRO_WARNING);
    ck_assert_str_eq(o.messages.items[0].text, "2 of the 3 edges of 'net.graphml' state no "
                     "synthetic weight and count as 1");
    ck_assert_str_eq(o.messages.items[1].text, "2 of the 3 edges of 'net.graphml' state no "
                     "curated weight and count as 1");
    outcome_clear(&o);
}
END_TEST

START_TEST(test_empty_graph_read)
{
    outcome o;

    read_parts(&o, "", "");
    ck_assert_int_eq(o.status, TRO_OK);
    ck_assert_uint_eq(o.graph.nodes + o.graph.count, 0);
    outcome_clear(&o);
}
END_TEST

START_TEST(test_weights_errors)
{
    static const char weight[] = "<key id='w' for='edge' attr.name='weight' attr.type='double'/>";
    static const char delay[] = "<key id='w' for='edge' attr.name='delay' attr.type='int'/>";
    static const char text[] = "<key id='w' for='edge' attr.name='weight' attr.type='string'/>";
    static const char truth[] = "<key id='w' for='edge' attr.name='curated' attr.type='boolean'/>";
    static const char plain[] = "<node id='a'/><edge source='a' target='a'/>";

#define BODY(value) "<node id='a'/><node id='b'/><edge source='a' target='b'/>" \
                    "<edge source='b' target='a'><data key='w'>" value "</data></edge>"
    refuse_parts(weight, BODY("-1"), "edge 2 ('b' to 'a') of 'net.graphml' has weight -1, "
                 "a finite number >= 0 is wanted");
    refuse_parts(weight, BODY("Infinity"), "edge 2 ('b' to 'a') of 'net.graphml' has weight inf, "
                 "a finite number >= 0 is wanted");
    refuse_parts(delay, BODY("-3"), "edge 2 ('b' to 'a') of 'net.graphml' has delay -3, "
                 "a finite number >= 0 is wanted");
    refuse_parts(weight, BODY("1,5"), "'net.graphml' is not valid GraphML: "
                 "Unexpected character ',' while parsing real number");
    refuse_parts(text, plain, "edge attribute 'weight' of 'net.graphml' has type string, a number "
                 "is wanted (attr.type double, float, long or int)");
    refuse_parts(truth, plain, "edge attribute 'curated' of 'net.graphml' has type boolean, a "
                 "number is wanted (attr.type double, float, long or int)");
#undef BODY
}
END_TEST

START_TEST(test_names_errors)
{
    static const char name[] = "<key id='n' for='node' attr.name='name' attr.type='string'/>";
    static const char truth[] = "<key id='n' for='node' attr.name='name' attr.type='boolean'/>";

    refuse_parts(name, "<node id='a'><data key='n'>x</data></node>"
                 "<node id='b'><data key='n'>y</data></node>"
                 "<node id='c'><data key='n'>x</data></node>",
                 "nodes 1 and 3 of 'net.graphml' are both called 'x', names must differ");
    refuse_parts(truth, "<node id='a'><data key='n'>true</data></node>",
                 "node attribute 'name' of 'net.graphml' has type boolean, names are texts or "
                 "numbers");
}
END_TEST

/* Not more than a screenful, however many mistakes there are. */
START_TEST(test_mistakes_bounded)
{
    outcome o;
    tro_text text = {0};

    tro_text_add(&text, "<graphml><key id='w' for='edge' attr.name='weight' attr.type='int'/>"
                        "<graph edgedefault='directed'><node id='a'/>");
    for (int i = 0; i < 1000; i++)
        tro_text_add(&text, "<edge source='a' target='a'><data key='w'>-1</data></edge>");
    tro_text_add(&text, "</graph></graphml>");
    read_bytes(&o, text.data, text.length);
    ck_assert_int_eq(o.status, TRO_ESCENARIO);
    ck_assert_uint_eq(o.messages.errors, 20);
    outcome_clear(&o);
    tro_text_clear(&text);
    tro_text_add(&text, "<graphml><graph edgedefault='directed'><node id='a'/>");
    for (int i = 0; i < 1000; i++)
        tro_text_addf(&text, "<edge source='a' target='b%d'/>", i);
    tro_text_add(&text, "</graph></graphml>");
    read_bytes(&o, text.data, text.length);
    ck_assert_int_eq(o.status, TRO_ESCENARIO);
    ck_assert_uint_eq(o.messages.errors, 20);
    outcome_clear(&o);
    tro_text_clear(&text);
}
END_TEST

START_TEST(test_files_errors)
{
    static const struct { const char *path, *message; } rows[] = {
        {"/nowhere/net.graphml",
         "cannot read network file '/nowhere/net.graphml': No such file or directory"},
        {"/tmp", "cannot read network file '/tmp': it is a directory"},
        {"/dev/zero", "cannot read network file '/dev/zero': it is not a file"}
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        outcome o;
        read_path(&o, rows[i].path);
        ck_assert_int_eq(o.status, TRO_EIO);
        ck_assert_str_eq(o.messages.items[0].text, rows[i].message);
        outcome_clear(&o);
    }
}
END_TEST

START_TEST(test_syntax_errors)
{
    static const struct { const char *text, *message; } rows[] = {
        {"", "'net.graphml' is not valid GraphML: Line 1: Extra content at the end of the "
             "document"},
        {"trophic: 1\n", "'net.graphml' is not valid GraphML: Line 1: Document is empty"},
        {"<html></html>", "'net.graphml' holds no graph, a GraphML file is wanted"},
        {"<graphml></graphml>", "'net.graphml' holds no graph, a GraphML file is wanted"},
        {"<graphml><graph><node id='a'/>", NULL},
        {"<graphml><graph><node/></graph></graphml>", NULL},
        {"<graphml><graph><node id='a'/><edge source='a'/></graph></graphml>", NULL},
        {"<graphml><graph><node id='\xff\xfe'/></graph></graphml>", NULL},
        {"<graphml><key for='edge'/><graph/></graphml>", NULL},
        {"<graphml><key id='k' for='edge' attr.type='int'/><key id='l' for='edge' "
         "attr.type='int'/><key id='k' for='edge' attr.type='int'/><graph/></graphml>", NULL}
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        outcome o;
        read_bytes(&o, rows[i].text, strlen(rows[i].text));
        ck_assert_msg(o.status == TRO_ESCENARIO, "%s", rows[i].text);
        if (rows[i].message)
            ck_assert_str_eq(o.messages.items[0].text, rows[i].message);
        outcome_clear(&o);
    }
}
END_TEST

/* Noise, deep nesting, and entities that would grow or reach other files. */
START_TEST(test_hostile_errors)
{
    static const char laughs[] =
        "<!DOCTYPE l [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">"
        "<!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\"><!ENTITY x SYSTEM \"file:///etc/passwd\">]>"
        "<graphml><key id='n' for='node' attr.name='name' attr.type='string'/><graph>"
        "<node id='a'><data key='n'>1&c;&x;2</data></node></graph></graphml>";
    char noise[5000];
    uint32_t state = 1;
    tro_text deep = {0};
    outcome o;

    for (size_t i = 0; i < sizeof noise; i++)
        noise[i] = (char)((state = state * 1664525u + 1013904223u) >> 24);
    read_bytes(&o, noise, sizeof noise);
    ck_assert_int_eq(o.status, TRO_ESCENARIO);
    outcome_clear(&o);

    tro_text_add(&deep, "<graphml><graph>");
    for (int i = 0; i < 100000; i++)
        tro_text_add(&deep, "<a>");
    read_bytes(&o, deep.data, deep.length);
    ck_assert_int_eq(o.status, TRO_ESCENARIO);
    outcome_clear(&o);
    tro_text_clear(&deep);

    read_bytes(&o, laughs, strlen(laughs));
    ck_assert_int_eq(o.status, TRO_OK);
    ck_assert_str_eq(o.graph.names[0], "12");
    ck_assert_int_eq(o.messages.items[0].severity, TRO_WARNING);
    ck_assert_ptr_nonnull(strstr(o.messages.items[0].text,
                                 "igraph on 'net.graphml': Unknown XML entity found: 'a' (and "));
    outcome_clear(&o);
}
END_TEST

/* ---- writing ---- */

static char long_name[100001];

static const char *names[] = {"theta", "a<b>c&d", "\"quoted\" 'twice'", "  two  spaces ",
                              "[CDATA[ &amp; %s",
                              "クローズド 🐺 é", "]]>", long_name};

static tro_link links[] = {
    {0, 1, 0.1, 0.1, NAN}, {1, 0, 1e-300, 1e300, 2}, {7, 7, 0, 3, 0.5},
    {2, 5, 1.0 / 3, 2.0 / 3, NAN}
};

static tro_graph example(void)
{
    memset(long_name, 'x', sizeof long_name - 1);
    return (tro_graph){.nodes = 8, .count = 4, .links = links, .names = names};
}

START_TEST(test_round_trip)
{
    static const double score[] = {1, NAN, INFINITY, -INFINITY, 0.1, 5, 6, 7};
    static const char *const verdict[] = {"<backfires>", NULL, "stable", ""};
    tro_attribute of_nodes[] = {{"J & co", score, NULL}};
    tro_attribute of_links[] = {{"verdict", NULL, verdict}};
    tro_graph graph = example();
    tro_text text = {0}, again = {0};
    outcome o;

    ck_assert_int_eq(tro_graph_write_graphml(&graph, of_nodes, 1, of_links, 1, &text, NULL),
                     TRO_OK);
    ck_assert_int_eq(tro_graph_write_graphml(&graph, of_nodes, 1, of_links, 1, &again, NULL),
                     TRO_OK);
    ck_assert_str_eq(text.data, again.data);
    read_bytes(&o, text.data, text.length);
    ck_assert_int_eq(o.status, TRO_OK);
    ck_assert_uint_eq(o.messages.count, 0);
    ck_assert(same_links(&o.graph, &graph));
    for (size_t i = 0; i < graph.nodes; i++)
        ck_assert_str_eq(o.graph.names[i], names[i]);
    outcome_clear(&o);
    tro_text_clear(&text);
    tro_text_clear(&again);
}
END_TEST

START_TEST(test_written_bytes)
{
    static const double score[] = {0.5, NAN};
    static const char *who[] = {"a", "b"};
    tro_attribute attribute = {"J", score, NULL};
    tro_link one[] = {{0, 1, 2, 2, NAN}};
    tro_graph graph = {.nodes = 2, .count = 1, .links = one, .names = who};
    tro_text text = {0};

    ck_assert_int_eq(tro_graph_write_graphml(&graph, &attribute, 1, NULL, 0, &text, NULL), TRO_OK);
    ck_assert_str_eq(text.data,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n"
        "  <key id=\"v0\" for=\"node\" attr.name=\"name\" attr.type=\"string\"/>\n"
        "  <key id=\"v1\" for=\"node\" attr.name=\"J\" attr.type=\"double\"/>\n"
        "  <key id=\"e0\" for=\"edge\" attr.name=\"weight\" attr.type=\"double\"/>\n"
        "  <graph id=\"G\" edgedefault=\"directed\">\n"
        "    <node id=\"n0\"><data key=\"v0\">a</data><data key=\"v1\">0.5</data></node>\n"
        "    <node id=\"n1\"><data key=\"v0\">b</data></node>\n"
        "    <edge source=\"n0\" target=\"n1\"><data key=\"e0\">2</data></edge>\n"
        "  </graph>\n"
        "</graphml>\n");
    tro_text_clear(&text);
}
END_TEST

/* Without names a file has ids, and those are what is read. Bytes XML cannot
 * hold come back as the replacement character. */
START_TEST(test_written_oddities)
{
    static const char *odd[] = {"bell\a", "\xff\xc3", "\xed\xa0\x80", "cut \xe3\x82"};
    static const char *const back[] = {"bell\xef\xbf\xbd", "\xef\xbf\xbd\xef\xbf\xbd",
                                       "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd",
                                       "cut \xef\xbf\xbd\xef\xbf\xbd"};
    tro_graph graph = {.nodes = 4};

    for (int named = 0; named < 2; named++) {
        static const char *const ids[] = {"n0", "n1", "n2", "n3"};
        tro_text text = {0};
        outcome o;
        graph.names = named ? odd : NULL;
        ck_assert_int_eq(tro_graph_write_graphml(&graph, NULL, 0, NULL, 0, &text, NULL), TRO_OK);
        read_bytes(&o, text.data, text.length);
        ck_assert_int_eq(o.status, TRO_OK);
        for (size_t i = 0; i < 4; i++)
            ck_assert_str_eq(o.graph.names[i], (named ? back : ids)[i]);
        outcome_clear(&o);
        tro_text_clear(&text);
    }
}
END_TEST

START_TEST(test_written_errors)
{
    tro_graph graph = example();
    tro_attribute twice[] = {{"J", NULL, NULL}, {"J", NULL, NULL}}, weight = {"weight", NULL, NULL};
    tro_messages messages = {0};
    tro_text text = {0};

    ck_assert_int_eq(tro_graph_write_graphml(&graph, twice, 2, NULL, 0, &text, &messages),
                     TRO_EINVAL);
    ck_assert_str_eq(messages.items[0].text,
                     "attribute 'J' would appear twice in the network file");
    ck_assert_int_eq(tro_graph_write_graphml(&graph, NULL, 0, &weight, 1, &text, &messages),
                     TRO_EINVAL);
    ck_assert_uint_eq(text.length, 0);
    tro_messages_clear(&messages);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_directed_read, test_undirected_read, test_layers_read, test_weights_missing,
        test_empty_graph_read, test_weights_errors, test_names_errors, test_mistakes_bounded,
        test_files_errors, test_syntax_errors, test_hostile_errors, test_round_trip,
        test_written_bytes, test_written_oddities, test_written_errors
    };

    return run_tests("graphml", tests, sizeof tests / sizeof *tests);
}
