/** Tests of the test kit, all of them against real servers and real sockets. */
@NullMarked
package dev.millrace.testkit;

import org.jspecify.annotations.NullMarked;
