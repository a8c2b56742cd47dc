/* Planes in the figures of studies: what is drawn where, and mistakes in them. */
#include <unistd.h>

#include "study_support.h"

#define SYSTEM TRO_STUDY_SYSTEM(12, 50, 2)
/* a rests at (its reference + b + 1) / 2: below zero where the reference is. */
#define TABLE                                                                        \
    "vary:\n  t:\n    over:\n"                                                       \
    "      v: {key: agents.b.reference, values: [1, 2, 3]}\n"                        \
    "      w: {key: agents.a.shares.curated, values: [0.2, 0.25]}\n"                 \
    "      u: {key: agents.a.reference, values: [-40, 40]}\n"                        \
    "      o: {key: agents.a.at, options: [mean]}\n"                                 \
    "    find: {J: {alignment: a}}\n"

START_TEST(test_plane_drawn)
{
    char folder[] = "/tmp/trophic-plane-XXXXXX", path[128];
    static char data[1 << 16];
    tro_opened o;
    tro_folder run = {0};
    ck_assert_ptr_nonnull(mkdtemp(folder));
    tro_study_open(&o, SYSTEM TABLE
                   "figure: {panels: [{plane: {table: t, value: J, x: v, y: u, where: {w: 0.25},\n"
                   "                           label: J of a}}]}\n");
    ck_assert_int_eq(tro_study_run(o.study, NULL, &o.messages), TRO_OK);
    ck_assert_int_eq(tro_folder_open(&run, folder, TRO_FOLDER_NEW, &o.messages), TRO_OK);
    ck_assert_int_eq(tro_study_write(o.study, &run, &o.messages), TRO_OK);
    snprintf(path, sizeof path, "%s/figure.dat", folder);
    FILE *file = fopen(path, "rb");
    ck_assert_ptr_nonnull(file);
    data[fread(data, 1, sizeof data - 1, file)] = 0;
    fclose(file);
    double tile[2][4];
    const char *rows = strstr(data, "tiles of J of a\n# left right bottom top colour\n");
    ck_assert_ptr_nonnull(rows);
    ck_assert_int_eq(sscanf(strchr(strchr(rows, '\n') + 1, '\n') + 1,
                            "%lf %lf %lf %lf %*u %lf %lf %lf %lf", &tile[0][0], &tile[0][1],
                            &tile[0][2], &tile[0][3], &tile[1][0], &tile[1][1], &tile[1][2],
                            &tile[1][3]), 8);
    for (int k = 0; k < 2; k++) {
        ck_assert_double_eq(tile[k][0], 1);
        ck_assert_double_eq(tile[k][1], 3);
    }
    ck_assert_double_eq(tile[0][2], -40);
    ck_assert_double_eq(tile[1][2], 0);
    ck_assert_double_eq(tile[1][3], 40);
    static const char *const names[] = {"figure.dat", "figure.gp", "figure.svg", "t.csv",
                                        "unfinished.json", "manifest.json"};
    tro_folder_close(&run);
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[k]);
        unlink(path);
    }
    ck_assert_int_eq(rmdir(folder), 0);
    tro_study_close(&o);
}
END_TEST

static void refuse(const char *plane, const char *expected)
{
    char text[8192];
    snprintf(text, sizeof text, SYSTEM TABLE "figure: {panels: [{plane: %s}]}\n", plane);
    tro_study_refused(text, expected);
}

START_TEST(test_plane_errors)
{
    refuse("{table: t, value: J, x: v, y: u}",
           "23:27: the plane has 6 points and table 't' 12 rows for them: one value of each other "
           "axis under `where` would be right");
    refuse("{table: s, value: J, x: v, y: u}", "23:45: 'vary' has no table 's'");
    refuse("{table: t, value: K, x: v, y: u, where: {w: 0.2}}",
           "23:45: table 't' has no column 'K'");
    refuse("{table: t, value: J, x: q, y: o, where: {w: 0.2}}",
           "23:51: table 't' has no axis 'q'\n"
           "23:57: a plane needs an axis of two increasing numbers or more, and 'o' is none");
    refuse("{table: t, value: J, x: v, y: v, where: {w: 0.2}}",
           "23:57: a plane has two axes, found 'v' twice");
    refuse("{table: t, value: J, x: v, y: u, where: {w: 0.3}}",
           "23:71: axis 'w' of table 't' has no value '0.3'");
    refuse("{table: t, x: v, y: u}", "23:27: missing key 'value' in 'plane'");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_plane_drawn, test_plane_errors};
    return TRO_RUN_TESTS("planes of studies", tests);
}
