package dev.millrace.storage;

import dev.millrace.cache.CacheStatistics;

/**
 * What a {@link Storage} has counted since it was made.
 *
 * @param operations operations of all plugins, those of a pipeline one by one
 * @param failures how many of them failed
 * @param components components that were read, whether from memory or Redis
 * @param componentFailures how many of them could not be
 * @param memory what memory did for {@link PluginStorage#cached} and for components
 */
public record StorageStatistics(
        long operations, long failures, long components, long componentFailures, CacheStatistics memory) {}
