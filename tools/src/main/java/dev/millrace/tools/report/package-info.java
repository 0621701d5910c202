/**
 * What a performance run found and how it is shown: JSON, a terminal table, an HTML page with charts.
 *
 * <p>Entry: {@link dev.millrace.tools.report.Report}. It uses Jackson and Chart.js, and nothing else of Millrace, so
 * that every suite can fill one.
 */
@NullMarked
package dev.millrace.tools.report;

import org.jspecify.annotations.NullMarked;
