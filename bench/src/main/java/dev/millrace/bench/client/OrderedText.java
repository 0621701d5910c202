package dev.millrace.bench.client;

/** Jobs as texts whose order is that in which the jobs leave: by priority, then by their ids. */
final class OrderedText {
    private static final int HIGHEST = 511;

    private OrderedText() {}

    static String of(QueueItem item) {
        return (1_000 + HIGHEST - item.priority()) + " " + item.id() + " " + item.payload();
    }

    static QueueItem item(String text) {
        int first = text.indexOf(' ');
        int second = text.indexOf(' ', first + 1);
        return new QueueItem(
                text.substring(first + 1, second),
                1_000 + HIGHEST - Integer.parseInt(text.substring(0, first)),
                text.substring(second + 1));
    }
}
