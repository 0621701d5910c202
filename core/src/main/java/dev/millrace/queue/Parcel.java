package dev.millrace.queue;

/** A job with its encoded form, ready to be sent, as often as it takes. */
record Parcel<T>(JobSpec<T> spec, QueueCalls.Outgoing outgoing) {}
