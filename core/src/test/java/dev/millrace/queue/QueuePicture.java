package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.command.Command;
import dev.millrace.command.Value;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** All that a queue's keys hold, read by plain commands and not by its scripts, and compared with the model. */
final class QueuePicture {
    private static final List<String> COUNTERS = List.of(
            "new",
            "duplicate",
            "replaced",
            "claimed",
            "taken",
            "completed",
            "retried",
            "snoozed",
            "handed_back",
            "expired",
            "given_up",
            "cancelled",
            "removed",
            "purged",
            "replayed",
            "lost");

    private final Map<String, Map<String, byte[]>> hashes = new HashMap<>();
    private final Map<String, Map<String, Long>> indexes = new TreeMap<>();

    private QueuePicture() {}

    static QueuePicture of(QueueFixture client, QueueOptions<String> options) {
        QueuePicture picture = new QueuePicture();
        List<String> hashNames = List.of("state", "job", "meta", "error", "types");
        List<String> indexNames = new ArrayList<>(List.of("delayed", "leased", "done", "failed", "dead", "dedup"));
        for (int lane = 0; lane < options.lanes().size(); lane++) {
            indexNames.add("ready:" + lane);
        }
        List<Command<Value>> commands = new ArrayList<>();
        hashNames.forEach(name -> commands.add(Command.of("HGETALL", (Object) QueueFixture.key(options, name))));
        indexNames.forEach(
                name -> commands.add(Command.of("ZRANGE", QueueFixture.key(options, name), 0, -1, "WITHSCORES")));
        List<Value> replies = client.runAll(commands);
        for (int i = 0; i < hashNames.size(); i++) {
            List<Value> flat = replies.get(i).asList();
            Map<String, byte[]> hash = new TreeMap<>();
            for (int j = 0; j < flat.size(); j += 2) {
                hash.put(flat.get(j).asText(), ((Value.Bytes) flat.get(j + 1)).bytes());
            }
            picture.hashes.put(hashNames.get(i), hash);
        }
        for (int i = 0; i < indexNames.size(); i++) {
            picture.indexes.put(
                    indexNames.get(i), scores(replies.get(hashNames.size() + i).asList()));
        }
        return picture;
    }

    /** RESP2 answers members and scores by turns, RESP3 in pairs. */
    private static Map<String, Long> scores(List<Value> reply) {
        List<Value> flat = new ArrayList<>();
        for (Value value : reply) {
            if (value instanceof Value.Items pair) {
                flat.addAll(pair.items());
            } else {
                flat.add(value);
            }
        }
        Map<String, Long> index = new TreeMap<>();
        for (int i = 0; i < flat.size(); i += 2) {
            double score = Double.parseDouble(flat.get(i + 1).asText());
            assertThat(score).isEqualTo(Math.rint(score));
            index.put(flat.get(i).asText(), (long) score);
        }
        return index;
    }

    private Map<String, String> texts(String hash) {
        Map<String, String> texts = new TreeMap<>();
        hashes.get(hash).forEach((field, value) -> texts.put(field, new String(value, StandardCharsets.UTF_8)));
        return texts;
    }

    /** Fails unless the server holds exactly what the model does. */
    void assertIs(QueueModel model, long now) {
        Map<String, Map<String, Long>> expected = new TreeMap<>();
        indexes.keySet().forEach(name -> expected.put(name, new TreeMap<>()));
        Map<String, String> payloads = new TreeMap<>();
        Map<String, String> errors = new TreeMap<>();
        Map<String, Long> types = new TreeMap<>();
        Map<String, JobRecord> records = new TreeMap<>();
        for (QueueModel.Entry entry : model.jobs.values()) {
            String index = switch (entry.state) {
                case 'w' -> entry.isReady() ? "ready:" + entry.lane : "delayed";
                case 'l' -> "leased";
                case 'd' -> "done";
                case 'f' -> "failed";
                default -> "dead";
            };
            expected.get(index).put(entry.id, entry.isReady() ? entry.score() : entry.at);
            payloads.put(entry.id, entry.payload);
            if (entry.error != null) {
                errors.put(entry.id, entry.error);
            }
            if (entry.state == 'w') {
                types.merge(entry.type, 1L, Long::sum);
            }
            records.put(
                    entry.id,
                    new JobRecord(
                            entry.state,
                            entry.lane,
                            entry.attempts,
                            entry.deliveries,
                            entry.score(),
                            entry.enqueued,
                            entry.progress,
                            entry.type));
        }
        Map<String, Long> marks = new TreeMap<>(indexes.get("dedup"));
        marks.values().removeIf(until -> until <= now); // those that are over are removed at leisure
        Map<String, Long> expectedMarks = new TreeMap<>(model.marks);
        expectedMarks.values().removeIf(until -> until <= now);
        assertThat(marks).isEqualTo(expectedMarks);
        indexes.remove("dedup");
        expected.remove("dedup");

        assertThat(indexes).isEqualTo(expected);
        Map<String, Integer> places = new TreeMap<>();
        indexes.values().forEach(index -> index.keySet().forEach(id -> places.merge(id, 1, Integer::sum)));
        assertThat(places.values()).as("indexes that each job is in").allMatch(times -> times == 1);
        assertThat(places.keySet()).isEqualTo(payloads.keySet());
        assertThat(texts("job")).isEqualTo(payloads);
        Map<String, JobRecord> read = new TreeMap<>();
        hashes.get("meta").forEach((id, packed) -> {
            JobRecord record = JobRecord.of(packed);
            read.put(id, record);
            boolean fenced = !Arrays.equals(Arrays.copyOfRange(packed, 1, 9), new byte[8]);
            assertThat(fenced).as("token of %s", id).isEqualTo(record.state() == 'l');
        });
        assertThat(read).isEqualTo(records);
        assertThat(texts("error")).isEqualTo(errors);
        Map<String, Long> counted = new TreeMap<>();
        texts("types").forEach((type, number) -> counted.put(type, Long.parseLong(number)));
        assertThat(counted).isEqualTo(types);
        Map<String, String> state = texts("state");
        for (String counter : COUNTERS) {
            assertThat(Long.parseLong(state.getOrDefault(counter, "0")))
                    .as(counter)
                    .isEqualTo(model.counters.getOrDefault(counter, 0L));
        }
        assertThat(Long.parseLong(state.getOrDefault("done_bytes", "0"))).isEqualTo(model.bytes('d'));
        assertThat(Long.parseLong(state.getOrDefault("failed_bytes", "0"))).isEqualTo(model.bytes('f'));
    }
}
