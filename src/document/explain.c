/* libyaml's complaints in the words of this house. */
#include <stdio.h>
#include <string.h>

#include "document/compose.h"

typedef struct rule {
    const char *problem;   /* as libyaml 0.2 says it; NULL: any */
    const char *context;   /* the same; NULL: any */
    int at_context;        /* the message belongs where the construct begins */
    const char *sentence;
    enum { PLAIN, FOUND, SINCE } arguments; /* what follows the sentence */
} complaint;

#define CANNOT_START "found character that cannot start any token"
#define QUOTE_IT "; put text that begins so in quotes"

/* The first that fits is used. */
static const complaint complaints[] = {
    {NULL, "while scanning an anchor", 1, "anchors ('&') are not used here" QUOTE_IT, PLAIN},
    {NULL, "while scanning an alias", 1, "aliases ('*') are not used here" QUOTE_IT, PLAIN},
    {NULL, "while scanning a tag", 1, "tags ('!') are not used here" QUOTE_IT, PLAIN},
    {NULL, "while parsing a tag", 1, "tags ('!') are not used here" QUOTE_IT, PLAIN},
    {"found undefined tag handle", NULL, 1, "tags ('!') are not used here" QUOTE_IT, PLAIN},
    {NULL, "while scanning a directive", 1, "directives ('%') are not used here", PLAIN},
    {NULL, "while scanning a %YAML directive", 1, "this is no %YAML directive", PLAIN},
    {NULL, "while scanning a %TAG directive", 1, "tags are not used here", PLAIN},
    {NULL, "while parsing a %TAG directive", 1, "tags are not used here", PLAIN},
    {"found duplicate %YAML directive", NULL, 0, "a second %YAML directive", PLAIN},
    {"found incompatible YAML document", NULL, 0, "expected %YAML 1.1 or 1.2", PLAIN},
    {"found unexpected end of stream", NULL, 1,
     "the text in quotes that begins here has no closing quote", PLAIN},
    {"found unexpected document indicator", NULL, 1,
     "the text in quotes that begins here has no closing quote in its document", PLAIN},
    {"found unknown escape character", NULL, 0,
     "unknown escape sequence in double quotes (write \\\\ for a backslash, or use single quotes)",
     PLAIN},
    {"did not find expected hexdecimal number", NULL, 0,
     "this escape sequence needs hexadecimal digits", PLAIN},
    {"found invalid Unicode character escape code", NULL, 0,
     "this escape sequence is no character", PLAIN},
    {"could not find expected ':'", NULL, 1, "expected ':' after this key", PLAIN},
    {"mapping values are not allowed in this context", NULL, 0,
     "':' is not allowed here (check the indentation, or put text that holds ': ' in quotes)",
     PLAIN},
    {"mapping keys are not allowed in this context", NULL, 0, "'?' is not allowed here" QUOTE_IT,
     PLAIN},
    {"block sequence entries are not allowed in this context", NULL, 0,
     "a list item ('-') is not allowed here; begin the list on a line of its own", PLAIN},
    {"found a tab character that violates indentation", NULL, 0,
     "a tab cannot indent; use spaces", PLAIN},
    {"found a tab character where an indentation space is expected", NULL, 0,
     "a tab cannot indent; use spaces", PLAIN},
    {"found unexpected ':'", NULL, 0, "':' needs a space behind it, or quotes around the text",
     PLAIN},
    {NULL, "while scanning a block scalar", 0,
     "expected the end of the line after '|' or '>'", FOUND},
    {"did not find expected ',' or ']'", NULL, 0, "expected ',' or ']' in the list", SINCE},
    {"did not find expected ',' or '}'", NULL, 0, "expected ',' or '}' in the map", SINCE},
    {"did not find expected key", NULL, 0, "expected a key of the map", SINCE},
    {"did not find expected '-' indicator", NULL, 0, "expected '-' in the list", SINCE},
    {"did not find expected node content", NULL, 0, "expected a value", FOUND},
    {"did not find expected <document start>", NULL, 0, "expected the end of the text", FOUND},
};

static int fits(const complaint *it, const yaml_parser_t *parser)
{
    if (it->problem && (!parser->problem || strcmp(it->problem, parser->problem) != 0))
        return 0;
    return !it->context || (parser->context && strcmp(it->context, parser->context) == 0);
}

static size_t character_bytes(const char *at)
{
    size_t length = 1;
    while (((unsigned char)at[length] & 0xC0) == 0x80)
        length++;
    return length;
}

static const char *found_at(const tro_source *source, size_t offset, char buffer[16])
{
    const char *at = source->text + offset;
    if (offset >= source->length)
        return "the end of the text";
    if (*at == '\n' || *at == '\r')
        return "the end of the line";
    if (*at == '\t')
        return "a tab";
    snprintf(buffer, 16, "'%.*s'", (int)character_bytes(at), at);
    return buffer;
}

/* At the end of the text, which may be an empty line, a message points behind
 * the last character that can be seen. */
static tro_place problem_place(tro_cursor *cursor, size_t index)
{
    const tro_source *source = cursor->source;
    tro_place place = tro_cursor_place(cursor, index, index);
    size_t end = source->length;
    place.width = 1;
    if (cursor->offset < end)
        return place;
    while (end && strchr(" \t\r\n", source->text[end - 1]))
        end--;
    return tro_place_at(source, end, 1);
}

/* libyaml has one sentence for everything that cannot begin a value. */
static int odd_start(const tro_place *place, const char *at, tro_messages *messages)
{
    if (*at == '\t')
        return tro_error(messages, TRO_EPARSE, place, "a tab cannot indent; use spaces");
    return tro_error(messages, TRO_EPARSE, place,
                     "'%.*s' cannot begin a value; put the text in quotes",
                     (int)character_bytes(at), at);
}

static int say(const complaint *it, const tro_place *place, int since, const char *found,
               tro_messages *messages)
{
    const char *text = it->sentence;
    switch (it->arguments) {
    case FOUND:
        return tro_error(messages, TRO_EPARSE, place, "%s, found %s", text, found);
    case SINCE:
        return tro_error(messages, TRO_EPARSE, place, "%s that begins on line %d, found %s", text,
                         since, found);
    case PLAIN:
        break;
    }
    return tro_error(messages, TRO_EPARSE, place, "%s", text);
}

int tro_yaml_explain(const yaml_parser_t *parser, tro_cursor *cursor, tro_messages *messages)
{
    if (parser->error == YAML_MEMORY_ERROR)
        return tro_error(messages, TRO_ENOMEM, NULL, "out of memory");
    size_t first = parser->problem_mark.index;
    size_t since = parser->context ? parser->context_mark.index : first;
    tro_place began = tro_cursor_place(cursor, since, since + 1);
    tro_place place = problem_place(cursor, first);
    const char *at = cursor->source->text + cursor->offset;
    char buffer[16];
    const char *found = found_at(cursor->source, cursor->offset, buffer);
    if (parser->problem && strcmp(parser->problem, CANNOT_START) == 0)
        return odd_start(&place, at, messages);
    for (size_t k = 0; k < sizeof complaints / sizeof *complaints; k++) {
        const complaint *it = &complaints[k];
        if (fits(it, parser))
            return say(it, it->at_context ? &began : &place, began.line, found, messages);
    }
    return tro_error(messages, TRO_EPARSE, &place, "not valid YAML: %s",
                     parser->problem ? parser->problem : "unknown error");
}
