/**
 * The command line. Entry: {@link dev.millrace.tools.Main}, which the launcher script {@code ./millrace} starts. It may
 * use everything below {@code dev.millrace.tools} and the public API of the client, nothing inside the client.
 */
@NullMarked
package dev.millrace.tools;

import org.jspecify.annotations.NullMarked;
