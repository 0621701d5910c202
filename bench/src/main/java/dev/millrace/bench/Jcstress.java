package dev.millrace.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * The command {@code jcstress}: the hand-off between threads, tried on this machine's real processors and compilers. Run
 * by jcstress's own command line, whose options it takes as they are; {@code ./millrace jcstress -m sanity} looks
 * whether it runs at all, {@code -m quick} takes minutes, nothing takes longest, {@code -t CallFinishers} chooses, {@code
 * -h} lists the options. Reports go to {@code target/jcstress} unless {@code -r} says otherwise; the raw results, which
 * {@code -p} reads again, to the working folder.
 */
public final class Jcstress {
    private Jcstress() {}

    /** Runs jcstress with these arguments. */
    public static void main(String[] arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of(arguments));
        if (!all.contains("-r")) {
            all.addAll(List.of("-r", "target/jcstress"));
        }
        org.openjdk.jcstress.Main.main(all.toArray(new String[0]));
    }
}
