package dev.millrace.bench.child;

import org.jspecify.annotations.Nullable;

/**
 * What a child answers to one request.
 *
 * @param measurement what was measured, when that was asked
 * @param failure why the request could not be carried out, in one line; absent on success
 * @param unavailable whether the failure is that this client cannot run on this machine at all
 */
public record Answer(
        @Nullable Measurement measurement, @Nullable String failure, boolean unavailable) {
    static Answer done() {
        return new Answer(null, null, false);
    }

    static Answer measured(Measurement measurement) {
        return new Answer(measurement, null, false);
    }

    static Answer failed(String failure) {
        return new Answer(null, failure, false);
    }

    static Answer unavailable(String reason) {
        return new Answer(null, reason, true);
    }
}
