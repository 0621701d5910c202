/**
 * Which node a command goes to, and what happens when its answer says "not here" or "not now": the port {@link
 * dev.millrace.topology.Topology} with one implementation per kind of deployment, and {@link
 * dev.millrace.topology.Dispatch}, which runs commands through it. Uses {@code connection} and what lies below it.
 */
@NullMarked
package dev.millrace.topology;

import org.jspecify.annotations.NullMarked;
