package dev.millrace.tools.doctor;

import dev.millrace.command.MillraceException;
import dev.millrace.command.ServerError;
import dev.millrace.tools.BadInput;
import dev.millrace.tools.OutputFile;
import dev.millrace.tools.Version;
import dev.millrace.tools.doctor.check.Checks;
import dev.millrace.tools.doctor.facts.Facts;
import dev.millrace.tools.doctor.facts.Look;
import dev.millrace.tools.doctor.facts.Unsuitable;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code millrace doctor}: looks at servers and says what would lose data or break a feature. */
@Command(
        name = "doctor",
        description = "Look at servers: topology, versions, features, round trips, and settings that will hurt.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        footer = {
            "",
            "Without a URL the environment names the servers: REDIS_URL, KV_URL, REDIS_CLUSTER_NODES, REDIS_CLUSTER,"
                    + " REDIS_SENTINEL_NODES and REDIS_SENTINEL_MASTER, with REDIS_USERNAME and REDIS_PASSWORD. With"
                    + " nothing set, a server of its own is started and looked at. A node of a cluster leads to the"
                    + " whole cluster.",
            "",
            "It only asks: nothing is written, nothing is changed, no password is read.",
            "Exit status: 0 nothing worse than warnings, 1 something would lose data or break a feature, 2 bad input,"
                    + " or no server can be reached.",
            "",
            "Examples:",
            "  millrace doctor redis://localhost:6379",
            "  millrace doctor --cache --json doctor.json rediss://cache.example:6380",
            "  REDIS_CLUSTER_NODES=node1:7000,node2:7000 millrace doctor"
        })
public final class DoctorCommand implements Callable<Integer> {

    @Parameters(
            arity = "0..1",
            paramLabel = "URL",
            description = "Server to look at: redis://, rediss:// or unix://. Default: what the environment names.")
    private @Nullable String url;

    @Option(
            names = "--cache",
            description = "The servers are nothing but caches: eviction is meant, and losing data costs time only.")
    private boolean cache;

    @Option(names = "--json", paramLabel = "FILE", description = "Also write everything as JSON.")
    private @Nullable Path json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final Map<String, String> environment;

    /** For picocli, which fills in the options. */
    public DoctorCommand() {
        this(System.getenv());
    }

    DoctorCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        OutputFile.requireWritable(json);
        try (Target target = Target.of(url, environment)) {
            Facts facts = look(target);
            Diagnosis diagnosis = new Diagnosis(target.described(), facts, Checks.of(facts, cache));
            out.print(DoctorText.of(diagnosis));
            if (json != null) {
                OutputFile.write(json, DoctorJson.of(diagnosis));
            }
            out.flush();
            return diagnosis.isFine() ? ExitCode.OK : ExitCode.SOFTWARE;
        }
    }

    private static Facts look(Target target) {
        try {
            return Look.at(target.options());
        } catch (Unsuitable mistaken) {
            throw new BadInput(String.valueOf(mistaken.getMessage()));
        } catch (ServerError.AuthenticationFailed refused) {
            throw new BadInput(target.described() + ": the login was refused (" + refused.getMessage()
                    + "); give the right user and password in the URL, or in REDIS_USERNAME and REDIS_PASSWORD");
        } catch (MillraceException failed) {
            throw new BadInput(target.described() + " could not be looked at: " + failed.getMessage());
        }
    }
}
