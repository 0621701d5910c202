package dev.millrace.queue;

/**
 * A lane of a queue: jobs of one lane don't stand in the way of those of another. When several have jobs, each gets a
 * share by its weight; a lane that is empty leaves its share to the others.
 *
 * @param name 1 to 64 letters, digits, {@code .}, {@code _} and {@code -}
 * @param weight its share, against the weights of the others; 1 to 1,000,000. Lanes of weight 10 and 1 hand out ten jobs
 *     and one
 */
public record Lane(String name, int weight) {
    /** @throws IllegalArgumentException if the name or the weight is out of its range */
    public Lane {
        if (!name.matches("[A-Za-z0-9._-]{1,64}")) {
            throw new IllegalArgumentException(
                    "the name of a lane has 1 to 64 letters, digits, '.', '_' and '-'; this one has " + name.length()
                            + " characters or others than these");
        }
        Names.checkedNumber("a weight of a lane", weight, 1, 1_000_000);
    }
}
