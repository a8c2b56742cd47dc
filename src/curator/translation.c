/* The kernels shared by curators that move a location law by a constant. */
#include <string.h>

#include "curator/gaussian.h"

void tro_translate(const tro_curation *curation, size_t rows, const double *z, double *out,
                   double *scratch)
{
    size_t width = curation->space->width;
    const double *shift = curation->shift;
    (void)scratch;
    for (size_t r = 0; r < rows; r++)
        for (size_t k = 0; k < width; k++)
            out[r * width + k] = z[r * width + k] + shift[k];
}

/* The Jacobian is the identity, and so is its transpose. */
void tro_translate_derivative(const tro_curation *curation, size_t rows, const double *z,
                              const double *dz, double *out, double *scratch)
{
    (void)z, (void)scratch;
    memcpy(out, dz, rows * curation->space->width * sizeof *out);
}
