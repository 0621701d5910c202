/**
 * Tells a person at the terminal how far a long run has come.
 *
 * <p>Entry: {@link dev.millrace.tools.progress.ProgressDisplay}. Bars on a terminal, plain lines elsewhere; it knows
 * nothing of what is being done.
 */
@NullMarked
package dev.millrace.tools.progress;

import org.jspecify.annotations.NullMarked;
