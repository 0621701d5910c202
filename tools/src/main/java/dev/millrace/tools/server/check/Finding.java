package dev.millrace.tools.server.check;

import java.util.Map;

/**
 * What one check came to. Immutable.
 *
 * @param name what was tried
 * @param right whether all was as it must be
 * @param said in a line, for people
 * @param figures the same for programs
 */
record Finding(String name, boolean right, String said, Map<String, Object> figures) {}
