/** Placeholder line, replaced with the first type of this package. */
@NullMarked
package dev.millrace.testkit;

import org.jspecify.annotations.NullMarked;
