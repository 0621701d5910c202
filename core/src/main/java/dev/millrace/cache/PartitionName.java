package dev.millrace.cache;

import dev.millrace.cache.codec.Codec;
import dev.millrace.cache.codec.CodecException;

/**
 * The name of a partition as a part of keys: letters and digits of ASCII, {@code _}, {@code .} and {@code -} as they are,
 * every other byte of its UTF-8 as a percent sign and two digits.
 *
 * <p>Different names are spelled differently, and no spelling holds a colon: with one behind it, none is the beginning of
 * another, so that a partition's keys can't be another's, whatever comes behind. Nor does one begin with the tilde that
 * stands before what caches keep aside.
 */
final class PartitionName {
    private PartitionName() {}

    /** @throws IllegalArgumentException if the name has half of a surrogate pair */
    static String escaped(String name) {
        StringBuilder spelled = new StringBuilder(name.length());
        for (byte each : bytes(name)) {
            if (isPlain(each)) {
                spelled.append((char) each);
            } else {
                spelled.append('%').append(digit(each >> 4)).append(digit(each));
            }
        }
        return spelled.toString();
    }

    private static byte[] bytes(String name) {
        try {
            return Codec.strings().encode(name);
        } catch (CodecException e) {
            throw new IllegalArgumentException("the name of a partition is no Unicode text: " + e.getMessage(), e);
        }
    }

    private static boolean isPlain(byte each) {
        return each >= 'a' && each <= 'z'
                || each >= 'A' && each <= 'Z'
                || each >= '0' && each <= '9'
                || each == '_'
                || each == '.'
                || each == '-';
    }

    private static char digit(int of) {
        return Character.toUpperCase(Character.forDigit(of & 0xF, 16));
    }
}
