package dev.millrace.tools.bench;

import java.util.List;

/**
 * Something Millrace is made for, done in several ways that are compared. Stateless; what it holds between the steps of a
 * measurement lives in its trials.
 *
 * <p>To add one: write the class, list it in {@link Workloads}.
 */
interface Workload {

    /** What {@code --workload} and the JSON call it. */
    String name();

    /** One line for {@code --list}. */
    String description();

    /** The ways to do it in this setting, the slowest and plainest first; nothing is sent yet. */
    List<Trial> trials(Setting setting);
}
