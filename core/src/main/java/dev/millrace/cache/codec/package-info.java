/**
 * How a cache's keys and values become bytes: {@link dev.millrace.cache.codec.Codec} for values, {@link
 * dev.millrace.cache.codec.KeyCodec} for keys, {@link dev.millrace.cache.codec.Compression} for what is large, and
 * {@link dev.millrace.cache.codec.Frame}, the few bytes that stand before a stored value when it is not plain.
 *
 * <p>A value that is not compressed is stored as its codec wrote it, so that clients in other languages read it and
 * write it without knowing Millrace. Uses no other package of Millrace. JSON, zstd and lz4 come from optional
 * libraries, each touched by one class only; whoever asks for one that is missing is told what to add.
 */
@NullMarked
package dev.millrace.cache.codec;

import org.jspecify.annotations.NullMarked;
