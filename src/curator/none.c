/* No curation: every output is kept. */
#include "curator/curator.h"

static int none_prepare(const tro_reader *reader, const tro_space *space, const void *config,
                        const tro_node *node, tro_curation *out)
{
    (void)reader, (void)space, (void)config, (void)node;
    out->ops = NULL;
    return TRO_OK;
}

const tro_curator tro_curator_none = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_CURATOR, .name = "none",
               .summary = "Keeps every output.", .reference = NULL,
               .table = {"none", NULL, 0, 1}},
    .prepare = none_prepare,
};
