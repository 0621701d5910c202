/** Tests of the cluster of the test kit, against real servers. */
@NullMarked
package dev.millrace.testkit.cluster;

import org.jspecify.annotations.NullMarked;
