package dev.millrace.connection;

/** The version of this library, as its jar states it. */
final class LibraryVersion {
    private LibraryVersion() {}

    static String read() {
        String version = LibraryVersion.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }
}
