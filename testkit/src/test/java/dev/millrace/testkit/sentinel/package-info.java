/** Tests of the Sentinels of the test kit, against real servers. */
@NullMarked
package dev.millrace.testkit.sentinel;

import org.jspecify.annotations.NullMarked;
