/** Placeholder line, replaced with the first type of this package. */
@NullMarked
package dev.millrace.tools;

import org.jspecify.annotations.NullMarked;
