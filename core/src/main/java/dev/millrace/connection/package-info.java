/**
 * Connections to one node: the socket, TLS and the handshake; the shared connection that pipelines by itself; the
 * direct connections on which a lone caller does its own I/O; reconnecting, deadlines, and subscriptions.
 *
 * <p>Entry type: {@link dev.millrace.connection.Node}. Uses {@code resp}, {@code command}, {@code resilience} and
 * {@code metrics}; the layers above it reach a server through nothing else.
 */
@NullMarked
package dev.millrace.connection;

import org.jspecify.annotations.NullMarked;
