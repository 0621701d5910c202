package dev.millrace.topology;

import dev.millrace.command.Command;
import dev.millrace.connection.Node;
import org.jspecify.annotations.Nullable;

/**
 * One of the commands that a command becomes which concerns several nodes. Immutable.
 *
 * @param command what is sent
 * @param keys which of the whole command's keys it has; empty for a part that every master gets
 * @param node the node it is for, or null where its keys decide
 */
record Part(Command<?> command, int[] keys, @Nullable Node node) {}
