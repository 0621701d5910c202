/**
 * What servers tell of themselves, gathered for the checks. Entry: {@link dev.millrace.tools.doctor.facts.Look}, which
 * answers {@link dev.millrace.tools.doctor.facts.Facts}. It may use the public API of the client, and judges nothing.
 */
@NullMarked
package dev.millrace.tools.doctor.facts;

import org.jspecify.annotations.NullMarked;
