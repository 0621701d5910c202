/**
 * The façade: {@code Millrace}, its options, and what an application meets first.
 */
@NullMarked
package dev.millrace;

import org.jspecify.annotations.NullMarked;
