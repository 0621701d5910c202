/**
 * Tests that try to break what the client promises, on real servers, through a proxy that makes the network misbehave:
 * no reply reaches another call ({@code MixUpIT}); every call ends by its deadline as one of the named outcomes ({@code
 * FaultsIT}); memory is bounded ({@code BackPressureIT}); order is kept ({@code OrderIT}); a write is never repeated
 * ({@code RetryIT}); close leaves nothing ({@code CloseIT}). They use the façade alone, as an application does.
 */
@NullMarked
package dev.millrace.promises;

import org.jspecify.annotations.NullMarked;
