/**
 * {@code millrace demo}: the reference server with something to do. Actors speak to it over HTTP and TCP, as browsers, trackers and
 * players would.
 *
 * <p>Entry: {@link dev.millrace.tools.server.demo.DemoCommand}. It uses nothing of the server but its start, its list of routes and
 * its OpenAPI document.
 */
@NullMarked
package dev.millrace.tools.server.demo;

import org.jspecify.annotations.NullMarked;
