/** Tests of the side-by-side runs. */
@NullMarked
package dev.millrace.bench;

import org.jspecify.annotations.NullMarked;
