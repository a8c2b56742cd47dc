/* What nodes of GraphML files are called, and mistakes shown in the file. */
#include "graphml_support.h"

static void refuse_at(const char *keys, const char *body, const char *expected)
{
    char found[2048];
    size_t length = 0;
    outcome o;

    read_parts(&o, keys, body);
    ck_assert_int_eq(o.status, TRO_ESCENARIO);
    for (size_t k = 0; k < o.messages.count; k++) {
        const tro_message *m = &o.messages.items[k];
        length += (size_t)snprintf(found + length, sizeof found - length, "%s:%d:%d+%d: %s\n",
                                   m->file, m->line, m->column, m->width, m->text);
    }
    ck_assert_str_eq(found, expected);
    outcome_clear(&o);
}

/* Nodes without a name of their own are called by their ids. */
START_TEST(test_ids_read)
{
    static const char name[] = "<key id='n' for='node' attr.name='name' attr.type='string'/>";
    outcome o;

    read_parts(&o, name, "<node id='a'><data key='n'>x</data></node><node id='b'/>"
                         "<node id='R&amp;D &lt;&#233;&gt; &amp;amp;'/>"
                         "<edge source='R&#38;D &lt;&#xe9;> &amp;amp;' target='b'/>");
    ck_assert_int_eq(o.status, TRO_OK);
    ck_assert_uint_eq(o.messages.count, 0);
    ck_assert_str_eq(o.graph.names[0], "x");
    ck_assert_str_eq(o.graph.names[1], "b");
    ck_assert_str_eq(o.graph.names[2], "R&D <\xC3\xA9> &amp;");
    check_link(&o.graph.links[0], 2, 1, 1, 1, NAN);
    outcome_clear(&o);
    read_parts(&o, "", "<edge source='q' target='p'/><node id='p'/><node id='q'/>");
    ck_assert_int_eq(o.status, TRO_OK);
    ck_assert_uint_eq(o.graph.nodes, 2);
    ck_assert_str_eq(o.graph.names[o.graph.links[0].from], "q");
    outcome_clear(&o);
}
END_TEST

START_TEST(test_words_errors)
{
    static const char name[] = "<key id='n' for='node' attr.name='name' attr.type='string'/>";

    refuse_at(name, "\n<node id='a'><data key='n'>producer</data></node>\n  <node id='consumer'/>"
                    "<node id='c'\n><data key='n'>two&#10;lines</data></node><node id=''/>",
              "net.graphml:2:1+13: node 1 of 'net.graphml': an agent cannot be called 'producer': "
              "in 'judge' that word means the producer of the edge\n"
              "net.graphml:3:3+21: node 2 of 'net.graphml': an agent cannot be called 'consumer': "
              "in 'judge' that word means the consumer of the edge\n"
              "net.graphml:3:24+12: node 3 of 'net.graphml': the name of an agent holds the "
              "control character U+000A: letters, digits and blanks would be right\n"
              "net.graphml:4:43+13: node 4 of 'net.graphml': the name of an agent is empty: at "
              "least one character would be right\n");
    refuse_at(name, "\n<node id='a'><data key='n'>x</data></node>\n<node id='x'/>",
              "net.graphml:3:1+14: nodes 1 and 2 of 'net.graphml' are both called 'x', names must "
              "differ\n");
}
END_TEST

/* igraph makes up nodes that edges name and nobody declares, and one of two that have one id. */
START_TEST(test_ends_errors)
{
    static const char name[] = "<key id='n' for='node' attr.name='name' attr.type='string'/>";

    refuse_at("", "<node id='theta'/>\n<!-- <edge source='u' target='v'/> -->\n"
                  "<edge source='theta' target='theta'><desc>&lt;edge></desc></edge>\n"
                  "  <edge source='theta' target='thet'/>\n"
                  "<edge  source = \"p&lt;&amp;\"\tid='>' target='q'></edge>",
              "net.graphml:4:3+36: edge 2 has the target 'thet', but no node has that id (did you "
              "mean 'theta'?)\n"
              "net.graphml:5:1+47: edge 3 has the source 'p<&', but no node has that id\n"
              "net.graphml:5:1+47: edge 3 has the target 'q', but no node has that id\n");
    refuse_at(name, "<node id='a'><data key='n'>b</data></node>\n<edge source='b' target='a'/>",
              "net.graphml:2:1+29: edge 1 has the source 'b', but no node has that id\n");
    refuse_at("", "<node id='a'/>\n<edge source='a'/><node/>",
              "net.graphml:2:19+7: node 2 has no 'id'\n"
              "net.graphml:2:1+18: edge 1 has no 'target': the id of a node would be right\n");
    refuse_at("", "<node id='b'/><node id='a'/>\n<node id='a'/><node id='a'/> <node id='b'/>"
                  "<edge source='a' target='b'/>",
              "net.graphml:2:1+14: a second node has the id 'a', ids must differ\n"
              "net.graphml:2:30+14: a second node has the id 'b', ids must differ\n");
}
END_TEST

/* Only the first graph is read, and nothing that is inside a node of it. */
START_TEST(test_other_graphs)
{
    static const char text[] =
        "<?xml version='1.0'?><!DOCTYPE g [<!ELEMENT edge (#PCDATA)> <!-- ] > -->]>\n"
        "<g:graphml xmlns:g='http://graphml.graphdrawing.org/xmlns'><g:desc><![CDATA[<graph>]]>"
        "</g:desc><g:graph edgedefault='directed'><g:node id='a'><g:graph edgedefault='directed'>"
        "<g:node id='a::b'/><g:edge source='a::b' target='x'/></g:graph></g:node>"
        "<g:edge source='a' target='a'/></g:graph>"
        "<g:graph edgedefault='directed'><g:edge source='u' target='v'/></g:graph></g:graphml>";
    outcome o;

    read_bytes(&o, text, strlen(text));
    ck_assert_msg(o.status == TRO_OK, "%s", o.messages.count ? o.messages.items[0].text : "");
    ck_assert_uint_eq(o.graph.nodes, 1);
    ck_assert_uint_eq(o.graph.count, 1);
    outcome_clear(&o);
}
END_TEST

/* Out of memory at every point, with a file that is right and one that is not. */
START_TEST(test_places_out_of_memory)
{
    static const char *const bodies[] = {
        "<node id='a'/><node id='b'/><edge source='a' target='b'/>",
        "<node id='a'/><node id='b'/><edge source='a' target='c'/>",
        "<node id='a'/><node id='producer'/><edge source='a' target='a'/>"};

    for (size_t k = 0; k < 3; k++) {
        int wanted = k == 0 ? TRO_OK : TRO_ESCENARIO, status = TRO_ENOMEM;
        elsewhere there;
        char text[256];
        snprintf(text, sizeof text, "<graphml><graph edgedefault='directed'>%s</graph></graphml>",
                 bodies[k]);
        write_bytes(&there, text, strlen(text));
        for (uint64_t n = 1; status != wanted; n++) {
            outcome o = {0};
            tro_memory_fail_after(n);
            status = tro_graph_read_graphml("net.graphml", &place, &o.arena, &o.graph,
                                            &o.messages);
            tro_memory_fail_after(0);
            ck_assert(status == wanted || status == TRO_ENOMEM);
            ck_assert_uint_lt(n, 1000);
            outcome_clear(&o);
        }
        remove_bytes(&there);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_ids_read, test_words_errors, test_ends_errors,
                                  test_other_graphs, test_places_out_of_memory};

    return run_tests("graphml places", tests, sizeof tests / sizeof *tests);
}
