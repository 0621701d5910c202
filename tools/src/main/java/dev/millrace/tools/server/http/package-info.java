/**
 * HTTP for all services: routes with who may use them, JSON that says where it is wrong, problems as RFC 9457 has them,
 * limits, the access log. Entry: {@link dev.millrace.tools.server.http.HttpServer}. Knows no service.
 */
@NullMarked
package dev.millrace.tools.server.http;

import org.jspecify.annotations.NullMarked;
