/**
 * RESP2 and RESP3 on the wire: {@link dev.millrace.resp.RespWriter} turns commands into bytes, {@link
 * dev.millrace.resp.RespReader} finds complete replies in the bytes that come and is the cursor that decoders read
 * them with. Both keep one buffer and copy a value once.
 *
 * <p>Uses {@code command} only. Public for the connection layer, not for applications.
 */
@NullMarked
package dev.millrace.resp;

import org.jspecify.annotations.NullMarked;
