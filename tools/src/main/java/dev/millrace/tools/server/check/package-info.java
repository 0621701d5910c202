/**
 * Tries a reference server from outside, as its clients use it: what was sent is read back and compared. Entry: {@link
 * dev.millrace.tools.server.check.CheckCommand}. Speaks HTTP only.
 */
@NullMarked
package dev.millrace.tools.server.check;

import org.jspecify.annotations.NullMarked;
