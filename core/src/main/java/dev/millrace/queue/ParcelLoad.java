package dev.millrace.queue;

import com.google.errorprone.annotations.Immutable;
import dev.millrace.batch.SharedTrips;
import dev.millrace.command.MillraceException;

/** Which jobs of several callers may go in one call of the script. */
@Immutable
final class ParcelLoad<T> implements SharedTrips.Load<Parcel<T>> {
    @Override
    public long bytes(Parcel<T> parcel) {
        return parcel.outgoing().bytes();
    }

    @Override
    public boolean together(Parcel<T> leader, Parcel<T> next) {
        return leader.outgoing().deduplication().equals(next.outgoing().deduplication());
    }

    @Override
    public boolean mayBeForOne(MillraceException failure) {
        return Uplink.mayBeForOneJob(failure);
    }
}
