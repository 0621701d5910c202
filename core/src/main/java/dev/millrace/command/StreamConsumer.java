package dev.millrace.command;

/**
 * A consumer of a stream's group. Redis makes it when it reads for the first time.
 *
 * @param group the group's name
 * @param name the consumer's name, its own within the group
 */
public record StreamConsumer(String group, String name) {}
