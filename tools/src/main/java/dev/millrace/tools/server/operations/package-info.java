/**
 * What operators look at and change: figures for the dashboard, meters for Prometheus, the OpenAPI document, the switches. Entry:
 * {@link dev.millrace.tools.server.operations.Operations}. Sees services by their figures only.
 */
@NullMarked
package dev.millrace.tools.server.operations;

import org.jspecify.annotations.NullMarked;
