package dev.millrace.cache.codec;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** Loads the package anew, as it is in an application that has none of the optional libraries. */
final class WithoutLibraries extends ClassLoader {
    private static final List<String> HIDDEN = List.of("tools.jackson.", "com.github.luben.", "net.jpountz.");
    private static final String OURS = "dev.millrace.cache.codec.";

    WithoutLibraries() {
        super(WithoutLibraries.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (HIDDEN.stream().anyMatch(name::startsWith)) {
            throw new ClassNotFoundException(name);
        }
        if (!name.startsWith(OURS)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : define(name);
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        try (InputStream stream = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (stream == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] bytes = stream.readAllBytes();
            return defineClass(name, bytes, 0, bytes.length);
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }
}
