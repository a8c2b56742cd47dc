#include "output/picture.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "output/figure_parts.h"
#include "output/file.h"
#include "output/program.h"

enum { PATH_BYTES = 4096, NAME_BYTES = 200, COMPLAINT_BYTES = 600 };

void tro_picture_release(tro_picture *picture)
{
    tro_text_clear(&picture->data);
    tro_text_clear(&picture->script);
    tro_text_clear(&picture->about);
}

/* The name stands in the script and in ids of the picture. */
static int is_name(const char *name)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789_-.";
    size_t length = strlen(name);
    return length > 0 && length <= NAME_BYTES && name[0] != '.' && name[0] != '-' &&
           strspn(name, allowed) == length;
}

int tro_picture_check_name(const char *name, tro_messages *messages)
{
    if (is_name(name))
        return TRO_OK;
    return tro_error(messages, TRO_EINVAL, NULL,
                     "'%s' cannot name a figure: letters, digits, '_', '-' and '.' can", name);
}

static int no_memory(const char *name, tro_messages *messages)
{
    return tro_error(messages, TRO_ENOMEM, NULL, "out of memory while drawing the figure '%s'",
                     name);
}

static int write_text(const char *folder, const char *name, const char *suffix,
                      const tro_text *text, tro_messages *messages)
{
    tro_text path = {0};
    tro_text_addf(&path, "%s/%s%s", folder, name, suffix);
    int status = text->failed || path.failed
                     ? no_memory(name, messages)
                     : tro_file_write(path.data, tro_text_string(text), text->length, messages);
    tro_text_clear(&path);
    return status;
}

/* gnuplot makes the ids of the picture's parts from it: letters, digits and
 * '_', not a digit first. Pictures on one page then keep their ids apart. */
static void add_id(tro_text *out, const char *name)
{
    tro_text_add(out, "fig_");
    for (const char *at = name; *at; at++)
        tro_text_add_n(out, *at == '-' || *at == '.' ? "_" : at, 1);
}

void tro_picture_add_head(tro_text *out, const char *name, int width, int height)
{
    tro_text_addf(out, "# Run `gnuplot %s.gp` in this folder to draw %s.svg again.\n", name, name);
    tro_text_add(out, "if (!exists(\"target\")) target = ");
    tro_text_addf(out, "'%s.svg'\ndata = '%s.dat'\n\n", name, name);
    tro_text_addf(out, "set encoding utf8\nset terminal svg noenhanced size %d,%d "
                  "background '#ffffff' font 'Arial,%d' name '", width, height, TRO_FONT_SMALL);
    add_id(out, name);
    tro_text_add(out, "'\nif (target ne '-') set output target\n\n");
}

static void add_replacing(tro_text *out, const char *text, const char *old, const char *new)
{
    const char *next;
    while ((next = strstr(text, old)) != NULL) {
        tro_text_add_n(out, text, (size_t)(next - text));
        tro_text_add(out, new);
        text = next + strlen(old);
    }
    tro_text_add(out, text);
}

/* gnuplot's picture with our title and description (gnuplot's names its own
 * version), and with fonts to fall back on where there is no Arial. 0: this is
 * no whole picture. */
static int finish(tro_text *out, const char *picture, const tro_text *about)
{
    static const char end[] = "</desc>";
    const char *root = strstr(picture, "<svg "), *from = strstr(picture, "<title>");
    const char *to = from ? strstr(from, end) : NULL;
    if (!root || !to || root > from || !strstr(to, "</svg>"))
        return 0;
    root += strlen("<svg ");
    tro_text_add_n(out, picture, (size_t)(root - picture));
    tro_text_add(out, "role=\"img\" ");
    tro_text_add_n(out, root, (size_t)(from - root));
    tro_text_add(out, tro_text_string(about));
    add_replacing(out, to + strlen(end), "font-family=\"Arial\"",
                  "font-family=\"Arial, Helvetica, Liberation Sans, sans-serif\"");
    return 1;
}

static int gnuplot_failed(const tro_program_words *words, const char *folder, const char *name,
                          tro_messages *messages)
{
    const char *said = tro_text_string(&words->complaint);
    while (*said == '\n' || *said == ' ')
        said++;
    return tro_error(messages, TRO_ELIBRARY, NULL,
                     "gnuplot failed on '%s/%s.gp' with exit status %d: %.*s", folder, name,
                     words->code, COMPLAINT_BYTES, *said ? said : "it said nothing");
}

static int run_gnuplot(const char *gnuplot, const tro_text *about, const char *folder,
                       const char *name, tro_messages *messages)
{
    char self[] = "gnuplot", plain[] = "-d", option[] = "-e", target[] = "target = '-'";
    char script[NAME_BYTES + 8];
    char *const arguments[] = {self, plain, option, target, script, NULL};
    tro_program_words words = {.code = 0};
    tro_text picture = {0};
    int status = TRO_OK;
    snprintf(script, sizeof script, "%s.gp", name);
    TRO_TRY(tro_program_run(gnuplot, arguments, folder, &words, messages));
    if (words.code != 0 || !finish(&picture, tro_text_string(&words.output), about))
        TRO_TRY(gnuplot_failed(&words, folder, name, messages));
    if (words.complaint.length)
        tro_warning(messages, NULL, "gnuplot on '%s/%s.gp' said: %.*s", folder, name,
                    COMPLAINT_BYTES, words.complaint.data);
    TRO_TRY(write_text(folder, name, ".svg", &picture, messages));
out:
    tro_text_clear(&picture);
    tro_text_clear(&words.output);
    tro_text_clear(&words.complaint);
    return status;
}

/* A picture of older numbers would be worse than none. */
static void remove_picture(const char *folder, const char *name)
{
    tro_text path = {0};
    tro_text_addf(&path, "%s/%s.svg", folder, name);
    if (!path.failed)
        unlink(path.data);
    tro_text_clear(&path);
}

static int draw(const tro_picture *picture, const char *folder, const char *name,
                tro_messages *messages)
{
    char gnuplot[PATH_BYTES];
    int status = TRO_OK;
    if (picture->about.failed)
        return no_memory(name, messages);
    remove_picture(folder, name);
    TRO_TRY(write_text(folder, name, ".dat", &picture->data, messages));
    TRO_TRY(write_text(folder, name, ".gp", &picture->script, messages));
    if (tro_program_find("gnuplot", gnuplot, sizeof gnuplot))
        TRO_TRY(run_gnuplot(gnuplot, &picture->about, folder, name, messages));
    else
        tro_warning(messages, NULL,
                    "'%s/%s.svg' is not drawn, because there is no gnuplot on the PATH: its "
                    "script and data are there; install gnuplot (Debian: gnuplot-nox) and run "
                    "gnuplot %s.gp in that folder", folder, name, name);
out:
    return status;
}

int tro_picture_write(const tro_picture *picture, const char *folder, const char *name,
                      tro_messages *messages)
{
    int status = tro_picture_check_name(name, messages);
    return status < 0 ? status : draw(picture, folder, name, messages);
}

/* What could not be made must not be missed by the manifest: a failed
 * picture need not be the end of a run. */
static int drop_missing(tro_folder *folder, const char *file, const char *path,
                        tro_messages *messages)
{
    return access(path, F_OK) == 0 ? TRO_OK : tro_folder_drop(folder, file, messages);
}

int tro_picture_save(const tro_picture *picture, tro_folder *folder, const char *name,
                     tro_messages *messages)
{
    static const char *const suffixes[] = {".dat", ".gp", ".svg"};
    char files[3][NAME_BYTES + 8];
    const char *paths[3];
    int status = TRO_OK;
    TRO_TRY(tro_picture_check_name(name, messages));
    for (int k = 0; k < 3; k++) {
        snprintf(files[k], sizeof files[k], "%s%s", name, suffixes[k]);
        TRO_TRY(tro_folder_add(folder, files[k], &paths[k], messages));
    }
    status = draw(picture, folder->path, name, messages);
    for (int k = 0; k < 3; k++) {
        int dropped = drop_missing(folder, files[k], paths[k], messages);
        status = status < 0 ? status : dropped;
    }
out:
    return status;
}
