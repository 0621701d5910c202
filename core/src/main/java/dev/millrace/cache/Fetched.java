package dev.millrace.cache;

import dev.millrace.command.MillraceException;
import org.jspecify.annotations.Nullable;

/**
 * What one key of {@link Cache#pipelineGet} was answered with.
 *
 * @param value the value; null where there is none, or it could not be read
 * @param error why it could not be read, or null
 */
public record Fetched<V>(@Nullable V value, @Nullable MillraceException error) {}
