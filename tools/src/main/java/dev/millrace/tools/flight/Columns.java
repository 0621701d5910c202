package dev.millrace.tools.flight;

/** Reads the fixed columns of a record; positions count from 0. Stateless. */
final class Columns {
    private Columns() {}

    /** @throws MalformedLine if there is no digit at that position */
    static int digit(String line, int position, String what) throws MalformedLine {
        char digit = position < line.length() ? line.charAt(position) : ' ';
        if (digit < '0' || digit > '9') {
            throw new MalformedLine("column " + (position + 1) + " (" + what + ") is not a digit");
        }
        return digit - '0';
    }

    /** @throws MalformedLine if one of the positions has no digit */
    static int number(String line, int position, int length, String what) throws MalformedLine {
        int value = 0;
        for (int i = position; i < position + length; i++) {
            value = value * 10 + digit(line, i, what);
        }
        return value;
    }

    /** A number that may have a minus in its first column. */
    static int signed(String line, int position, int length, String what) throws MalformedLine {
        if (line.charAt(position) == '-') {
            return -number(line, position + 1, length - 1, what);
        }
        return number(line, position, length, what);
    }

    /** @throws MalformedLine if the value is above the limit */
    static int atMost(int limit, int value, String what) throws MalformedLine {
        if (value > limit) {
            throw new MalformedLine(what + " is " + value + ", at most " + limit + " is possible");
        }
        return value;
    }
}
