package dev.sluice.bench.compare;

import java.util.List;

/**
 * The servers of a comparison.
 *
 * @param compared those with a row in the tables
 * @param backends what proxies may connect to, the preferred one first
 */
public record ChosenServers(List<ServerSpec> compared, List<ServerSpec> backends) {}
