package dev.millrace.command;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every method of these catalogues that takes a list refuses an empty one, but for those where it has a meaning. */
final class EmptyVariadicsTest {
    /** Without names: INFO's own choice of sections, every event, every command, no channel; a user without rules. */
    private static final Set<String> MAY_BE_EMPTY = Set.of("info", "latencyReset", "latencyHistogram", "aclSetUser");

    static Stream<Method> methodsWithLists() {
        return Stream.of(
                        Hashes.class,
                        HashExpiry.class,
                        SortedSets.class,
                        SortedSetAlgebra.class,
                        SortedSetPops.class,
                        Streams.class,
                        StreamGroups.class,
                        Transactions.class,
                        Server.class,
                        Diagnostics.class,
                        Acl.class,
                        Clients.class)
                .flatMap(catalogue -> Arrays.stream(catalogue.getMethods()))
                .filter(method -> Modifier.isStatic(method.getModifiers()))
                .filter(method -> !MAY_BE_EMPTY.contains(method.getName()))
                .filter(method -> Arrays.stream(method.getParameterTypes()).anyMatch(EmptyVariadicsTest::isList));
    }

    @ParameterizedTest
    @MethodSource("methodsWithLists")
    void listEmpty_refusedNamingTheCommand(Method method) {
        Object[] arguments = Arrays.stream(method.getParameterTypes())
                .map(EmptyVariadicsTest::argument)
                .toArray();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> call(method, arguments))
                .withMessageMatching("[A-Z_ ]+ needs at least one [a-z]+; the list is empty");
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
        if (type == byte[].class) {
            return new byte[] {'k'};
        }
        if (type.isArray()) {
            return Array.newInstance(type.getComponentType(), 0);
        }
        return switch (type.getSimpleName()) {
            case "String" -> "key";
            case "long" -> 1L;
            case "Duration" -> Duration.ofSeconds(1);
            case "Instant" -> Instant.EPOCH;
            case "Collection" -> List.of();
            case "Map" -> Map.of();
            case "ExpireCondition" -> ExpireCondition.LATER;
            case "Expiry" -> Expiry.kept();
            case "HSetOptions" -> HSetOptions.ofDefaults();
            case "ZAddOptions" -> ZAddOptions.ofDefaults();
            case "ZAggregate" -> ZAggregate.sum();
            case "ScoreEnd" -> ScoreEnd.MIN;
            case "XAddOptions" -> XAddOptions.ofDefaults();
            case "XReadOptions" -> XReadOptions.ofDefaults();
            case "XReadGroupOptions" -> XReadGroupOptions.ofDefaults();
            case "XClaimOptions" -> XClaimOptions.ofDefaults();
            case "StreamConsumer" -> new StreamConsumer("group", "consumer");
            default -> throw new IllegalStateException("this test has no argument of type " + type);
        };
    }
}
