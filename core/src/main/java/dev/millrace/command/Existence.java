package dev.millrace.command;

/** Whether a write depends on what is there already. */
public enum Existence {
    /** Writes in any case; the default. */
    ANY,
    /** Writes only what is not there yet (NX). */
    ABSENT,
    /** Writes only over what is there (XX). */
    PRESENT;

    void addTo(Arguments arguments) {
        switch (this) {
            case ANY -> {}
            case ABSENT -> arguments.add("NX");
            case PRESENT -> arguments.add("XX");
        }
    }
}
