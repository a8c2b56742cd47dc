#include "cli/options.h"

#include <stdio.h>
#include <string.h>

typedef struct parser {
    const tro_option *options;
    size_t count;
    tro_arguments *out;
    tro_messages *messages;
    int status;
} parser;

static void refuse(parser *p)
{
    p->status = TRO_EINVAL;
}

static const tro_option *by_name(const parser *p, const char *name, size_t length)
{
    for (size_t k = 0; k < p->count; k++)
        if (strlen(p->options[k].name) == length &&
            strncmp(p->options[k].name, name, length) == 0)
            return &p->options[k];
    return NULL;
}

static const tro_option *by_letter(const parser *p, char letter)
{
    for (size_t k = 0; k < p->count; k++)
        if (p->options[k].letter == letter)
            return &p->options[k];
    return NULL;
}

/* It may be a key of the scenario: its value is what stands behind '=', or the next argument. */
static void keep_unknown(parser *p, char *word, const char *value, int left, char *const *next)
{
    if (p->out->unknown || !word || !by_name(p, "set", strlen("set")))
        return;
    p->out->unknown = word;
    p->out->unknown_value = value ? value : left > 0 && (*next)[0] != '-' ? *next : NULL;
}

static void unknown(parser *p, const char *name, size_t length, int left, char *const *next)
{
    const char *names[32], *near = NULL;
    size_t count = 0;
    char *word = tro_arena_text_n(&p->out->arena, name, length);
    for (size_t k = 0; k < p->count && count < 32; k++)
        names[count++] = p->options[k].name;
    keep_unknown(p, word, name[length] == '=' ? name + length + 1 : NULL, left, next);
    if (word)
        near = tro_nearest_word(word, names, count);
    tro_error(p->messages, TRO_EINVAL, NULL, "unknown option '--%.*s'%s%s%s", (int)length, name,
              near ? " (did you mean '--" : "", near ? near : "", near ? "'?)" : "");
    refuse(p);
}

static int set_whole(const tro_option *option, const char *value, long long *slot)
{
    long long number;
    if (!tro_parse_whole(value, &number) || number < (long long)option->min ||
        number > (long long)option->max)
        return 0;
    *slot = number;
    return 1;
}

static int set_real(const tro_option *option, const char *value, double *slot)
{
    double number;
    if (!tro_parse_real(value, &number) || !(number >= option->min && number <= option->max))
        return 0;
    *slot = number;
    return 1;
}

static void set(parser *p, const tro_option *option, const char *value)
{
    void *slot = (char *)p->out + option->offset;
    tro_word_list *words = slot;
    int fine = 1;
    switch (option->type) {
    case TRO_OPTION_FLAG:
        *(int *)slot = 1;
        break;
    case TRO_OPTION_TEXT:
        *(const char **)slot = value;
        break;
    case TRO_OPTION_LIST:
        words->items[words->count++] = value;
        break;
    case TRO_OPTION_WHOLE:
        fine = set_whole(option, value, slot);
        break;
    case TRO_OPTION_REAL:
        fine = set_real(option, value, slot);
        break;
    }
    if (!fine) {
        char low[32], high[32];
        tro_error(p->messages, TRO_EINVAL, NULL,
                  "option '--%s' takes a %snumber from %s to %s, found '%s'", option->name,
                  option->type == TRO_OPTION_WHOLE ? "whole " : "",
                  tro_format_real(low, option->min), tro_format_real(high, option->max), value);
        refuse(p);
    }
}

/* The value of an option: what stands behind '=' or its letter, else the next
 * argument. Returns how many arguments were used up beside its own. */
static int take(parser *p, const tro_option *option, const char *attached, int left,
                char *const *next)
{
    if (attached || left > 0) {
        set(p, option, attached ? attached : *next);
        return attached ? 0 : 1;
    }
    tro_error(p->messages, TRO_EINVAL, NULL, "option '--%s' needs a value: --%s %s",
              option->name, option->name, option->argument);
    refuse(p);
    return 0;
}

static int parse_long(parser *p, const char *argument, int left, char *const *next)
{
    const char *name = argument + 2, *equals = strchr(name, '=');
    size_t length = equals ? (size_t)(equals - name) : strlen(name);
    const tro_option *option = by_name(p, name, length);
    if (!option) {
        unknown(p, name, length, left, next);
        return 0;
    }
    if (option->type != TRO_OPTION_FLAG)
        return take(p, option, equals ? equals + 1 : NULL, left, next);
    if (!equals) {
        set(p, option, NULL);
        return 0;
    }
    tro_error(p->messages, TRO_EINVAL, NULL, "option '--%s' takes no value, found '%s'",
              option->name, equals + 1);
    refuse(p);
    return 0;
}

static int parse_short(parser *p, const char *argument, int left, char *const *next)
{
    for (const char *c = argument + 1; *c; c++) {
        const tro_option *option = by_letter(p, *c);
        if (!option) {
            tro_error(p->messages, TRO_EINVAL, NULL, "unknown option '-%c' in '%s'", *c,
                      argument);
            refuse(p);
            return 0;
        }
        if (option->type != TRO_OPTION_FLAG)
            return take(p, option, c[1] ? c + 1 : NULL, left, next);
        set(p, option, NULL);
    }
    return 0;
}

/* What stands for an option that is not given, and room for lists. */
static int begin(const tro_option *options, size_t count, size_t room, tro_arguments *out)
{
    *out = (tro_arguments){.seed = TRO_NO_WHOLE, .threads = TRO_NO_WHOLE,
                           .rounds = TRO_NO_WHOLE, .block = TRO_NO_WHOLE,
                           .starts = TRO_NO_WHOLE, .phase = TRO_NO_WHOLE,
                           .workers = TRO_NO_WHOLE, .replicates = TRO_NO_WHOLE, .step = NAN,
                           .within = NAN, .budget = NAN, .given = ""};
    out->operands.items = TRO_NEW(&out->arena, const char *, room);
    out->sets.items = TRO_NEW(&out->arena, const char *, room);
    if (!out->operands.items || !out->sets.items)
        return TRO_ENOMEM;
    for (size_t k = 0; k < count; k++) {
        void *value = (char *)out + options[k].offset;
        if (options[k].type == TRO_OPTION_LIST &&
            !(((tro_word_list *)value)->items = TRO_NEW(&out->arena, const char *, room)))
            return TRO_ENOMEM;
    }
    return TRO_OK;
}

/* --- what was given, as a text ------------------------------------------------- */

/* Options that do not change what is found, and the seed, which is known apart. */
static int is_manner(const char *name)
{
    static const char *const names[] = {"out", "force", "quiet", "verbose", "threads", "json",
                                        "seed", "help", "all", "list", "markdown"};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
        if (strcmp(names[k], name) == 0)
            return 1;
    return 0;
}

void tro_add_shell_word(tro_text *text, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_-./=:,+@%";
    if (*word && word[strspn(word, plain)] == '\0') {
        tro_text_add(text, word);
        return;
    }
    tro_text_add(text, "'");
    for (const char *c = word; *c; c++) {
        if (*c == '\'')
            tro_text_add(text, "'\\''");
        else
            tro_text_add_n(text, c, 1);
    }
    tro_text_add(text, "'");
}

static void add_option(tro_text *text, const tro_option *option, const char *value)
{
    tro_text_addf(text, "%s--%s", text->length ? " " : "", option->name);
    if (!value)
        return;
    tro_text_add(text, value[0] == '-' ? "=" : " ");
    tro_add_shell_word(text, value);
}

static void add_given(tro_text *text, const tro_option *option, const tro_arguments *from)
{
    const void *slot = (const char *)from + option->offset;
    const tro_word_list *words = slot;
    char number[32];
    switch (option->type) {
    case TRO_OPTION_FLAG:
        if (*(const int *)slot)
            add_option(text, option, NULL);
        break;
    case TRO_OPTION_TEXT:
        if (*(const char *const *)slot)
            add_option(text, option, *(const char *const *)slot);
        break;
    case TRO_OPTION_LIST:
        for (size_t k = 0; k < words->count; k++)
            if (strncmp(words->items[k], "seed=", 5) != 0)
                add_option(text, option, words->items[k]);
        break;
    case TRO_OPTION_WHOLE:
        snprintf(number, sizeof number, "%lld", *(const long long *)slot);
        if (*(const long long *)slot != TRO_NO_WHOLE)
            add_option(text, option, number);
        break;
    case TRO_OPTION_REAL:
        if (!isnan(*(const double *)slot))
            add_option(text, option, tro_format_real(number, *(const double *)slot));
        break;
    }
}

static int keep_given(const tro_option *options, size_t count, tro_arguments *out)
{
    tro_text text = {0};
    for (size_t k = 0; k < count; k++)
        if (!is_manner(options[k].name))
            add_given(&text, &options[k], out);
    const char *given = text.failed ? NULL : tro_arena_text(&out->arena, tro_text_string(&text));
    tro_text_clear(&text);
    if (given)
        out->given = given;
    return given ? TRO_OK : TRO_ENOMEM;
}

int tro_options_parse(const tro_option *options, size_t count, int argc, char *const *argv,
                      tro_arguments *out, tro_messages *messages)
{
    parser p = {options, count, out, messages, TRO_OK};
    size_t room = (size_t)argc + 1;
    int only_operands = 0;
    if (begin(options, count, room, out) < 0)
        return tro_error(messages, TRO_ENOMEM, NULL, "out of memory");
    for (int k = 0; k < argc; k++) {
        const char *argument = argv[k];
        int left = argc - k - 1;
        if (only_operands || argument[0] != '-' || argument[1] == '\0')
            out->operands.items[out->operands.count++] = argument;
        else if (strcmp(argument, "--") == 0)
            only_operands = 1;
        else if (argument[1] == '-')
            k += parse_long(&p, argument, left, argv + k + 1);
        else
            k += parse_short(&p, argument, left, argv + k + 1);
    }
    if (p.status == TRO_OK && keep_given(options, count, out) < 0)
        return tro_error(messages, TRO_ENOMEM, NULL, "out of memory");
    return p.status;
}

void tro_arguments_release(tro_arguments *arguments)
{
    tro_arena_clear(&arguments->arena);
    *arguments = (tro_arguments){0};
}

void tro_options_help(const tro_option *options, size_t count, tro_text *text)
{
    enum { COLUMN = 24 };
    for (size_t k = 0; k < count; k++) {
        const tro_option *option = &options[k];
        size_t start = text->length;
        if (option->letter)
            tro_text_addf(text, "  -%c, --%s", option->letter, option->name);
        else
            tro_text_addf(text, "      --%s", option->name);
        if (option->argument)
            tro_text_addf(text, " %s", option->argument);
        size_t width = text->length - start;
        if (width + 2 > COLUMN) {
            tro_text_add(text, "\n");
            width = 0;
        }
        tro_text_addf(text, "%*s%s\n", (int)(COLUMN - width), "", option->help);
    }
}
