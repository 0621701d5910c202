/**
 * Messages to channels, many in one round trip: {@link dev.millrace.publish.Publisher} is the entry. Stands on batches. To
 * subscribe, use the client's own functions.
 */
@NullMarked
package dev.millrace.publish;

import org.jspecify.annotations.NullMarked;
