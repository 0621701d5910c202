/**
 * What a site needs beside its pages: jobs in the background, cached answers of calls that are dear, health that can be asked by
 * everybody all the time, and HTTP sessions. Entry: {@link dev.millrace.tools.server.site.SiteService}. Each can be switched back
 * to the plain way while the server runs.
 */
@NullMarked
package dev.millrace.tools.server.site;

import org.jspecify.annotations.NullMarked;
