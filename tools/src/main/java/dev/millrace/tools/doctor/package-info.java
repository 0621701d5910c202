/**
 * {@code millrace doctor}: looks at servers and says what would lose data or break a feature. Entry: {@link
 * dev.millrace.tools.doctor.DoctorCommand}. Facts are gathered by {@code facts} and judged by {@code check}; what is here
 * finds the servers that are meant and shows the result.
 */
@NullMarked
package dev.millrace.tools.doctor;

import org.jspecify.annotations.NullMarked;
