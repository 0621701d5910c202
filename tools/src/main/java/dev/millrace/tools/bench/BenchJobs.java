package dev.millrace.tools.bench;

import dev.millrace.queue.Job;
import dev.millrace.queue.JobSpec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Jobs whose ids and payloads name the run and the place they were made for. Stateless. */
final class BenchJobs {
    private static final int PRIORITIES = 10;

    private BenchJobs() {}

    /** So many jobs of one run, with payloads of so many bytes and ten priorities in turn. */
    static List<JobSpec<byte[]>> of(Run run, int count, int bytes) {
        List<JobSpec<byte[]>> jobs = new ArrayList<>(count);
        for (int place = 0; place < count; place++) {
            jobs.add(of(run, place, bytes, place % PRIORITIES));
        }
        return jobs;
    }

    /** As {@link #of(Run, int, int)}, all of one priority. */
    static List<JobSpec<byte[]>> ofPriority(Run run, int count, int bytes, int priority) {
        List<JobSpec<byte[]>> jobs = new ArrayList<>(count);
        for (int place = 0; place < count; place++) {
            jobs.add(of(run, place, bytes, priority));
        }
        return jobs;
    }

    private static JobSpec<byte[]> of(Run run, int place, int bytes, int priority) {
        String id = run.number() + "-" + place;
        byte[] payload = Arrays.copyOf(id.getBytes(StandardCharsets.US_ASCII), bytes);
        Arrays.fill(payload, Math.min(id.length(), bytes), bytes, (byte) ('a' + place % 26));
        return JobSpec.builder(payload).id(id).priority(priority).build();
    }

    /** What is wrong with jobs that were handed out to one consumer: by priority, then as they were enqueued. */
    static Optional<String> difference(List<JobSpec<byte[]>> enqueued, List<Job<byte[]>> found) {
        List<JobSpec<byte[]>> expected = new ArrayList<>(enqueued);
        // Stable, so those of one priority stay as they are.
        expected.sort(Comparator.comparingInt(JobSpec<byte[]>::priority).reversed());
        return differenceInOrder(expected, found);
    }

    /** As {@link #difference}, of jobs that several callers enqueued: within a priority, any order is right. */
    static Optional<String> differenceOfCallers(List<JobSpec<byte[]>> enqueued, List<Job<byte[]>> found) {
        for (int i = 1; i < found.size(); i++) {
            if (found.get(i).priority() > found.get(i - 1).priority()) {
                return Optional.of("job " + i + " has a higher priority than the one before it");
            }
        }
        return differenceAsSets(enqueued, found);
    }

    /** What is wrong with jobs that several consumers have had: each must be there once, in whatever order. */
    static Optional<String> differenceAsSets(List<JobSpec<byte[]>> enqueued, List<Job<byte[]>> found) {
        return differenceInOrder(
                enqueued.stream().sorted(Comparator.comparing(JobSpec::id)).toList(),
                found.stream().sorted(Comparator.comparing(Job::id)).toList());
    }

    private static Optional<String> differenceInOrder(List<JobSpec<byte[]>> expected, List<Job<byte[]>> found) {
        for (int i = 0; i < Math.min(expected.size(), found.size()); i++) {
            JobSpec<byte[]> wanted = expected.get(i);
            Job<byte[]> job = found.get(i);
            if (!wanted.id().equals(job.id())) {
                return Optional.of("job " + i + " is " + job.id() + ", expected " + wanted.id());
            }
            if (wanted.priority() != job.priority() || !Arrays.equals(wanted.payload(), job.payload())) {
                return Optional.of("job " + job.id() + " has another payload or priority");
            }
        }
        return BenchQueue.different("jobs", expected.size(), found.size());
    }
}
