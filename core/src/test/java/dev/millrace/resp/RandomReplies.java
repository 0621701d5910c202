package dev.millrace.resp;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Valid RESP of every type at random, with what it must be read as, and the same with damage. */
final class RandomReplies {
    private static final int DEEPEST = 5;

    private final SplittableRandom random;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final List<String> shown = new ArrayList<>();

    RandomReplies(SplittableRandom random) {
        this.random = random;
    }

    RandomReplies fill(int replies) {
        for (int i = 0; i < replies; i++) {
            attributes();
            switch (random.nextInt(12)) {
                case 0 -> {
                    String line = "ERR " + word();
                    line("-" + line);
                    shown.add("error Other " + line);
                }
                case 1 -> {
                    String text = "ERR " + word();
                    line("!" + text.length());
                    line(text);
                    shown.add("error Other " + text);
                }
                case 2 -> shown.add("push " + array('>', 0));
                default -> {
                    String element = element(0);
                    shown.add(element.startsWith("Other ") ? "error " + element : element);
                }
            }
        }
        return this;
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }

    /** As {@link Stream#replies()} shows them. */
    List<String> shown() {
        return shown;
    }

    private String element(int depth) {
        attributes();
        return switch (random.nextInt(depth < DEEPEST ? 13 : 9)) {
            case 0 -> {
                String word = word();
                line("+" + word);
                yield '"' + word + '"';
            }
            case 1 -> {
                long number = random.nextLong() >> random.nextInt(64);
                line(":" + number);
                yield Long.toString(number);
            }
            case 2 -> {
                byte[] body = new byte[random.nextInt(1 << random.nextInt(12))];
                random.nextBytes(body);
                line("$" + body.length);
                body(body);
                yield '"' + new String(body, StandardCharsets.ISO_8859_1) + '"';
            }
            case 3 -> {
                line(
                        switch (random.nextInt(3)) {
                            case 0 -> "$-1";
                            case 1 -> "*-1";
                            default -> "_";
                        });
                yield "null";
            }
            case 4 -> {
                boolean value = random.nextBoolean();
                line(value ? "#t" : "#f");
                yield Boolean.toString(value);
            }
            case 5 -> {
                double value = Double.longBitsToDouble(random.nextLong());
                line("," + (Double.isNaN(value) ? "nan" : Double.isInfinite(value) ? "inf" : Double.toString(value)));
                yield "real " + (value == Double.NEGATIVE_INFINITY ? -value : value);
            }
            case 6 -> {
                String digits = "1" + "0123456789".repeat(random.nextInt(20));
                line("(" + digits);
                yield "big " + digits;
            }
            case 7 -> {
                String word = word();
                line("=" + (word.length() + 4));
                line("txt:" + word);
                yield '"' + word + '"';
            }
            case 8 -> {
                String text = "ERR " + word();
                line("-" + text);
                yield "Other " + text;
            }
            case 9 -> map(depth);
            case 10 -> array('~', depth);
            default -> array('*', depth);
        };
    }

    private String array(char type, int depth) {
        int count = random.nextInt(6);
        line("" + type + count);
        List<String> elements = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            elements.add(element(depth + 1));
        }
        return "[" + String.join(", ", elements) + "]";
    }

    private String map(int depth) {
        int count = random.nextInt(4);
        line("%" + count);
        List<String> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String key = element(depth + 1);
            entries.add(key + "=" + element(depth + 1));
        }
        return "{" + String.join(", ", entries) + "}";
    }

    private void attributes() {
        while (random.nextInt(20) == 0) {
            int count = random.nextInt(3);
            line("|" + count);
            for (int i = 0; i < 2 * count; i++) {
                String unused = element(DEEPEST - 1);
            }
        }
    }

    private String word() {
        return "abcdefghijklmnopqrstuvwxyz".substring(random.nextInt(26));
    }

    private void line(String text) {
        body(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private void body(byte[] body) {
        bytes.writeBytes(body);
        bytes.write('\r');
        bytes.write('\n');
    }

    /** A copy with some bytes changed, lost, doubled, moved, or made to be other numbers and types. */
    static byte[] damaged(byte[] whole, SplittableRandom random) {
        byte[] bytes = whole.clone();
        for (int times = 1 + random.nextInt(4); times > 0 && bytes.length > 0; times--) {
            int at = random.nextInt(bytes.length);
            int length = Math.min(bytes.length - at, 1 << random.nextInt(8));
            switch (random.nextInt(7)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> bytes[at] = (byte) "+-:$*_#,(!=%~>|\r\n0123456789-".charAt(random.nextInt(28));
                case 3 -> bytes = java.util.Arrays.copyOf(bytes, at);
                case 4 -> bytes = spliced(bytes, at, at + length, new byte[0]);
                case 5 -> bytes = spliced(bytes, at, at, java.util.Arrays.copyOfRange(bytes, at, at + length));
                default -> bytes = spliced(bytes, at, at, extreme(random));
            }
        }
        return bytes;
    }

    private static byte[] extreme(SplittableRandom random) {
        String type = String.valueOf("*$%~>|=!:,(".charAt(random.nextInt(11)));
        String number = switch (random.nextInt(7)) {
            case 0 -> "9223372036854775807";
            case 1 -> "-9223372036854775808";
            case 2 -> "99999999999999999999999";
            case 3 -> "-1";
            case 4 -> Integer.toString(Integer.MAX_VALUE);
            case 5 -> Integer.toString(random.nextInt(1 << 20));
            default -> "";
        };
        return (type + number + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] spliced(byte[] bytes, int from, int to, byte[] inserted) {
        return Stream.join(
                java.util.Arrays.copyOf(bytes, from), inserted, java.util.Arrays.copyOfRange(bytes, to, bytes.length));
    }
}
