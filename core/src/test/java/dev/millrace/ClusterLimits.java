package dev.millrace;

import dev.millrace.command.Misuse;
import dev.millrace.command.ServerError;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.opentest4j.TestAbortedException;

/**
 * Skips what no cluster can do, when the test gets there: commands whose keys are of several slots, which the client
 * refuses, and databases other than 0, which the server refuses. Any other failure stays one.
 */
final class ClusterLimits implements TestExecutionExceptionHandler {
    private static final Pattern SEVERAL_SLOTS = Pattern.compile("was not sent: its keys are of \\d+ slots");
    private static final Pattern OTHER_DATABASE = Pattern.compile("(SELECT|MOVE|SWAPDB) is not allowed in cluster mode"
            + "|Copying to another database is not allowed in cluster mode"
            + "|a cluster has database 0 only");

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        if (TestDeployment.wanted() == TestDeployment.Kind.CLUSTER) {
            for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
                if (isLimit(cause)) {
                    throw new TestAbortedException("not on a cluster: " + cause.getMessage(), failure);
                }
            }
        }
        throw failure;
    }

    private static boolean isLimit(Throwable failure) {
        @Nullable String message = failure.getMessage();
        return message != null
                && (failure instanceof Misuse && SEVERAL_SLOTS.matcher(message).find()
                        || (failure instanceof ServerError || failure instanceof IllegalArgumentException)
                                && OTHER_DATABASE.matcher(message).find());
    }
}
