package dev.millrace.command;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A library of functions on the server.
 *
 * @param name its name
 * @param engine what runs it, such as {@code LUA}
 * @param functions its functions
 * @param code its source; null where it was not asked for
 */
public record FunctionLibrary(
        String name,
        String engine,
        List<Function> functions,
        @Nullable String code) {
    static final Decoder<List<FunctionLibrary>> LIST = Decoders.list(FunctionLibrary::read);

    /**
     * A function of a library.
     *
     * @param name its name, by which it is called
     * @param description what it was registered with; null for nothing
     * @param flags such as {@code no-writes}
     */
    public record Function(String name, @Nullable String description, Set<String> flags) {}

    private static FunctionLibrary read(ReplyReader reply) {
        Attributes library = Attributes.read(reply);
        List<Function> functions = library.get("functions").asList().stream()
                .map(Attributes::of)
                .map(function -> new Function(
                        function.text("name"), function.textOrNull("description"), function.textSet("flags")))
                .toList();
        return new FunctionLibrary(
                library.text("library_name"), library.text("engine"), functions, library.textOrNull("library_code"));
    }
}
