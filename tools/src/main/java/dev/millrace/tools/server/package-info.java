/**
 * The reference server: five services on the library's public API, over HTTP, with a dashboard.
 *
 * <p>Entry: {@link dev.millrace.tools.server.ReferenceServer}. A service is a {@link dev.millrace.tools.server.Service}
 * in a package of its own; what all of them share is a {@link dev.millrace.tools.server.Platform}. Services do not see
 * each other.
 */
@NullMarked
package dev.millrace.tools.server;

import org.jspecify.annotations.NullMarked;
