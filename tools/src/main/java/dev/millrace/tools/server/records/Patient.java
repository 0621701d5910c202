package dev.millrace.tools.server.records;

import java.time.DateTimeException;
import java.time.LocalDate;

/**
 * A patient's record, as it is in the table, the cache and in answers. Immutable.
 *
 * @param id 1 or more
 * @param born a date, such as 1980-02-29
 * @param updated when it was written, in ms since 1970
 */
record Patient(long id, String name, String born, String ward, String diagnosis, long updated) {
    private static final LocalDate FIRST = LocalDate.of(1880, 1, 1);

    /**
     * What a client says of one; the id stands in the path.
     *
     * @param name 1 to 200 characters
     * @param born a date from 1880-01-01 on, and not of the future
     * @param ward 1 to 50 characters
     * @param diagnosis up to 1,000 characters
     */
    record Content(String name, String born, String ward, String diagnosis) {
        Content {
            text("name", name, 1, 200);
            date(born);
            text("ward", ward, 1, 50);
            text("diagnosis", diagnosis, 0, 1_000);
        }

        Patient of(long id, long now) {
            return new Patient(id, name, born, ward, diagnosis, now);
        }
    }

    /**
     * One of a list that is imported; as {@link Content}, with the id.
     *
     * @param id 1 or more
     */
    record Imported(long id, String name, String born, String ward, String diagnosis) {
        Imported {
            if (id < 1) {
                throw new IllegalArgumentException("id must be 1 or more");
            }
            Content unused = new Content(name, born, ward, diagnosis);
        }

        Patient at(long now) {
            return new Patient(id, name, born, ward, diagnosis, now);
        }
    }

    private static void text(String field, String text, int least, int most) {
        if (text == null || text.strip().length() < least || text.length() > most) {
            throw new IllegalArgumentException(field + " must be a text of " + least + " to " + most + " characters");
        }
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(field + " has a control character; write it in one line");
        }
    }

    private static void date(String text) {
        try {
            LocalDate date = text == null ? null : LocalDate.parse(text);
            if (date != null
                    && !date.isBefore(FIRST)
                    && !date.isAfter(LocalDate.now().plusDays(1))) {
                return;
            }
        } catch (DateTimeException none) {
            // told below
        }
        throw new IllegalArgumentException("born must be a date such as 1980-02-29, from " + FIRST + " to today");
    }

    /** Its id only: the rest is private. */
    @Override
    public String toString() {
        return "Patient[" + id + "]";
    }
}
