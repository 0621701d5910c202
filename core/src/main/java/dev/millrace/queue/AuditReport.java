package dev.millrace.queue;

/**
 * What an audit found. All but {@code looked} are zero unless keys were changed by other means than the queue's scripts,
 * or the server lost some of them.
 *
 * @param looked records, payloads and members of indexes that were looked at
 * @param inNone jobs in no index; they went where their record says, leased ones to their lane
 * @param inSeveral jobs in more than one index; they stayed where their record says
 * @param inWrong jobs in an index that their record does not name; the record was corrected
 * @param withoutPayload records or members of indexes without a payload; deleted
 * @param withoutRecord payloads without a record, which became dead letters, and error texts without one, deleted
 * @param countersOff numbers of types and history bytes that were not what a recount says; corrected, where the queue has
 *     at most 50,000 jobs
 */
public record AuditReport(
        long looked,
        long inNone,
        long inSeveral,
        long inWrong,
        long withoutPayload,
        long withoutRecord,
        long countersOff) {
    /** Whether nothing was wrong. */
    public boolean isClean() {
        return inNone + inSeveral + inWrong + withoutPayload + withoutRecord + countersOff == 0;
    }

    static AuditReport empty() {
        return new AuditReport(0, 0, 0, 0, 0, 0, 0);
    }

    AuditReport plus(AuditReport other) {
        return new AuditReport(
                looked + other.looked,
                inNone + other.inNone,
                inSeveral + other.inSeveral,
                inWrong + other.inWrong,
                withoutPayload + other.withoutPayload,
                withoutRecord + other.withoutRecord,
                countersOff + other.countersOff);
    }
}
