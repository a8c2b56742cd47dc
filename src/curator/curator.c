#include "curator/curator.h"

int tro_curation_read(const tro_reader *reader, const tro_space *space, const tro_node *node,
                      const tro_curation **out)
{
    tro_chosen chosen;
    int status = tro_read_plugin(reader, node, TRO_CURATOR, &chosen);
    if (status < 0)
        return status;
    const tro_curator *curator = (const tro_curator *)chosen.plugin;
    tro_curation *curation = TRO_NEW(reader->arena, tro_curation, 1);
    if (!curation)
        return TRO_ENOMEM;
    curation->space = space;
    curation->name = chosen.plugin->name;
    *out = curation;
    return curator->prepare(reader, space, chosen.config, chosen.parameters, curation);
}
