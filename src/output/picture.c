#include "output/picture.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "output/figure_parts.h"
#include "output/file.h"
#include "output/fonts.h"
#include "output/program.h"

enum { PATH_BYTES = 4096, NAME_BYTES = 200, COMPLAINT_BYTES = 600, FORMATS = 3 };

/* In the order of the bits of enum tro_figures. */
static const char *const formats[FORMATS] = {"svg", "pdf", "png"};
static const char *const endings[FORMATS] = {".svg", ".pdf", ".png"};
static const char PLAIN[] = ".part.gp";

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

int tro_figures_read(const char *names, unsigned *out, tro_messages *messages)
{
    *out = TRO_FIGURES_DEFAULT;
    for (const char *at = names; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL) {
        size_t length = strcspn(at, ",");
        unsigned found = length == 4 && strncmp(at, "none", 4) == 0 ? TRO_FIGURES_NONE : 0;
        for (unsigned k = 0; k < FORMATS; k++)
            if (length == strlen(formats[k]) && strncmp(at, formats[k], length) == 0)
                found = 1u << k;
        if (!found)
            return tro_error(messages, TRO_EINVAL, NULL,
                             "there are no figures '%.*s': svg, pdf, png, several of them with "
                             "commas between, or none would be right", (int)length, at);
        *out |= found;
    }
    if (*out & TRO_FIGURES_NONE && *out != TRO_FIGURES_NONE)
        return tro_error(messages, TRO_EINVAL, NULL,
                         "'none' goes with no other figures, found '%s'", names);
    return TRO_OK;
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

static void remove_file(const char *folder, const char *name, const char *suffix)
{
    tro_text path = {0};
    tro_text_addf(&path, "%s/%s%s", folder, name, suffix);
    if (!path.failed)
        unlink(path.data);
    tro_text_clear(&path);
}

/* gnuplot makes the ids of the picture's parts from it: letters, digits and
 * '_', not a digit first. Pictures on one page then keep their ids apart. */
static void add_id(tro_text *out, const char *name)
{
    tro_text_add(out, "fig_");
    for (const char *at = name; *at; at++)
        tro_text_add_n(out, *at == '-' || *at == '.' ? "_" : at, 1);
}

/* Cairo's terminals: inches of 96 pixels, and two dots for a pixel, with sizes of fonts,
 * lines and points as in SVG. */
void tro_picture_add_head(tro_text *out, const char *name, int width, int height)
{
    tro_text_addf(out, "# Run `gnuplot %s.gp` in this folder to draw %s.svg again, or\n"
                  "# `gnuplot -e \"format='pdf'\" %s.gp` (or png) for another format.\n"
                  "if (!exists(\"format\")) format = 'svg'\n"
                  "if (!exists(\"target\")) target = '%s.' . format\n"
                  "data = '%s.dat'\n\n", name, name, name, name, name);
    tro_text_addf(out, "set encoding utf8\n"
                  "look = \"noenhanced background '#ffffff' font 'Arial,%d'\"\n"
                  "if (format eq 'svg') set terminal svg @look size %d,%d name '",
                  TRO_FONT_SMALL, width, height);
    add_id(out, name);
    tro_text_addf(out, "'\n"
                  "if (format eq 'pdf') set terminal pdfcairo @look size %d/96.0,%d/96.0 "
                  "fontscale 0.5625 linewidth 1.2 dashlength 1.6 pointscale 0.75\n"
                  "if (format eq 'png') set terminal pngcairo @look size %d,%d fontscale 1.5 "
                  "linewidth 2 dashlength 1.6 pointscale 2\n", width, height, 2 * width,
                  2 * height);
    tro_text_add(out, "if (target ne '-') set output target\n\n");
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
static int finish_svg(tro_text *out, const char *picture, const tro_text *about)
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
                  "font-family=\"Arial, Helvetica, Liberation Sans, Arimo, Nimbus Sans, Roboto, "
                  "sans-serif\"");
    return 1;
}

/* A PDF says when it was made. With other digits in place of those, equal figures are equal
 * bytes, and all offsets stay right. */
static int finish_pdf(tro_text *out, const tro_text *picture)
{
    static const char key[] = "/CreationDate (D:", none[] = "19700101000000";
    size_t digits = sizeof none - 1, before = sizeof key - 1;
    if (picture->length < 5 || memcmp(picture->data, "%PDF-", 5) != 0)
        return 0;
    tro_text_add_n(out, picture->data, picture->length);
    if (out->failed)
        return 1;   /* writing it says so */
    for (size_t k = 0; k + before + digits <= out->length; k++)
        if (memcmp(out->data + k, key, before) == 0)
            memcpy(out->data + k + before, none, digits);
    return 1;
}

static int finish(tro_text *out, const tro_text *picture, const tro_text *about, unsigned format)
{
    static const char png[] = "\x89PNG\r\n";
    if (format == TRO_FIGURES_SVG)
        return finish_svg(out, tro_text_string(picture), about);
    if (format == TRO_FIGURES_PDF)
        return finish_pdf(out, picture);
    tro_text_add_n(out, picture->data, picture->length);
    return picture->length >= sizeof png && memcmp(picture->data, png, sizeof png - 1) == 0;
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

/* A gnuplot that was built without cairo. */
static int lacks_terminal(const tro_program_words *words)
{
    return words->code != 0 && strstr(tro_text_string(&words->complaint), "terminal type");
}

/* Cairo draws boxes over all of the picture where no font has a character: its script has '?'
 * there, under a name of its own that goes afterwards. Returns whether there is one. */
static int replace_characters(const tro_picture *picture, const char *folder, const char *name,
                              const char *kind, tro_messages *messages)
{
    tro_text script = {0}, lacking = {0};
    int status, missing;
    TRO_TRY(tro_fonts_replace(tro_text_string(&picture->script), &script, &lacking, messages));
    missing = status;
    if (missing > 0) {
        tro_warning(messages, NULL, "'%s/%s.%s' has '?' in place of %s%s, which no installed font "
                    "has: one that has them (Debian: fonts-noto-core, fonts-noto-cjk, "
                    "fonts-symbola) would be right", folder, name, kind,
                    tro_text_string(&lacking), missing > 12 ? " and others" : "");
        TRO_TRY(write_text(folder, name, PLAIN, &script, messages));
    }
    status = missing > 0;
out:
    tro_text_clear(&script);
    tro_text_clear(&lacking);
    return status;
}

static int run_gnuplot(const char *gnuplot, const tro_picture *source, const char *folder,
                       const char *name, unsigned format, tro_messages *messages)
{
    char self[] = "gnuplot", plain[] = "-d", option[] = "-e", target[48], suffix[8];
    char script[NAME_BYTES + 16];
    char *const arguments[] = {self, plain, option, target, script, NULL};
    const char *kind = formats[format == TRO_FIGURES_SVG ? 0 : format == TRO_FIGURES_PDF ? 1 : 2];
    tro_program_words words = {.code = 0};
    tro_text picture = {0};
    int status = TRO_OK, plain_script = 0;
    if (format != TRO_FIGURES_SVG)
        TRO_TRY(plain_script = replace_characters(source, folder, name, kind, messages));
    snprintf(script, sizeof script, "%s%s", name, plain_script ? PLAIN : ".gp");
    snprintf(suffix, sizeof suffix, ".%s", kind);
    snprintf(target, sizeof target, "format = '%s'; target = '-'", kind);
    TRO_TRY(tro_program_run(gnuplot, arguments, folder, &words, messages));
    if (lacks_terminal(&words)) {
        tro_warning(messages, NULL, "'%s/%s.%s' is not drawn, because the gnuplot on the PATH has "
                    "no terminal %scairo: one that has it (Debian: gnuplot-nox) would be right",
                    folder, name, kind, kind);
        goto out;
    }
    if (words.code != 0 || !finish(&picture, &words.output, &source->about, format))
        TRO_TRY(gnuplot_failed(&words, folder, name, messages));
    if (words.complaint.length)
        tro_warning(messages, NULL, "gnuplot on '%s/%s.gp' said: %.*s", folder, name,
                    COMPLAINT_BYTES, words.complaint.data);
    TRO_TRY(write_text(folder, name, suffix, &picture, messages));
out:
    if (plain_script > 0)
        remove_file(folder, name, PLAIN);
    tro_text_clear(&picture);
    tro_text_clear(&words.output);
    tro_text_clear(&words.complaint);
    return status;
}

/* "NAME.svg", or "NAME.svg and NAME.pdf". */
static void warn_missing(const char *folder, const char *name, unsigned wanted,
                         tro_messages *messages)
{
    tro_text files = {0};
    for (int k = 0; k < FORMATS; k++)
        if (wanted & 1u << k)
            tro_text_addf(&files, "%s'%s/%s.%s'", files.length ? " and " : "", folder, name,
                          formats[k]);
    tro_warning(messages, NULL,
                "%s %s not drawn, because there is no gnuplot on the PATH: script and data are "
                "there; install gnuplot (Debian: gnuplot-nox) and run gnuplot %s.gp in that "
                "folder", tro_text_string(&files),
                wanted & (wanted - 1) ? "are" : "is", name);
    tro_text_clear(&files);
}

static int draw(const tro_picture *picture, const char *folder, const char *name, unsigned wanted,
                tro_messages *messages)
{
    char gnuplot[PATH_BYTES];
    int status = TRO_OK;
    if (picture->about.failed)
        return no_memory(name, messages);
    for (unsigned k = 0; k < FORMATS; k++)   /* one of older numbers would be worse than none */
        if (wanted & 1u << k)
            remove_file(folder, name, endings[k]);
    TRO_TRY(write_text(folder, name, ".dat", &picture->data, messages));
    TRO_TRY(write_text(folder, name, ".gp", &picture->script, messages));
    if (!tro_program_find("gnuplot", gnuplot, sizeof gnuplot)) {
        warn_missing(folder, name, wanted, messages);
        return TRO_OK;
    }
    for (unsigned k = 0; k < FORMATS; k++)
        if (wanted & 1u << k)
            TRO_TRY(run_gnuplot(gnuplot, picture, folder, name, 1u << k, messages));
out:
    return status;
}

int tro_picture_write(const tro_picture *picture, const char *folder, const char *name,
                      tro_messages *messages)
{
    int status = tro_picture_check_name(name, messages);
    unsigned wanted = picture->formats ? picture->formats : TRO_FIGURES_SVG;
    return status < 0 || wanted == TRO_FIGURES_NONE
               ? status
               : draw(picture, folder, name, wanted, messages);
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
    unsigned own = picture->formats ? picture->formats : folder->figures;
    unsigned wanted = own ? own : TRO_FIGURES_SVG;
    const char *suffixes[2 + FORMATS] = {"dat", "gp"}, *paths[2 + FORMATS];
    char files[2 + FORMATS][NAME_BYTES + 8];
    int status = TRO_OK, count = 2;
    TRO_TRY(tro_picture_check_name(name, messages));
    if (wanted == TRO_FIGURES_NONE)
        return TRO_OK;
    for (unsigned k = 0; k < FORMATS; k++)
        if (wanted & 1u << k)
            suffixes[count++] = formats[k];
    for (int k = 0; k < count; k++) {
        snprintf(files[k], sizeof files[k], "%s.%s", name, suffixes[k]);
        TRO_TRY(tro_folder_add(folder, files[k], &paths[k], messages));
    }
    status = draw(picture, folder->path, name, wanted, messages);
    for (int k = 0; k < count; k++) {
        int dropped = drop_missing(folder, files[k], paths[k], messages);
        status = status < 0 ? status : dropped;
    }
out:
    return status;
}
