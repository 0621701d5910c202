/**
 * The clients that are set side by side, each behind {@link dev.millrace.bench.client.PeerClient} and each used as its
 * own documentation recommends for speed. The entry type is {@link dev.millrace.bench.client.PeerClients}. May use the
 * workload package.
 */
@NullMarked
package dev.millrace.bench.client;

import org.jspecify.annotations.NullMarked;
