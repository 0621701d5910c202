package dev.millrace.command;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every method of these catalogues that takes a list refuses an empty one. */
final class EmptyListsTest {
    static Stream<Method> methodsWithLists() {
        return Stream.of(
                        Strings.class,
                        Keys.class,
                        Lists.class,
                        BlockingLists.class,
                        Sets.class,
                        HyperLogLogs.class,
                        Geo.class,
                        Bitmaps.class)
                .flatMap(catalogue -> Arrays.stream(catalogue.getMethods()))
                .filter(method -> Modifier.isStatic(method.getModifiers()))
                .filter(method -> Arrays.stream(method.getParameterTypes()).anyMatch(EmptyListsTest::isList));
    }

    @ParameterizedTest
    @MethodSource("methodsWithLists")
    void listEmpty_refusedNamingTheCommand(Method method) {
        Object[] arguments = Arrays.stream(method.getParameterTypes())
                .map(EmptyListsTest::argument)
                .toArray();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> call(method, arguments))
                .withMessageMatching("[A-Z_]+ needs at least one [a-z]+; the list is empty");
    }

    private static void call(Method method, Object[] arguments) throws Throwable {
        try {
            method.invoke(null, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static boolean isList(Class<?> type) {
        return (type.isArray() && type != byte[].class) || type == Collection.class || type == Map.class;
    }

    private static Object argument(Class<?> type) {
        if (type.isArray()) {
            return Array.newInstance(type.getComponentType(), 0);
        }
        return switch (type.getSimpleName()) {
            case "String" -> "key";
            case "long" -> 1L;
            case "Duration" -> Duration.ofSeconds(1);
            case "Collection" -> List.of();
            case "Map" -> Map.of();
            case "ListEnd" -> ListEnd.LEFT;
            case "BitOperation" -> BitOperation.AND;
            case "SetOptions" -> SetOptions.ofDefaults();
            case "GeoAddOptions" -> GeoAddOptions.ofDefaults();
            default -> throw new IllegalStateException("this test has no argument of type " + type);
        };
    }
}
