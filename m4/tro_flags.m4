# TRO_ADD_FLAGS(VARIABLE, FLAGS): appends to VARIABLE those of FLAGS that the C
# compiler takes. A compiler only warns of an option it does not know, so the
# test runs with -Werror.
AC_DEFUN([TRO_ADD_FLAGS], [
m4_foreach_w([tro_flag], [$2], [
  AC_MSG_CHECKING([whether $CC takes tro_flag])
  tro_saved_cflags=$CFLAGS
  CFLAGS="$CFLAGS -Werror tro_flag"
  AC_COMPILE_IFELSE([AC_LANG_PROGRAM([])],
    [AC_MSG_RESULT([yes]); AS_VAR_APPEND([$1], [" tro_flag"])],
    [AC_MSG_RESULT([no])])
  CFLAGS=$tro_saved_cflags
])])

# TRO_SANITIZER(NAME, FLAGS): a configure switch --enable-NAME that compiles
# and links everything with FLAGS.
AC_DEFUN([TRO_SANITIZER], [
AC_ARG_ENABLE([$1],
  [AS_HELP_STRING([--enable-$1], [compile and link with $2])],
  [], [enable_$1=no])
AS_IF([test "x$enable_$1" != xno], [
  AC_MSG_CHECKING([whether $CC can link with $2])
  AS_VAR_APPEND([CFLAGS], [" $2"])
  AC_LINK_IFELSE([AC_LANG_PROGRAM([])], [AC_MSG_RESULT([yes])],
    [AC_MSG_RESULT([no]); AC_MSG_ERROR([--enable-$1: $CC cannot link with $2])])
])])
