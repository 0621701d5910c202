package dev.millrace.cache.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What an application meets that has no Jackson, zstd-jni or lz4-java. */
class OptionalLibraryTest {
    private static final byte[] VALUE = Samples.text(5000);

    @Test
    void json_withoutJackson_saysWhatToAdd() throws Exception {
        assertThat(without(AskForJson.class))
                .isEqualTo("JSON needs tools.jackson.core:jackson-databind on the class path");
    }

    @Test
    void zstd_withoutTheLibrary_saysWhatToAdd() throws Exception {
        assertThat(without(AskForZstd.class))
                .isEqualTo("zstd compression needs com.github.luben:zstd-jni on the class path");
    }

    @Test
    void lz4_withoutTheLibrary_saysWhatToAdd() throws Exception {
        assertThat(without(AskForLz4.class)).isEqualTo("lz4 compression needs at.yawk.lz4:lz4-java on the class path");
    }

    @Test
    void read_compressedFramesWithoutTheLibraries_areUnreadableAndSayWhatToAdd() throws Exception {
        assertThat(read(Compression.zstd().wrap(VALUE)))
                .isEqualTo("Unreadable[why=zstd compression needs com.github.luben:zstd-jni on the class path]");
        assertThat(read(Compression.lz4().wrap(VALUE)))
                .isEqualTo("Unreadable[why=lz4 compression needs at.yawk.lz4:lz4-java on the class path]");
    }

    @Test
    void read_otherFramesWithoutTheLibraries_areRead() throws Exception {
        assertThat(read(VALUE)).isEqualTo("Payload[5000 bytes]");
        assertThat(read(Frame.absent())).isEqualTo("Absent[]");
        assertThat(read(Frame.lease(new byte[16]))).isEqualTo("Lease[16 bytes]");
    }

    @Test
    void otherCodecs_withoutTheLibraries_work() throws Exception {
        assertThat(without(UseTheRest.class)).isEqualTo("all work");
    }

    @Test
    void missing_withTheLibraries_isNull() {
        assertThat(OptionalLibrary.values()).allMatch(library -> library.missing() == null);
    }

    static final class AskForJson implements Callable<String> {
        @Override
        public String call() {
            try {
                return Codec.json(String.class).toString();
            } catch (IllegalStateException e) {
                return e.getMessage();
            }
        }
    }

    static final class AskForZstd implements Callable<String> {
        @Override
        public String call() {
            try {
                return Compression.zstd().toString();
            } catch (IllegalStateException e) {
                return e.getMessage();
            }
        }
    }

    static final class AskForLz4 implements Callable<String> {
        @Override
        public String call() {
            try {
                return Compression.lz4().toString();
            } catch (IllegalStateException e) {
                return e.getMessage();
            }
        }
    }

    static final class Read implements Function<byte[], String> {
        @Override
        public String apply(byte[] raw) {
            return Compression.none().read(raw).toString();
        }
    }

    static final class UseTheRest implements Callable<String> {
        @Override
        public String call() {
            byte[] text = Codec.strings().encode("text");
            boolean works = Codec.strings().decode(text).equals("text")
                    && Arrays.equals(Codec.bytes().decode(text), text)
                    && Codec.of(String::getBytes, String::new).decode(text).equals("text")
                    && KeyCodec.longs().encode(42L).length == 2
                    && Compression.none().above(10).wrap(text) == text;
            return works ? "all work" : "something does not";
        }
    }

    private static String without(Class<? extends Callable<String>> use) throws Exception {
        return (String) ((Callable<?>) anew(use)).call();
    }

    @SuppressWarnings("unchecked") // Function is of the JDK, whoever loads what implements it
    private static String read(byte[] raw) throws Exception {
        return ((Function<byte[], String>) anew(Read.class)).apply(raw);
    }

    private static Object anew(Class<?> use) throws Exception {
        try {
            Class<?> loaded = new WithoutLibraries().loadClass(use.getName());
            assertThat(loaded).isNotSameAs(use);
            var constructor = loaded.getDeclaredConstructor();
            constructor.setAccessible(true);
            return constructor.newInstance();
        } catch (InvocationTargetException e) {
            throw new AssertionError(e.getCause());
        }
    }
}
