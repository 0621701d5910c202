package dev.millrace.tools.server.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The OpenAPI document: the frame, and the part that each service has beside its code ({@code openapi.json} with {@code paths} and
 * {@code schemas}). Immutable.
 */
public final class OpenApi {
    private static final String PART = "openapi.json";
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");

    private final ObjectNode document;

    /** @param owners classes in whose packages the parts are */
    public OpenApi(Json json, List<Class<?>> owners) {
        document = (ObjectNode) read(json, OpenApi.class);
        ObjectNode paths = (ObjectNode) document.get("paths");
        ObjectNode schemas = (ObjectNode) document.get("components").get("schemas");
        for (Class<?> owner : owners) {
            JsonNode part = read(json, owner);
            merge(paths, part.path("paths"), owner);
            merge(schemas, part.path("schemas"), owner);
        }
    }

    private static JsonNode read(Json json, Class<?> owner) {
        try (InputStream in = Objects.requireNonNull(
                owner.getResourceAsStream(PART), () -> owner.getPackageName() + " has no " + PART)) {
            return json.mapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void merge(ObjectNode into, JsonNode part, Class<?> owner) {
        part.properties().forEach(entry -> {
            if (into.has(entry.getKey())) {
                throw new IllegalStateException(owner.getPackageName() + " describes " + entry.getKey() + " again");
            }
            into.set(entry.getKey(), entry.getValue());
        });
    }

    /** The document. */
    public JsonNode document() {
        return document;
    }

    /** What it describes, as {@code GET /path}. */
    public Set<String> operations() {
        Set<String> operations = new TreeSet<>();
        document.get("paths")
                .properties()
                .forEach(path -> path.getValue().properties().stream()
                        .filter(operation -> METHODS.contains(operation.getKey()))
                        .forEach(operation -> operations.add(
                                operation.getKey().toUpperCase(java.util.Locale.ROOT) + " " + path.getKey())));
        return operations;
    }

    /** What is wrong with it, a line each: references that lead nowhere, parameters of paths that are not described. */
    public List<String> faults() {
        List<String> faults = new ArrayList<>();
        document.findValues("$ref").forEach(reference -> {
            String pointer = reference.asString().substring(1);
            if (document.at(pointer).isMissingNode()) {
                faults.add("#" + pointer + " leads nowhere");
            }
        });
        document.get("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(operation -> {
                    String name = operation.getKey() + " " + path.getKey();
                    if (operation.getValue().path("summary").asString("").isEmpty()) {
                        faults.add(name + " has no summary");
                    }
                    if (operation.getValue().path("responses").isEmpty()) {
                        faults.add(name + " has no responses");
                    }
                    Set<String> described = operation
                            .getValue()
                            .path("parameters")
                            .valueStream()
                            .filter(parameter ->
                                    parameter.path("in").asString("").equals("path"))
                            .map(parameter -> parameter.path("name").asString(""))
                            .collect(Collectors.toSet());
                    java.util.regex.Pattern.compile("\\{(\\w+)}")
                            .matcher(path.getKey())
                            .results()
                            .map(match -> match.group(1))
                            .filter(parameter -> !described.contains(parameter))
                            .forEach(parameter -> faults.add(name + " does not describe " + parameter));
                }));
        return faults;
    }
}
