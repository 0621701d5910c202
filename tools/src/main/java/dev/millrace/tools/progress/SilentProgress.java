package dev.millrace.tools.progress;

/** Shows nothing, for runs that are told to be quiet and for tests. */
enum SilentProgress implements Progress {
    INSTANCE;

    @Override
    public void advance(long steps) {
        // Nobody watches.
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
