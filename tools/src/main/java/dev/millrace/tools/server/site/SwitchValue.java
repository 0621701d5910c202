package dev.millrace.tools.server.site;

/** Values of switches, which are texts. Stateless. */
final class SwitchValue {
    private SwitchValue() {}

    /** @throws IllegalArgumentException if it is no whole number in the range */
    static long number(String value, long least, long most, String unit) {
        try {
            long number = Long.parseLong(value.strip());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException none) {
            // told below
        }
        throw new IllegalArgumentException("must be a whole number of " + unit + " from " + least + " to " + most);
    }
}
