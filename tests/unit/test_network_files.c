/* Edge lists, CSV, GML and Pajek files: what they state, their mistakes where
 * they stand, and bytes at random. */
#include <unistd.h>

#include "network/readers.h"
#include "network_support.h"

static const tro_source scenario = {.name = "s.yaml", .text = "network: {file: x}\n", .length = 19};
static const tro_place place = {&scenario, 1, 11, 4};

/* Reads these bytes as a file of that format. */
static void read_bytes(outcome *o, const char *format, const char *bytes, size_t length)
{
    char path[] = "/tmp/trophic-network-XXXXXX";
    int number = 0, file = mkstemp(path);

    memset(o, 0, sizeof *o);
    ck_assert_int_ge(file, 0);
    ck_assert_int_eq(write(file, bytes, length), (ssize_t)length);
    close(file);
    while (strcmp(tro_graph_formats[number], format) != 0)
        number++;
    o->status = tro_graph_read(number, path, &place, &o->arena, &o->graph, &o->messages);
    unlink(path);
    if (o->status < 0) {
        ck_assert_uint_gt(o->messages.errors, 0);
        ck_assert_uint_eq(o->graph.nodes + o->graph.count, 0);
    } else {
        for (size_t e = 0; e < o->graph.count; e++)
            ck_assert(o->graph.links[e].from < o->graph.nodes
                      && o->graph.links[e].to < o->graph.nodes);
    }
}

static void good(outcome *o, const char *format, const char *text)
{
    read_bytes(o, format, text, strlen(text));
    ck_assert_msg(o->status == TRO_OK, "%s", o->messages.count ? o->messages.items[0].text : "?");
}

/* "line:column: text" of each message. */
static void bad(const char *format, const char *text, const char *expected)
{
    char found[4096] = "";
    outcome o;

    read_bytes(&o, format, text, strlen(text));
    for (size_t k = 0; k < o.messages.count; k++) {
        const tro_message *m = &o.messages.items[k];
        size_t at = strlen(found);
        snprintf(found + at, sizeof found - at, "%s%d:%d: %s", k ? "\n" : "", m->line, m->column,
                 m->text);
    }
    ck_assert_str_eq(found, expected);
    ck_assert_int_eq(o.status, TRO_ESCENARIO);
    outcome_clear(&o);
}

static void has(const tro_graph *graph, size_t e, const char *from, const char *to, double weight)
{
    ck_assert_uint_lt(e, graph->count);
    ck_assert_str_eq(graph->names[graph->links[e].from], from);
    ck_assert_str_eq(graph->names[graph->links[e].to], to);
    ck_assert(graph->links[e].synthetic == weight && graph->links[e].curated == weight);
}

START_TEST(test_edge_list_read)
{
    outcome o;

    good(&o, "edge-list", "\xEF\xBB\xBF# remark\n% another\n\na b 2.5\r\n\"b c\" a # end\n"
                          "\tlonely\nb a 0");
    ck_assert_uint_eq(o.graph.nodes, 4);
    ck_assert_uint_eq(o.graph.count, 3);
    has(&o.graph, 0, "a", "b", 2.5);
    has(&o.graph, 1, "b c", "a", 1);
    has(&o.graph, 2, "b", "a", 0);
    ck_assert_str_eq(o.graph.names[3], "lonely");
    ck_assert_ptr_null(o.graph.groups);
    ck_assert_uint_eq(o.messages.count, 1);     /* one edge states no weight */
    ck_assert_int_eq(o.messages.items[0].line, 5);
    outcome_clear(&o);
}
END_TEST

START_TEST(test_edge_list_errors)
{
    bad("edge-list", "a b -1\na b x\na b inf\na b 1 2\n\"a b\nproducer b\n",
        "1:5: the weight is -1, a finite number >= 0 is wanted\n"
        "2:5: the weight is 'x', a number is wanted\n"
        "3:5: the weight is inf, a finite number >= 0 is wanted\n"
        "4:7: a fourth word, '2', in a line: 'from to weight' would be right, names with blanks "
        "in double quotes\n"
        "5:1: a word in quotes without its closing quote\n"
        "6:1: an agent cannot be called 'producer': in 'judge' that word means the producer of "
        "the edge");
}
END_TEST

START_TEST(test_csv_read)
{
    outcome o;

    good(&o, "csv", "weight,to,from,remark,judge,delay,from-group,curated\n"
                    "2,b,a,hello,,0.5,x,\n1,c,\"a\",,b,,x,3\n,,d,,,,y,\n");
    ck_assert_uint_eq(o.graph.nodes, 4);
    ck_assert_uint_eq(o.graph.count, 2);
    has(&o.graph, 0, "a", "b", 2);
    ck_assert(o.graph.links[0].delay == 0.5 && isnan(o.graph.links[1].delay));
    ck_assert(o.graph.links[1].synthetic == 1 && o.graph.links[1].curated == 3);
    ck_assert_ptr_null(o.graph.judges[0]);
    ck_assert_str_eq(o.graph.judges[1], "b");
    ck_assert_str_eq(o.graph.groups[0], "x");
    ck_assert_ptr_null(o.graph.groups[1]);
    ck_assert_str_eq(o.graph.groups[3], "y");
    outcome_clear(&o);
}
END_TEST

/* A column that is nearly one that is missing; one that is not, and one that is there. */
START_TEST(test_csv_warnings)
{
    outcome o;

    good(&o, "csv", "from,to,wieght,kind,form\na,b,2,raw,x\n");
    has(&o.graph, 0, "a", "b", 1);
    ck_assert_uint_eq(o.messages.count, 1);
    ck_assert_str_eq(o.messages.items[0].text,
                     "column 'wieght' is left alone (did you mean 'weight'?)");
    ck_assert_int_eq(o.messages.items[0].line, 1);
    ck_assert_int_eq(o.messages.items[0].column, 9);
    outcome_clear(&o);
}
END_TEST

START_TEST(test_csv_errors)
{
    bad("csv", "from,wieght\na,1\n",
        "1:1: the first line of an edge table names its columns, 'from' and 'to' among them, and "
        "as needed weight, synthetic, curated, delay, judge, from-group and to-group");
    bad("csv", "from,to,weight\na,b,-2\na,b\n,b,1\n",
        "2:5: weight is -2, a finite number >= 0 is wanted\n"
        "3:1: a row of 2 cells where the first line names 3 columns\n"
        "4:1: the name of an agent is empty: at least one character would be right");
    bad("csv", "from,to,to-group\na,b,x\nc,b,y\n",
        "3:5: node 'b' is in the groups 'x' and 'y', one would be right");
    bad("csv", "from,to,from\n", "1:9: a second column 'from'");
}
END_TEST

START_TEST(test_gml_read)
{
    outcome o;

    good(&o, "gml", "Creator \"me\"\n# remark\ngraph [ directed 1 other [ deep [ a 1 ] b \"]\" ]\n"
                    "node [ id 7 label \"x y\" group \"g\" ] node [ id 8 graphics [ w 1 ] ]\n"
                    "edge [ source 8 target 7 weight 0.5 delay 2 judge \"x y\" ]\n"
                    "edge [ source 7 target 7 weight 1 synthetic 3 ] ]\n");
    ck_assert_uint_eq(o.graph.nodes, 2);
    ck_assert_uint_eq(o.graph.count, 2);
    has(&o.graph, 0, "8", "x y", 0.5);
    ck_assert_double_eq(o.graph.links[0].delay, 2);
    ck_assert_str_eq(o.graph.judges[0], "x y");
    ck_assert(o.graph.links[1].synthetic == 3 && o.graph.links[1].curated == 1);
    ck_assert_str_eq(o.graph.groups[0], "g");
    outcome_clear(&o);
    good(&o, "gml", "graph [ node [ id 1 ] node [ id 2 ] edge [ source 1 target 2 ] "
                    "edge [ source 2 target 2 ] ]");
    ck_assert_uint_eq(o.graph.count, 3);      /* both ways; a loop is one */
    has(&o.graph, 1, "2", "1", 1);
    outcome_clear(&o);
}
END_TEST

START_TEST(test_gml_errors)
{
    bad("gml", "graph [ node [ id 1 ] node [ id 1 label \"a\" ] ]",
        "1:33: a second node with the id 1");
    bad("gml", "graph [\nnode [ id 1 label \"a\" ]\nnode [ id 2 label \"a\" ]\n]",
        "3:19: nodes 1 and 2 are both called 'a', names must differ");
    bad("gml", "graph [ node [ id 1 ]\n edge [ source 1 target 2 ] edge [ source 1 ] ]",
        "2:25: no node has the id 2; nodes stand before edges\n"
        "2:29: an edge without a target");
    bad("gml", "graph [ node [ id 1 ]\n edge [ source 1 target 1 weight -3 ] ]",
        "2:34: weight is -3, a finite number >= 0 is wanted");
    bad("gml", "graph [ node [ id 1 ]", "1:22: the file ends where a key or ']' is wanted");
    bad("gml", "graph [ node 3 ]", "1:14: found '3' where a list in [ ] is wanted");
    bad("gml", "graph [ directed 2 ]", "1:18: directed is '2', 0 or 1 is wanted");
    bad("gml", "graph [ x \"a ]", "1:11: a text without its closing quote");
    bad("gml", "hello 1", "1:8: the file ends where 'graph [ ... ]' is wanted");
}
END_TEST

START_TEST(test_gml_depth)
{
    char text[512] = "graph ";
    outcome o;

    for (int k = 0; k < 40; k++)
        strcat(text, "[ a ");
    read_bytes(&o, "gml", text, strlen(text));
    ck_assert_int_eq(o.status, TRO_ESCENARIO);
    ck_assert_str_eq(o.messages.items[0].text, "lists in more than 32 lists");
    outcome_clear(&o);
}
END_TEST

START_TEST(test_pajek_read)
{
    outcome o;

    good(&o, "pajek", "*Network test\n*Vertices 4\n1 \"a b\" 0.1 0.2\n3 c\n*arcs\n1 3 2 c Blue\n"
                      "% remark\n*Edges :1\n2 3\n*Arcslist\n4 1 2\n*Partition p\nx\nx\ny\nx\n");
    ck_assert_uint_eq(o.graph.nodes, 4);
    ck_assert_uint_eq(o.graph.count, 5);
    has(&o.graph, 0, "a b", "c", 2);
    has(&o.graph, 1, "2", "c", 1);
    has(&o.graph, 2, "c", "2", 1);
    has(&o.graph, 3, "4", "a b", 1);
    has(&o.graph, 4, "4", "2", 1);
    ck_assert_str_eq(o.graph.groups[2], "y");
    outcome_clear(&o);
}
END_TEST

START_TEST(test_pajek_errors)
{
    bad("pajek", "*Arcs\n1 2\n", "1:1: '*Arcs' before *Vertices");
    bad("pajek", "*Vertices x\n",
        "1:11: *Vertices is followed, once, by their number, at most 10000000");
    bad("pajek", "*Vertices 2\n1 a\n2 a\n",
        "3:3: nodes 1 and 2 are both called 'a', names must differ");
    bad("pajek", "*Vertices 2\n*Arcs\n1 3\n0 1\n1 2 -4\n1\n",
        "3:3: vertex '3', a number from 1 to 2 is wanted\n"
        "4:1: vertex '0', a number from 1 to 2 is wanted\n"
        "5:5: the weight is -4, a finite number >= 0 is wanted\n"
        "6:1: an edge without its other end");
    bad("pajek", "*Vertices 1\n*Matrix\n1\n",
        "2:1: no section '*Matrix': there are *Vertices, *Arcs, *Edges, *Arcslist, *Edgeslist and "
        "*Partition");
}
END_TEST

START_TEST(test_missing_file)
{
    for (int format = 0; tro_graph_formats[format]; format++) {
        tro_arena arena = {0};
        tro_messages messages = {0};
        tro_graph graph;
        ck_assert_int_eq(tro_graph_read(format, "/no/such/file", &place, &arena, &graph, &messages),
                         TRO_EIO);
        ck_assert_uint_eq(messages.count, 1);
        ck_assert_str_eq(messages.items[0].file, "s.yaml");
        tro_messages_clear(&messages);
        tro_arena_clear(&arena);
    }
}
END_TEST

/* Good files with bytes changed, cut and doubled: an error or a network, never
 * more. */
START_TEST(test_random_bytes)
{
    static const struct { const char *format, *text; } seeds[] = {
        {"edge-list", "# r\na b 2\n\"b c\" a\nlonely\n"},
        {"csv", "from,to,weight,judge,from-group\na,b,2,c,\"x\"\nb,,1,,y\n"},
        {"gml", "graph [ directed 1 node [ id 1 label \"a\" ] node [ id 2 group \"g\" ]\n"
                "edge [ source 1 target 2 weight 0.5 ] x [ y 1 ] ]"},
        {"pajek", "*Vertices 3\n1 \"a\" 0 0\n2 b\n*Arcs\n1 2 3\n*Edgeslist\n1 2 3\n"
                  "*Partition\n1\n"},
        {"graphml", "<graphml><graph edgedefault=\"directed\"><node id=\"a\"/><node id=\"b\"/>"
                    "<edge source=\"a\" target=\"b\"/></graph></graphml>"}};
    static const char odd[] = "[]\"\n\r\0*#,% \t-1e9\xFF\xC3";
    tro_stream stream = tro_stream_from(5, 7);

    for (int k = 0; k < 500; k++) {
        char bytes[512];
        const char *seed = seeds[k % 5].text;
        size_t length = strlen(seed);
        outcome o;
        memcpy(bytes, seed, length);
        for (uint64_t changes = 1 + tro_stream_below(&stream, 4); changes-- > 0;)
            bytes[tro_stream_below(&stream, length)] =
                odd[tro_stream_below(&stream, sizeof odd - 1)];
        if (tro_stream_below(&stream, 3) == 0)
            length = (size_t)tro_stream_below(&stream, length);
        read_bytes(&o, seeds[k % 5].format, bytes, length);
        outcome_clear(&o);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_edge_list_read, test_edge_list_errors, test_csv_read, test_csv_warnings,
        test_csv_errors, test_gml_read, test_gml_errors, test_gml_depth, test_pajek_read,
        test_pajek_errors, test_missing_file, test_random_bytes};

    return run_tests("network files", tests, sizeof tests / sizeof *tests);
}
