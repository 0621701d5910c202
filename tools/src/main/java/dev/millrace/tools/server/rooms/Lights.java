package dev.millrace.tools.server.rooms;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.storage.Operation;
import dev.millrace.storage.RoomPlugin;
import dev.millrace.storage.Storage;
import dev.millrace.tools.server.http.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A plugin for the light in a room: a scene and how bright it is. All of it is configuration, in one key.
 *
 * <p>Thread-safe.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // the storage is
final class Lights implements RoomPlugin<Lights.Light>, Plugin<Lights.Light, Lights.Light> {
    private static final Set<String> SCENES = new TreeSet<>(List.of("calm", "club", "dawn", "dusk", "off", "party"));
    private static final String CONFIG = "config";
    private static final Light PRESET = new Light("calm", 60);

    /**
     * How it is lit.
     *
     * @param scene one of those there are
     * @param brightness 0 to 100
     */
    record Light(@Nullable String scene, @Nullable Integer brightness) {
        Light {
            if (scene == null || !SCENES.contains(scene)) {
                throw new IllegalArgumentException("scene must be one of " + String.join(", ", SCENES));
            }
            if (brightness == null || brightness < 0 || brightness > 100) {
                throw new IllegalArgumentException("brightness must be a whole number from 0 to 100");
            }
        }
    }

    private final Storage storage;
    private final Json json;

    Lights(Storage storage, Json json) {
        this.storage = storage;
        this.json = json;
    }

    @Override
    public String name() {
        return "lights";
    }

    @Override
    public RoomPlugin<Light> shown() {
        return this;
    }

    @Override
    public List<String> componentKeys() {
        return List.of(CONFIG);
    }

    @Override
    public Light component(Map<String, String> values) {
        String config = values.get(CONFIG);
        return config == null ? PRESET : json.read(config.getBytes(StandardCharsets.UTF_8), Light.class);
    }

    @Override
    public Object view(Light now) {
        return now;
    }

    @Override
    public Light config(Light now) {
        return now;
    }

    @Override
    public Class<Light> configType() {
        return Light.class;
    }

    @Override
    public void configure(String room, Light config) {
        String unused = storage.plugin(room, name())
                .run(Operation.set(CONFIG, json.text(config)))
                .orThrow();
    }

    @Override
    public List<String> keys() {
        return List.of(CONFIG);
    }
}
