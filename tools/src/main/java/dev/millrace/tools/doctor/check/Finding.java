package dev.millrace.tools.doctor.check;

import java.util.List;

/**
 * Something to be told. Immutable.
 *
 * @param subject the setting or thing it is about, such as {@code maxmemory-policy}
 * @param nodes where it is so; empty for the whole
 * @param what what is so and what follows from it
 * @param remedy what to do
 */
public record Finding(Severity severity, String subject, List<String> nodes, String what, String remedy) {
    public Finding {
        nodes = List.copyOf(nodes);
    }
}
