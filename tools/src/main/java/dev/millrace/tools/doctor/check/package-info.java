/**
 * Judges what servers told: each check takes the facts and leaves findings, with the remedy of each. Entry: {@link
 * dev.millrace.tools.doctor.check.Checks}. It may use {@code facts}, and asks no server.
 */
@NullMarked
package dev.millrace.tools.doctor.check;

import org.jspecify.annotations.NullMarked;
