/* The only list of everything trophic ships. */
#include <trophic/plugin.h>

#include "channel/channel.h"
#include "curator/curator.h"
#include "experiment/quantity.h"
#include "family/family.h"
#include "measure/measure.h"
#include "network/generators.h"
#include "network/metrics.h"
#include "schedule/schedule.h"

static const tro_plugin *const families[] = {
    &tro_family_gaussian.plugin,
    &tro_family_categorical.plugin,
    &tro_family_conditional.plugin,
    &tro_family_gaussian_full.plugin,
};

static const tro_plugin *const channels[] = {
    &tro_channel_affine.plugin,
    &tro_channel_rotations.plugin,
    &tro_channel_stochastic.plugin,
};

static const tro_plugin *const curators[] = {
    &tro_curator_none.plugin,
    &tro_curator_shift.plugin,
    &tro_curator_bradley_terry.plugin,
    &tro_curator_arena.plugin,
    &tro_curator_best_of.plugin,
    &tro_curator_stages.plugin,
    &tro_curator_one_of.plugin,
    &tro_curator_self_judge.plugin,
    &tro_curator_audience.plugin,
};

static const tro_plugin *const generators[] = {
    &tro_generator_ring.plugin,
    &tro_generator_complete.plugin,
    &tro_generator_star.plugin,
    &tro_generator_erdos_renyi.plugin,
    &tro_generator_barabasi_albert.plugin,
    &tro_generator_watts_strogatz.plugin,
    &tro_generator_zachary.plugin,
    &tro_generator_tree.plugin,
    &tro_generator_random_tree.plugin,
    &tro_generator_citation.plugin,
    &tro_generator_lattice.plugin,
    &tro_generator_k_regular.plugin,
    &tro_generator_configuration.plugin,
    &tro_generator_stochastic_block.plugin,
    &tro_generator_bipartite.plugin,
    &tro_generator_core_periphery.plugin,
    &tro_generator_geometric.plugin,
    &tro_generator_power_law.plugin,
    &tro_generator_fitness.plugin,
    &tro_generator_aging.plugin,
    &tro_generator_recent.plugin,
    &tro_generator_forest_fire.plugin,
    &tro_generator_famous.plugin,
};

static const tro_plugin *const schedules[] = {
    &tro_schedule_synchronous.plugin,
    &tro_schedule_sequential.plugin,
    &tro_schedule_random_order.plugin,
    &tro_schedule_poisson.plugin,
    &tro_schedule_periodic.plugin,
};

static const tro_plugin *const measures[] = {
    &tro_measure_alignment.plugin,
    &tro_measure_distance.plugin,
    &tro_measure_drift.plugin,
    &tro_measure_mass.plugin,
    &tro_measure_entropy.plugin,
    &tro_measure_diversity.plugin,
    &tro_measure_support.plugin,
    &tro_measure_mean.plugin,
    &tro_measure_variance.plugin,
    &tro_measure_expectation.plugin,
    &tro_measure_reward_variance.plugin,
    &tro_measure_divergence.plugin,
    &tro_measure_total_variation.plugin,
    &tro_measure_selection.plugin,
    &tro_measure_log_variance.plugin,
    &tro_measure_missing_mass.plugin,
    &tro_measure_fixation.plugin,
    &tro_measure_wasserstein.plugin,
};

static const tro_plugin *const quantities[] = {
    &tro_quantity_alignment.plugin,
    &tro_quantity_sampled_alignment.plugin,
    &tro_quantity_expected_alignment.plugin,
    &tro_quantity_influence.plugin,
    &tro_quantity_sampled_influence.plugin,
    &tro_quantity_expected_influence.plugin,
    &tro_quantity_pairing_gain.plugin,
    &tro_quantity_proxy.plugin,
    &tro_quantity_closed_form.plugin,
    &tro_quantity_closed_form_error.plugin,
    &tro_quantity_influences.plugin,
    &tro_quantity_negative_influences.plugin,
    &tro_quantity_spectral_radius.plugin,
    &tro_quantity_eigenvalue.plugin,
    &tro_quantity_period.plugin,
    &tro_quantity_observed_rate.plugin,
    &tro_quantity_distance_to_fixed_point.plugin,
    &tro_quantity_root.plugin,
    &tro_quantity_alignment_by_round.plugin,
    &tro_quantity_influence_by_round.plugin,
    &tro_quantity_win_share.plugin,
    &tro_quantity_noise.plugin,
    &tro_quantity_measure.plugin,
    &tro_quantity_measure_by_round.plugin,
    &tro_quantity_decay_rate.plugin,
    &tro_quantity_limit_distance.plugin,
    &tro_quantity_sampled_measure.plugin,
    &tro_quantity_sampled_measure_by_round.plugin,
    &tro_quantity_expected_measure.plugin,
    &tro_quantity_accumulation_power.plugin,
    &tro_quantity_with.plugin,
    &tro_quantity_change.plugin,
    &tro_quantity_combine.plugin,
    &tro_quantity_steps.plugin,
    &tro_quantity_part.plugin,
};

static const tro_plugin *const metrics[] = {
    &tro_metric_density.plugin,
    &tro_metric_reciprocity.plugin,
    &tro_metric_clustering.plugin,
    &tro_metric_path_length.plugin,
    &tro_metric_reachability.plugin,
    &tro_metric_in_degree_inequality.plugin,
    &tro_metric_out_degree_inequality.plugin,
    &tro_metric_pagerank_inequality.plugin,
    &tro_metric_source_rank_inequality.plugin,
    &tro_metric_katz_inequality.plugin,
    &tro_metric_betweenness_inequality.plugin,
    &tro_metric_modularity.plugin,
    &tro_metric_spectral_radius.plugin,
    &tro_metric_mean_distance_to_real.plugin,
    &tro_metric_mean_generations.plugin,
    &tro_metric_in_degree.plugin,
    &tro_metric_out_degree.plugin,
    &tro_metric_own_share.plugin,
    &tro_metric_pagerank.plugin,
    &tro_metric_source_rank.plugin,
    &tro_metric_katz_in.plugin,
    &tro_metric_katz_out.plugin,
    &tro_metric_betweenness.plugin,
    &tro_metric_local_clustering.plugin,
    &tro_metric_distance_to_real.plugin,
    &tro_metric_generations.plugin,
};

#define COUNT(array) (sizeof array / sizeof *array)

static const tro_catalog builtin = {
    .items = {[TRO_FAMILY] = families, [TRO_CHANNEL] = channels, [TRO_CURATOR] = curators,
              [TRO_GENERATOR] = generators, [TRO_SCHEDULE] = schedules,
              [TRO_MEASURE] = measures, [TRO_QUANTITY] = quantities,
              [TRO_METRIC] = metrics},
    .count = {[TRO_FAMILY] = COUNT(families), [TRO_CHANNEL] = COUNT(channels),
              [TRO_CURATOR] = COUNT(curators), [TRO_GENERATOR] = COUNT(generators),
              [TRO_SCHEDULE] = COUNT(schedules), [TRO_MEASURE] = COUNT(measures),
              [TRO_QUANTITY] = COUNT(quantities), [TRO_METRIC] = COUNT(metrics)},
};

const tro_catalog *tro_catalog_builtin(void)
{
    return &builtin;
}
