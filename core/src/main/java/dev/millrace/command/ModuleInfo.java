package dev.millrace.command;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A module that a server has loaded.
 *
 * @param name its name
 * @param version its version, as a number
 * @param path the file it was loaded from; null before Redis 7
 * @param arguments what it was loaded with; empty before Redis 7
 */
public record ModuleInfo(
        String name, long version, @Nullable String path, List<String> arguments) {
    static final Decoder<List<ModuleInfo>> LIST = Decoders.list(reply -> {
        Attributes module = Attributes.read(reply);
        return new ModuleInfo(
                module.text("name"), module.number("ver"), module.textOrNull("path"), module.texts("args"));
    });

    /** Without the arguments, which may be credentials. */
    @Override
    public String toString() {
        return "ModuleInfo[name=" + name + ", version=" + version + ", path=" + path + "]";
    }
}
