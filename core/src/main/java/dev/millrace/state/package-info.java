/**
 * The state of connections: read from memory, changed in memory at once, written behind or through as each field asks for, and
 * the same in all processes. Entry type: {@link dev.millrace.state.State}, opened by {@code Millrace.state(options)}; {@link
 * dev.millrace.state.Field} declares what a record has, {@link dev.millrace.state.StateMode} says where reads and writes go.
 *
 * <p>All that changes what Redis holds is in server-side scripts, the {@code .lua} resources of this package. Uses {@code
 * batch}, {@code topology}, {@code connection}, {@code command}, {@code resilience} and the codecs.
 */
@NullMarked
package dev.millrace.state;

import org.jspecify.annotations.NullMarked;
