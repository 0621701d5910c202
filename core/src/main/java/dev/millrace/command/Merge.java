package dev.millrace.command;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * How the answers to the parts of a command become its answer, when a cluster has its keys on several nodes or when it
 * concerns every master. Stateless.
 */
public enum Merge {
    /** Lists with an element for each key, put in the order of the keys (MGET). */
    KEY_ORDER {
        @Override
        public Object of(List<? extends @Nullable Object> answers, List<int[]> keys) {
            Object[] merged =
                    new Object[keys.stream().mapToInt(part -> part.length).sum()];
            for (int i = 0; i < answers.size(); i++) {
                List<?> answer = list(answers.get(i));
                int[] places = keys.get(i);
                if (answer.size() != places.length) {
                    throw new UnexpectedReply(
                            "the server answered " + answer.size() + " elements for " + places.length + " keys");
                }
                for (int j = 0; j < places.length; j++) {
                    merged[places[j]] = answer.get(j);
                }
            }
            return Arrays.asList(merged);
        }
    },

    /** Counts, added up (DEL, DBSIZE). */
    SUM {
        @Override
        public Object of(List<? extends @Nullable Object> answers, List<int[]> keys) {
            return answers.stream().mapToLong(answer -> (Long) answer).sum();
        }
    },

    /** Lists, one behind the other (KEYS). */
    CONCATENATION {
        @Override
        public Object of(List<? extends @Nullable Object> answers, List<int[]> keys) {
            List<@Nullable Object> merged = new ArrayList<>();
            answers.forEach(answer -> merged.addAll(list(answer)));
            return merged;
        }
    },

    /** Lists of yes and no, yes where every node says so (SCRIPT EXISTS). */
    EVERY {
        @Override
        public Object of(List<? extends @Nullable Object> answers, List<int[]> keys) {
            List<Boolean> merged = new ArrayList<>();
            for (Object each : list(answers.getFirst())) {
                merged.add((Boolean) each);
            }
            for (Object answer : answers.subList(1, answers.size())) {
                List<?> other = list(answer);
                for (int i = 0; i < merged.size(); i++) {
                    merged.set(i, merged.get(i) && (Boolean) other.get(i));
                }
            }
            return merged;
        }
    },

    /** The same from each, so any of them (FLUSHALL, MSET, SCRIPT LOAD). */
    FIRST {
        @Override
        public @Nullable Object of(List<? extends @Nullable Object> answers, List<int[]> keys) {
            return answers.getFirst();
        }
    },

    /** What one of those answers that have something (RANDOMKEY). */
    SOME {
        @Override
        public @Nullable Object of(List<? extends @Nullable Object> answers, List<int[]> keys) {
            List<Object> some = new ArrayList<>();
            for (Object answer : answers) {
                if (answer != null) {
                    some.add(answer);
                }
            }
            return some.isEmpty() ? null : some.get(ThreadLocalRandom.current().nextInt(some.size()));
        }
    },

    /** One node is enough: the others had nothing to do and may have said so by an error (SCRIPT KILL). */
    ANY {
        @Override
        public @Nullable Object of(List<? extends @Nullable Object> answers, List<int[]> keys) {
            return answers.getFirst();
        }
    };

    /**
     * The answer of the whole.
     *
     * @param answers what the parts were answered, each decoded by the command; at least one
     * @param keys for each part, the positions of its keys in the whole command
     */
    public abstract @Nullable Object of(List<? extends @Nullable Object> answers, List<int[]> keys);

    private static List<?> list(@Nullable Object answer) {
        if (answer instanceof List<?> elements) {
            return elements;
        }
        throw new UnexpectedReply("a part was answered with something else than a list");
    }
}
