/**
 * The commands of this module: {@link dev.millrace.bench.Peers} sets Millrace beside other clients, {@link
 * dev.millrace.bench.Jmh} runs the microbenchmarks. May use every package below it, the command line and report of
 * the tools module, and the test kit's servers.
 */
@NullMarked
package dev.millrace.bench;

import org.jspecify.annotations.NullMarked;
