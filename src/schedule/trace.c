#include "schedule/trace.h"

#include <math.h>

#include <trophic/random.h>

int tro_trace_init(tro_trace *trace, const tro_ecosystem *ecosystem)
{
    tro_stream_key key = {.purpose = TRO_FOR_START, .agent = 1};
    tro_stream stream = tro_stream_of(&key);
    size_t count = ecosystem->agents + ecosystem->width;
    *trace = (tro_trace){.agents = ecosystem->agents, .width = ecosystem->width};
    trace->weights = TRO_NEW(&trace->arena, double, count);
    trace->values = TRO_NEW(&trace->arena, double, TRO_TRACE_ROUNDS);
    if (!trace->weights || !trace->values)
        return TRO_ENOMEM;
    /* None is small, so that no agent and no coordinate is overlooked. */
    for (size_t k = 0; k < count; k++) {
        double u = tro_stream_uniform(&stream);
        trace->weights[k] = u < 0.5 ? -0.5 - u : u;
    }
    return TRO_OK;
}

void tro_trace_release(tro_trace *trace)
{
    tro_arena_clear(&trace->arena);
    *trace = (tro_trace){0};
}

/* The sum of moduli: of one state in 64, as it takes as long as the sum itself. */
static void note_scale(tro_trace *trace, const double *z)
{
    double moduli = 0;
    for (size_t k = 0; k < trace->agents * trace->width; k++)
        moduli += fabs(z[k]);
    trace->scale = fmax(trace->scale, moduli);
}

void tro_trace_add(tro_trace *trace, const double *z)
{
    const double *of_agent = trace->weights, *of_coordinate = trace->weights + trace->agents;
    size_t width = trace->width;
    double sum = 0;
    for (size_t i = 0; i < trace->agents; i++) {
        const double *row = z + i * width;
        double even = 0, odd = 0;      /* two chains of additions, which do not wait */
        for (size_t k = 0; k + 1 < width; k += 2) {
            even += of_coordinate[k] * row[k];
            odd += of_coordinate[k + 1] * row[k + 1];
        }
        if (width % 2 == 1)
            even += of_coordinate[width - 1] * row[width - 1];
        sum += of_agent[i] * (even + odd);
    }
    if (trace->count % 64 == 0)
        note_scale(trace, z);
    trace->values[trace->count++ % TRO_TRACE_ROUNDS] = sum;
}

size_t tro_trace_length(const tro_trace *trace)
{
    return trace->count < TRO_TRACE_ROUNDS ? (size_t)trace->count : TRO_TRACE_ROUNDS;
}

void tro_trace_pack(const tro_trace *trace, tro_text *out)
{
    tro_pack_whole(out, trace->count);
    tro_pack_real(out, trace->scale);
    tro_pack(out, trace->values, tro_trace_length(trace) * sizeof *trace->values);
}

void tro_trace_unpack(tro_trace *trace, tro_packed *from)
{
    trace->count = tro_unpack_whole(from);
    trace->scale = tro_unpack_real(from);
    tro_unpack(from, trace->values, tro_trace_length(trace) * sizeof *trace->values);
}
