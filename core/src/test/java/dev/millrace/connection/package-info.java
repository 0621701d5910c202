/** Tests of the connections: their hand-off code by itself, and whole connections to a real server. */
@NullMarked
package dev.millrace.connection;

import org.jspecify.annotations.NullMarked;
